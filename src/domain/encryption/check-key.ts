import type { Findings } from "../preflight/findings";
import type { ProblemCode } from "../problem-catalogue";
import { notChecked, problem, warning } from "../problem";
import type { DiskEncryptionSet, DiskUse } from "./check-set";
import { KEY_PERMISSIONS, type KeyAccess } from "./key-access";
import type { Elsewhere, KeyFacts, KeyReading, Seen, VaultFacts } from "./key-reading";

/** How long before its end a key is worth a word. */
const EXPIRES_SOON_MS = 30 * 24 * 3_600_000;
/** Compute wraps with RSA keys of these sizes (documentation of customer-managed keys of disks). */
const KEY_TYPES = ["RSA", "RSA-HSM"];
const KEY_SIZES = [2048, 3072, 4096];

/**
 * Everything about a set's key that would let encryption fail, which Azure says only when regions are
 * being replicated (`KeyVaultAccessForbidden`). What couldn't be looked at is told as such.
 * @param now milliseconds since the epoch
 */
export function checkKey(
  set: DiskEncryptionSet,
  reading: KeyReading,
  use: Pick<DiskUse, "path" | "region">,
  now: number,
): Findings {
  const found = collector(set, use);
  const { vault, key, access } = reading;
  if (vault.kind === "seen") checkVault(found, vault.what);
  else if (vault.kind === "elsewhere") notHere(found, vault);
  else unseen(found, vault, VAULT);
  if (key?.kind === "seen") checkVersion(found, key.what, now);
  else if (key !== undefined) unseen(found, key, KEY);
  // To a key that isn't there nobody has access: one finding says so.
  if (access === undefined || key?.kind === "missing") return found.findings;
  if (access.kind === "seen") checkAccess(found, access.what);
  else unseen(found, { ...access, kind: "refused" }, ACCESS);
  return found.findings;
}

/** What is looked at: the code when it isn't there, and the right that reading it takes. */
interface Target {
  what: string;
  code: ProblemCode;
  right: string;
}
const VAULT: Target = {
  what: "the key vault",
  code: "KeyVaultNotFound",
  right: "Microsoft.KeyVault/vaults/read",
};
const KEY: Target = {
  what: "the key",
  code: "KeyNotFound",
  right: "Microsoft.KeyVault/vaults/keys/read and Microsoft.KeyVault/vaults/keys/versions/read",
};
const ACCESS: Target = {
  what: "the set's access to the key",
  code: "KeyAccessMissing",
  right:
    "Microsoft.Authorization/roleAssignments/read and Microsoft.Authorization/roleDefinitions/read",
};

function unseen(
  found: Collector,
  { kind, azureSays }: Exclude<Seen<never>, { kind: "seen" }>,
  { what, code, right }: Target,
): void {
  if (kind === "missing")
    found.error(
      code,
      `${what} isn't there: ${azureSays}`,
      "recover it, or give the set another key",
    );
  else
    found.say(
      `${what} could not be checked: ${azureSays}`,
      `give the app the right to ${right}, or check by hand`,
    );
}

const notHere = (found: Collector, { vaultName, subscriptionId }: Elsewhere): void =>
  found.say(
    `the set names no vault, and subscription ${subscriptionId} has none called ${vaultName}`,
    "check the key, its vault and the set's access to it by hand, in the subscription that has the vault",
  );

function checkVault(found: Collector, vault: VaultFacts): void {
  const { id, purgeProtection, softDelete, privateBecause } = vault;
  if (!purgeProtection || !softDelete)
    found.error(
      "PurgeProtectionOff",
      `${softDelete ? "purge protection" : "soft delete"} of ${id} is off, which Azure demands of a vault whose keys encrypt disks`,
      "turn soft delete and purge protection of the vault on",
    );
  if (privateBecause !== undefined)
    found.say(
      `${id} isn't open to all networks (${privateBecause}), and Resource Manager doesn't show whether Compute gets through`,
      "make sure that trusted Microsoft services may bypass the vault's firewall",
    );
}

function checkVersion(found: Collector, key: KeyFacts, now: number): void {
  const { enabled, notBefore = -Infinity, expires = Infinity, kty, keySize, keyOps } = key;
  if (!enabled)
    found.error("KeyDisabled", "the key is disabled", "enable it, or give the set another key");
  if (notBefore > now)
    found.error(
      "KeyNotYetValid",
      `the key isn't valid before ${isoDate(notBefore)}`,
      "wait, or give the set another key",
    );
  if (expires <= now)
    found.error(
      "KeyExpired",
      `the key expired on ${isoDate(expires)}`,
      "give the set a newer version of the key, or let the key live longer",
    );
  else if (expires <= now + EXPIRES_SOON_MS)
    found.warn(
      "KeyExpiresSoon",
      `the key expires on ${isoDate(expires)}`,
      "rotate it before: from then on no disk of this version can be made",
    );
  if (
    !KEY_TYPES.includes(kty.toUpperCase()) ||
    (keySize !== undefined && !KEY_SIZES.includes(keySize))
  )
    found.error(
      "KeyTypeUnsupported",
      `the key is ${kty}${keySize === undefined ? "" : ` with ${keySize} bits`}; disks are encrypted with RSA keys of ${KEY_SIZES.join(", ")} bits`,
      "give the set an RSA key",
    );
  const lacking = ["wrapKey", "unwrapKey"].filter((one) => !keyOps.includes(one));
  if (keyOps.length > 0 && lacking.length > 0)
    found.error(
      "KeyOperationsMissing",
      `the key doesn't permit ${lacking.join(" and ")}, only ${keyOps.join(", ")}`,
      "permit these operations of the key, or give the set another one",
    );
}

/** One identity that may do everything is enough: the service chooses among a set's identities. */
function checkAccess(found: Collector, all: KeyAccess[]): void {
  const lacking = all.map(({ principalId, permitted, conditional }) => ({
    principalId,
    missing: KEY_PERMISSIONS.filter((one) => !permitted.includes(one)),
    certainlyMissing: KEY_PERMISSIONS.filter(
      (one) => !permitted.includes(one) && !conditional.includes(one),
    ),
  }));
  if (lacking.some(({ missing }) => missing.length === 0)) return;
  const conditional = lacking.find(({ certainlyMissing }) => certainlyMissing.length === 0);
  if (conditional !== undefined) {
    found.say(
      `the set's identity ${conditional.principalId} has ${conditional.missing.join(", ")} only by role assignments with a condition`,
      "make sure that the condition holds for Compute, or assign the role without one",
    );
    return;
  }
  const [first] = lacking;
  found.error(
    "KeyAccessMissing",
    first === undefined
      ? "the set has no identity, so that nobody could give it access to the key"
      : `the set's identity ${first.principalId} may not ${first.missing.join(", ")} with the key`,
    first === undefined
      ? "give the set a system-assigned identity, and that one access to the key"
      : "assign it the role Key Vault Crypto Service Encryption User, or the key permissions get, wrapKey and unwrapKey in the vault's access policies; a fresh grant needs minutes",
  );
}

const isoDate = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

type Collector = ReturnType<typeof collector>;

/** Findings about one set; each names it, and the key that it uses. */
function collector(
  { id, key }: DiskEncryptionSet,
  { path, region }: Pick<DiskUse, "path" | "region">,
) {
  const findings: Findings = { problems: [], remarks: [] };
  const about = (code: ProblemCode, message: string, action: string) =>
    problem(path, code, `${id} (key ${key?.url ?? "unknown"}): ${message}`, action, region);
  return {
    findings,
    error: (code: ProblemCode, message: string, action: string): void => {
      findings.problems.push(about(code, message, action));
    },
    warn: (code: ProblemCode, message: string, action: string): void => {
      findings.remarks.push(warning(about(code, message, action)));
    },
    say: (message: string, action: string): void => {
      findings.remarks.push(notChecked(about("KeyNotChecked", message, action)));
    },
  };
}
