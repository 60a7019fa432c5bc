import { managedImageExample, OTHER_SUBSCRIPTION, wireRegion } from "../../support/request-factory";
import type { Area, Row, World } from "../support/row";

type Json = Record<string, unknown>;

const DAY = 24 * 3_600_000;
const place = { resourceGroup: "myResourceGroup", location: "eastus2" };
const OS = "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId";
const VERSION = "0123456789abcdef0123456789abcdef";
const keyUrl = (vault: string, key: string): string =>
  `https://${vault}.vault.azure.net/keys/${key}/${VERSION}`;

/** The sample's request, keys looked at, with another set for East US 2's OS disk. */
const withSet = (os: string): Json =>
  managedImageExample({
    preflight: { keyVault: true },
    targetRegions: [
      wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]),
      wireRegion("eastus2", os, [[0, "EastUS2DiskEncryptionSet2"]]),
    ],
  });
const good = { request: withSet("EastUS2DiskEncryptionSet1") };

/** Keys of one vault that can't be used, each by its own set of the same name. */
const BAD_KEYS: [name: string, key: Json, title: string, code: string][] = [
  ["disabled-key", { enabled: false }, "a key that is disabled", "KeyDisabled"],
  ["expired-key", { expires: "2020-01-01T00:00:00Z" }, "a key that has expired", "KeyExpired"],
  ["later-key", { notBefore: "2999-01-01T00:00:00Z" }, "a key that begins later", "KeyNotYetValid"],
  ["elliptic-key", { kty: "EC" }, "a key that isn't RSA", "KeyTypeUnsupported"],
  ["short-key", { keySize: 1024 }, "an RSA key of 1024 bits", "KeyTypeUnsupported"],
  [
    "signing-key",
    { keyOps: ["sign", "verify"] },
    "a key that may only sign",
    "KeyOperationsMissing",
  ],
  ["ungranted-key", { grants: [] }, "a set without access to its key", "KeyAccessMissing"],
  [
    "half-granted-key",
    { grants: [{ diskEncryptionSet: "half-granted-key", permissions: ["get", "wrapKey"] }] },
    "a set that may wrap and not unwrap",
    "KeyAccessMissing",
  ],
  [
    "late-granted-key",
    { grants: [{ diskEncryptionSet: "late-granted-key", afterSeconds: 1e9 }] },
    "a set whose access begins later",
    "KeyAccessMissing",
  ],
  [
    "old-version-key",
    { versions: [{ name: VERSION, enabled: false }] },
    "a key whose version in use is disabled",
    "KeyDisabled",
  ],
  ["one-version-key", { versions: [] }, "a key without the version in use", "KeyNotFound"],
];

const OTHER_GROUP = { resourceGroup: "myResourceGroup", subscription: OTHER_SUBSCRIPTION };
const set = (name: string, vault: string, key = name, more: Json = {}): Json => ({
  name,
  ...place,
  keyUrl: keyUrl(vault, key),
  ...more,
});
const vaultId = (name: string): string =>
  `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.KeyVault/vaults/${name}`;

const world: World = {
  diskEncryptionSets: [
    ...BAD_KEYS.map(([name]) => set(name, "kv-preflight")),
    set("missing-key", "kv-preflight"),
    set("rotating", "kv-preflight", "old-version-key", { rotationToLatestKeyVersionEnabled: true }),
    set("soon-key", "kv-preflight"),
    set("purgeable", "kv-purgeable", "key"),
    set("by-policy", "kv-policies", "key"),
    set("without-policy", "kv-policies", "key"),
    set("private", "kv-private", "key"),
    set("far-away", "kv-far-away", "key"),
    set("gone", "kv-gone", "key", { sourceVault: vaultId("kv-gone") }),
    set("tenant", "kv-preflight", "soon-key", {
      federatedClientId: "88888888-8888-8888-8888-888888888888",
    }),
    {
      name: "hsm",
      ...place,
      keyUrl: `https://hsm.managedhsm.azure.net/keys/key/${VERSION}`,
    },
    set("shared-identity", "kv-policies", "key", { userAssignedIdentity: "encryption" }),
  ],
  keyVaults: [
    {
      name: "kv-preflight",
      ...place,
      keys: [
        ...BAD_KEYS.map(([name, key]) => ({ name, ...key })),
        { name: "soon-key", expires: new Date(Date.now() + 10 * DAY).toISOString() },
      ],
    },
    { name: "kv-purgeable", ...place, purgeProtection: false, keys: [{ name: "key" }] },
    {
      name: "kv-policies",
      ...place,
      authorization: "accessPolicies",
      grants: [{ diskEncryptionSet: "by-policy" }, { diskEncryptionSet: "shared-identity" }],
      keys: [{ name: "key" }],
    },
    { name: "kv-private", ...place, publicNetworkAccess: "Disabled", keys: [{ name: "key" }] },
    { name: "kv-far-away", ...OTHER_GROUP, location: "eastus2", keys: [{ name: "key" }] },
  ],
  identities: [
    ["without-vaults", "Microsoft.KeyVault/vaults/read"],
    ["without-keys", "Microsoft.KeyVault/vaults/keys/*"],
    ["without-assignments", "Microsoft.Authorization/roleAssignments/read"],
  ].map(([name, action], index) => ({
    name,
    appId: `aaaaaaaa-0000-0000-0000-00000000000${index}`,
    objectId: `aaaaaaaa-0000-0000-0000-00000000001${index}`,
    rights: [{ actions: ["*"], notActions: [action] }],
  })),
};

const bad = (title: string, name: string, code: string, more: Partial<Row> = {}): Row => ({
  title,
  request: withSet(name),
  found: [`${OS} ${code} error eastus2`],
  neighbour: good,
  ...more,
});
const outOfSight = (title: string, name: string, beyondReach: string): Row => ({
  title,
  request: withSet(name),
  found: [`${OS} KeyNotChecked notChecked eastus2`],
  beyondReach,
  neighbour: good,
});

const DISKS = [
  ["osDiskImage", 0, "westus"],
  ["dataDiskImages[0]", 0, "westus"],
  ["osDiskImage", 1, "eastus2"],
  ["dataDiskImages[0]", 1, "eastus2"],
] as const;
const refused = (title: string, caller: string, right: string): Row => ({
  title,
  ...good,
  caller,
  found: DISKS.map(
    ([disk, index, region]) =>
      `$.targetRegions[${index}].encryption.${disk}.diskEncryptionSetId KeyNotChecked notChecked ${region}`,
  ),
  says: [right],
  neighbour: { caller: "function-app" },
});

/** Keys behind the sets, looked at because the request asks for it. */
export const keys: Area = {
  world,
  rows: [
    ...BAD_KEYS.map(([name, , title, code]) => bad(title, name, code)),
    bad("a disabled version of a set that doesn't rotate", "old-version-key", "KeyDisabled", {
      neighbour: { request: withSet("rotating") },
    }),
    bad("a key that isn't there", "missing-key", "KeyNotFound"),
    bad("a key vault that isn't there", "gone", "KeyVaultNotFound"),
    bad("a key vault without purge protection", "purgeable", "PurgeProtectionOff"),
    bad("a set without an access policy", "without-policy", "KeyAccessMissing", {
      neighbour: { request: withSet("by-policy") },
    }),
    {
      title: "a key that expires within 30 days",
      request: withSet("soon-key"),
      found: [`${OS} KeyExpiresSoon warning eastus2`],
      neighbour: good,
    },
    {
      title: "a bad key that the request doesn't ask about",
      request: withSet("expired-key"),
      found: [`${OS} KeyExpired error eastus2`],
      neighbour: { request: { ...withSet("expired-key"), preflight: { keyVault: false } } },
    },
    outOfSight("a key in a managed HSM", "hsm", "its access isn't in Resource Manager"),
    outOfSight("a key of another tenant", "tenant", "the app has no rights there"),
    outOfSight("a key in a private vault", "private", "whether Compute gets in isn't told"),
    outOfSight("a key vault of another subscription", "far-away", "the set doesn't name it"),
    refused(
      "an identity that may not read vaults",
      "without-vaults",
      "Microsoft.KeyVault/vaults/read",
    ),
    refused("an identity that may not read keys", "without-keys", "Microsoft.KeyVault/vaults/keys"),
    refused(
      "an identity that may not read role assignments",
      "without-assignments",
      "Microsoft.Authorization/roleAssignments/read",
    ),
  ],
};
