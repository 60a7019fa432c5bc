import { checkKey } from "../../../../src/domain/encryption/check-key";
import type {
  KeyFacts,
  KeyReading,
  VaultFacts,
} from "../../../../src/domain/encryption/key-reading";
import type { KeyAccess } from "../../../../src/domain/encryption/key-access";
import { healthyKey, healthySet } from "../../../support/fake-azure";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const DAY = 24 * 3_600_000;
const PATH = "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId";
const URL = "https://kv.vault.azure.net/keys/k/0123";
const set = healthySet("West", "westus", {
  key: { url: URL, rotates: false, principalIds: ["p"] },
});

const found = (reading: KeyReading) => {
  const { problems, remarks } = checkKey(set, reading, { path: PATH, region: "westus" }, NOW);
  return [
    ...problems.map((one) => ({ severity: "error", ...one })),
    ...remarks.map((one) => ({ ...one })),
  ];
};
const codes = (reading: KeyReading): string[] =>
  found(reading).map(({ severity, code }) => `${severity} ${code}`);

const withVault = (what: Partial<VaultFacts>): KeyReading => ({
  ...healthyKey(),
  vault: {
    kind: "seen",
    what: { id: "vault", purgeProtection: true, softDelete: true, ...what },
  },
});
const withKey = (what: Partial<KeyFacts>): KeyReading => healthyKey(["p"], what);
const withAccess = (...what: Partial<KeyAccess>[]): KeyReading => ({
  ...healthyKey(),
  access: {
    kind: "seen",
    what: what.map((one, index) => ({
      principalId: `p${index}`,
      permitted: [],
      conditional: [],
      ...one,
    })),
  },
});
const refused = { kind: "refused", azureSays: "AuthorizationFailed: no" } as const;
const missing = { kind: "missing", azureSays: "ResourceNotFound: gone" } as const;
const all: KeyAccess["permitted"] = ["get", "wrapKey", "unwrapKey"];

test("a key that can be used for long is worth no word", () => {
  expect(found(healthyKey())).toEqual([]);
});

test.each<[what: string, bad: KeyReading, code: string, neighbour: KeyReading]>([
  ["a vault that is gone", { vault: missing }, "KeyVaultNotFound", withVault({})],
  [
    "no purge protection",
    withVault({ purgeProtection: false }),
    "PurgeProtectionOff",
    withVault({}),
  ],
  ["no soft delete", withVault({ softDelete: false }), "PurgeProtectionOff", withVault({})],
  ["a key that is gone", { ...healthyKey(), key: missing }, "KeyNotFound", healthyKey()],
  [
    "a key that is gone, and its access with it",
    { ...withAccess({}), key: missing },
    "KeyNotFound",
    healthyKey(),
  ],
  ["a disabled key", withKey({ enabled: false }), "KeyDisabled", withKey({ enabled: true })],
  [
    "a key of tomorrow",
    withKey({ notBefore: NOW + 1 }),
    "KeyNotYetValid",
    withKey({ notBefore: NOW }),
  ],
  [
    "a key of yesterday",
    withKey({ expires: NOW }),
    "KeyExpired",
    withKey({ expires: NOW + 31 * DAY }),
  ],
  ["an elliptic key", withKey({ kty: "EC" }), "KeyTypeUnsupported", withKey({ kty: "RSA-HSM" })],
  [
    "a key of 1024 bits",
    withKey({ keySize: 1024 }),
    "KeyTypeUnsupported",
    withKey({ keySize: 4096 }),
  ],
  [
    "a key that can't unwrap",
    withKey({ keyOps: ["wrapKey", "sign"] }),
    "KeyOperationsMissing",
    withKey({ keyOps: ["wrapKey", "unwrapKey", "sign"] }),
  ],
  [
    "an identity that may not unwrap",
    withAccess({ permitted: ["get", "wrapKey"] }),
    "KeyAccessMissing",
    withAccess({ permitted: all }),
  ],
  ["a set without identity", withAccess(), "KeyAccessMissing", withAccess({ permitted: all })],
  [
    "identities that may do everything only together",
    withAccess({ permitted: ["get"] }, { permitted: ["wrapKey", "unwrapKey"] }),
    "KeyAccessMissing",
    withAccess({ permitted: ["get"] }, { permitted: all }),
  ],
])("%s is an error, its neighbour isn't", (_what, bad, code, neighbour) => {
  expect(codes(bad)).toEqual([`error ${code}`]);
  expect(codes(neighbour)).toEqual([]);
});

test.each<[what: string, reading: KeyReading, words: string]>([
  ["a vault that may not be read", { vault: refused }, "Microsoft.KeyVault/vaults/read"],
  ["a key that may not be read", { ...healthyKey(), key: refused }, "vaults/keys/read"],
  ["roles that may not be read", { ...healthyKey(), access: refused }, "roleAssignments/read"],
  ["roles that aren't there", { ...healthyKey(), access: missing }, "roleAssignments/read"],
  [
    "a vault of another subscription",
    { vault: { kind: "elsewhere", vaultName: "kv", subscriptionId: "s" } },
    "in the subscription that has the vault",
  ],
  [
    "a private vault",
    withVault({ privateBecause: "public network access is disabled" }),
    "firewall",
  ],
  [
    "a role with a condition",
    withAccess({ permitted: ["get"], conditional: ["wrapKey", "unwrapKey"] }),
    "condition",
  ],
])("%s could not be checked, and says what to do", (_what, reading, words) => {
  const [only, ...more] = found(reading);
  expect(more).toEqual([]);
  expect(only).toMatchObject({ severity: "notChecked", code: "KeyNotChecked", path: PATH });
  expect(only?.action).toContain(words);
});

test("a key that expires within 30 days is a warning", () => {
  expect(codes(withKey({ expires: NOW + 1 }))).toEqual(["warning KeyExpiresSoon"]);
  expect(codes(withKey({ expires: NOW + 30 * DAY }))).toEqual(["warning KeyExpiresSoon"]);
  expect(codes(withKey({ expires: NOW + 30 * DAY + 1 }))).toEqual([]);
});

test("everything that is wrong is told at once, with set, key and region", () => {
  const reading: KeyReading = {
    ...withKey({ enabled: false, expires: NOW - DAY, kty: "EC" }),
    vault: withVault({ purgeProtection: false, privateBecause: "p" }).vault,
    access: withAccess({}).access ?? refused,
  };
  const findings = found(reading);
  expect(findings.map(({ code }) => code)).toEqual([
    "PurgeProtectionOff",
    "KeyDisabled",
    "KeyExpired",
    "KeyTypeUnsupported",
    "KeyAccessMissing",
    "KeyNotChecked",
  ]);
  for (const { message, region, path } of findings) {
    expect(message).toContain(`${set.id} (key ${URL}): `);
    expect([region, path]).toEqual(["westus", PATH]);
  }
});
