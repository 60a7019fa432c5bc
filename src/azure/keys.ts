import * as z from "zod";
import type {
  Elsewhere,
  KeyFacts,
  KeyReading,
  Seen,
  VaultFacts,
} from "../domain/encryption/key-reading";
import { accessByPolicies, accessByRoles, type KeyAccess } from "../domain/encryption/key-access";
import type { KeyPlace } from "../domain/encryption/key-place";
import { passes } from "../domain/fault";
import { ArmError } from "./arm-error";
import type { ArmGet } from "./arm-get";
import { createRoles, type Roles } from "./roles";

/** Key vaults and keys in Resource Manager; a newer package doesn't move it, nothing sends it but this. */
export const KEY_VAULT_API_VERSION = "2023-07-01";

/** Keys behind disk encryption sets, as far as Resource Manager shows them; never the keys themselves. */
export interface Keys {
  /**
   * The vault, the key, and what each identity may do with it.
   * @throws {ArmError} for trouble that passes
   */
  read(place: KeyPlace, principalIds: string[]): Promise<KeyReading>;
}

type Read = Pick<ArmGet, "path" | "list">;

/** Azure leaves members out, or says null: the same here. */
const optional = <T>(type: z.ZodType<T>) => type.nullish().transform((value) => value ?? undefined);
const texts = optional(z.array(z.string()));

const vaultSchema = z.object({
  id: z.string(),
  properties: z.object({
    enablePurgeProtection: optional(z.boolean()),
    enableSoftDelete: optional(z.boolean()),
    enableRbacAuthorization: optional(z.boolean()),
    publicNetworkAccess: optional(z.string()),
    networkAcls: optional(
      z.object({ defaultAction: optional(z.string()), bypass: optional(z.string()) }),
    ),
    accessPolicies: optional(
      z.array(
        z.object({
          objectId: z.string(),
          applicationId: optional(z.string()),
          permissions: optional(z.object({ keys: texts })),
        }),
      ),
    ),
  }),
});
type Vault = z.infer<typeof vaultSchema>;

/** Seconds since the epoch, no later than a date can be. */
const seconds = z.number().transform((value) => Math.min(Math.max(value, 0), 8.64e12) * 1000);
const keySchema = z.object({
  properties: z.object({
    attributes: optional(
      z.object({ enabled: optional(z.boolean()), nbf: optional(seconds), exp: optional(seconds) }),
    ),
    kty: optional(z.string()),
    keySize: optional(z.number()),
    keyOps: texts,
  }),
});

/**
 * A reader that asks for nothing twice: sets of several regions often share a vault, a key, a role.
 * It is made anew for each plan, which has to see what is so now.
 */
export function createKeys(arm: Read): Keys {
  const once = readOnce(arm);
  const roles = createRoles(once);
  return {
    async read(place, principalIds) {
      const vault = await findVault(once, place);
      const vaultId = vault.kind === "seen" ? vault.what.id : place.vaultId;
      if (vaultId === undefined || vault.kind === "missing") return { vault: facts(vault) };
      const keyId = `${vaultId}/keys/${place.keyName}`;
      const version = place.version === undefined ? "" : `/versions/${place.version}`;
      const [key, access] = await Promise.all([
        seen(async () => keyFacts(await once.path(`${keyId}${version}`, KEY_VAULT_API_VERSION))),
        vault.kind === "seen"
          ? seen(() => accessOf(roles, vault.what, keyId, principalIds))
          : undefined,
      ]);
      return { vault: facts(vault), key, ...(access === undefined ? {} : { access }) };
    },
  };
}

function readOnce(arm: Read): Read {
  const paths = new Map<string, Promise<unknown>>();
  const lists = new Map<string, Promise<unknown[]>>();
  return {
    path: (path, apiVersion) => shared(paths, path, () => arm.path(path, apiVersion)),
    list: (path, apiVersion, filter = "") =>
      shared(lists, `${path}?${filter}`, () => arm.list(path, apiVersion, filter || undefined)),
  };
}

function shared<T>(
  known: Map<string, Promise<T>>,
  what: string,
  read: () => Promise<T>,
): Promise<T> {
  const key = what.toLowerCase();
  const answer = known.get(key) ?? read();
  known.set(key, answer);
  return answer;
}

/** By its id, or by its name in the set's subscription: names of vaults are unique in all of Azure. */
async function findVault(arm: Read, place: KeyPlace): Promise<Seen<Vault> | Elsewhere> {
  const { vaultId, vaultName, subscriptionId } = place;
  if (vaultId !== undefined)
    return seen(async () => vaultSchema.parse(await arm.path(vaultId, KEY_VAULT_API_VERSION)));
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/vaults`;
  const all = await seen(async () =>
    z.array(vaultSchema).parse(await arm.list(path, KEY_VAULT_API_VERSION)),
  );
  if (all.kind !== "seen") return { ...all, kind: "refused" };
  const found = all.what.find(({ id }) => id.toLowerCase().endsWith(`/vaults/${vaultName}`));
  return found === undefined
    ? { kind: "elsewhere", vaultName, subscriptionId }
    : { kind: "seen", what: found };
}

/** What Azure refuses is an answer of its own; what passes is thrown, so that the run asks again. */
async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { kind: "seen", what: await read() };
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    if (passes(error.fault)) throw error;
    const { code, message, status } = error.fault;
    return { kind: status === 404 ? "missing" : "refused", azureSays: `${code}: ${message}` };
  }
}

function facts(vault: Seen<Vault> | Elsewhere): KeyReading["vault"] {
  if (vault.kind !== "seen") return vault;
  const { id, properties } = vault.what;
  const privateBecause = privacyOf(properties);
  const what: VaultFacts = {
    id,
    purgeProtection: properties.enablePurgeProtection ?? false,
    softDelete: properties.enableSoftDelete ?? true,
    ...(privateBecause === undefined ? {} : { privateBecause }),
  };
  return { kind: "seen", what };
}

function privacyOf({ publicNetworkAccess, networkAcls }: Vault["properties"]): string | undefined {
  const closed = /^disabled$/i.test(publicNetworkAccess ?? "");
  const denied = /^deny$/i.test(networkAcls?.defaultAction ?? "");
  if (!closed && !denied) return undefined;
  const how = closed ? "public network access is disabled" : "its networks are denied by default";
  return `${how}, bypass: ${networkAcls?.bypass ?? "not told"}`;
}

function keyFacts(answer: unknown): KeyFacts {
  const { attributes, kty, keySize, keyOps } = keySchema.parse(answer).properties;
  const { enabled, nbf, exp } = attributes ?? {};
  return {
    enabled: enabled ?? true,
    ...(nbf === undefined ? {} : { notBefore: nbf }),
    ...(exp === undefined ? {} : { expires: exp }),
    kty: kty ?? "of an unknown type",
    ...(keySize === undefined ? {} : { keySize }),
    keyOps: keyOps ?? [],
  };
}

async function accessOf(
  roles: Roles,
  { id: vaultId, properties }: Vault,
  keyId: string,
  principalIds: string[],
): Promise<KeyAccess[]> {
  if (properties.enableRbacAuthorization === true)
    return Promise.all(
      principalIds.map(async (principal) =>
        accessByRoles(principal, await roles.of(principal, vaultId), { vaultId, keyId }),
      ),
    );
  const policies = (properties.accessPolicies ?? []).map(
    ({ objectId, applicationId, permissions }) => ({
      objectId,
      ...(applicationId === undefined ? {} : { applicationId }),
      keyPermissions: permissions?.keys ?? [],
    }),
  );
  return principalIds.map((principal) => accessByPolicies(principal, policies));
}
