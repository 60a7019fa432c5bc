import { keyOf, parseResourceId } from "../arm-id";
import { objectAt } from "../json";
import type { KeyGrant, KeyRecord, ResourceRecord } from "../world-state";
import { namedId, record } from "./entry-records";
import { keyVaultEntry, type KeyVaultEntry } from "./world-schema";

const VAULT = "Microsoft.KeyVault/vaults";

/** A key vault as a record; its keys are kept apart, and access policies follow from their grants. */
export function keyVaultRecord(
  entry: KeyVaultEntry,
  subscriptionId: string,
  resourceGroup: string,
  tenantId: string,
): ResourceRecord {
  const { name, softDelete, purgeProtection, authorization } = entry;
  return record(VAULT, subscriptionId, resourceGroup, [name], entry, {
    vaultUri: `https://${name.toLowerCase()}.vault.azure.net/`,
    sku: { family: "A", name: "standard" },
    tenantId: entry.tenantId ?? tenantId,
    enableSoftDelete: softDelete,
    // As in Azure, where it is never said to be off.
    ...(purgeProtection ? { enablePurgeProtection: true } : {}),
    enableRbacAuthorization: authorization === "roles",
    publicNetworkAccess: entry.publicNetworkAccess,
    networkAcls: { ...entry.networkAcls, ipRules: [], virtualNetworkRules: [] },
  });
}

/** The keys of a vault. */
export function keyRecords(entry: KeyVaultEntry, vault: ResourceRecord): KeyRecord[] {
  const { subscriptionId = "", resourceGroup = "" } = parseResourceId(vault.id) ?? {};
  const grantsOf = (given: NonNullable<KeyVaultEntry["grants"]>, ofVault: boolean): KeyGrant[] =>
    given.map(({ diskEncryptionSet: set, afterSeconds, permissions }) => ({
      diskEncryptionSet: namedId("diskEncryptionSets", subscriptionId, resourceGroup, set),
      fromMs: afterSeconds * 1000,
      permissions,
      ...(ofVault ? { ofVault } : {}),
    }));
  return entry.keys.map(({ name, grants, ...key }) => ({
    key: keyOf(`https://${vault.name}.vault.azure.net/keys/${name}`),
    id: `${vault.id}/keys/${name}`,
    name,
    vaultId: vault.id,
    ...key,
    ...(grants === undefined && entry.grants === undefined
      ? {}
      : { grants: [...grantsOf(entry.grants ?? [], true), ...grantsOf(grants ?? [], false)] }),
  }));
}

/** Vaults and keys that come into being because sets name none. */
export interface Invented {
  vaults: ResourceRecord[];
  keys: KeyRecord[];
}

/**
 * Lets there be what `inventedKeyUrl` names, unless the world has a vault of that name, whose keys are
 * those that it lists. A set whose vault lies in its subscription says so, as sets do.
 * @param sets those that name neither a key nor a vault
 * @param listed the vaults of the world
 */
export function inventKeys(
  sets: ResourceRecord[],
  listed: ResourceRecord[],
  tenantOf: (subscriptionId: string) => string,
): Invented {
  const byName = new Map(listed.map((vault) => [vault.name.toLowerCase(), vault]));
  const keys: KeyRecord[] = [];
  for (const set of sets) {
    const { subscriptionId = "", resourceGroup = "" } = parseResourceId(set.id) ?? {};
    const name = `kv-${set.location}`;
    const entry = keyVaultEntry.parse({ name, resourceGroup, location: set.location });
    const vault =
      byName.get(name) ??
      keyVaultRecord(entry, subscriptionId, resourceGroup, tenantOf(subscriptionId));
    byName.set(name, vault);
    const activeKey = objectAt(set.properties, "activeKey");
    if (parseResourceId(vault.id)?.subscriptionId === subscriptionId)
      set.properties["activeKey"] = { sourceVault: { id: vault.id }, ...activeKey };
    if (listed.includes(vault)) continue;
    const key = { name: String(activeKey["keyUrl"]).split("/")[4] };
    keys.push(...keyRecords(keyVaultEntry.parse({ ...entry, keys: [key] }), vault));
  }
  return { vaults: [...byName.values()].filter((vault) => !listed.includes(vault)), keys };
}
