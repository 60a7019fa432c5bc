import {
  computeId,
  managedImageExample,
  refusals,
  snapshotExample,
  SUBSCRIPTION,
  withMember,
  wireRegion,
} from "../../../support/request-factory";

const FOREIGN = "99999999-9999-9999-9999-999999999999";
const own = (name: string): string => computeId("snapshots", name);
const foreign = (name: string): string => own(name).replace(SUBSCRIPTION, FOREIGN);
const account = `/subscriptions/${FOREIGN}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`;

test.each<[string, unknown, string[]]>([
  [
    "a LUN that is no number",
    {
      osSnapshot: own("os"),
      dataSnapshots: [
        { lun: "0", id: own("a") },
        { lun: 1, id: foreign("b") },
      ],
    },
    [
      "$.source.dataSnapshots[0].lun Invalid",
      "$.source.dataSnapshots[1].id SubscriptionNotAllowed",
    ],
  ],
  [
    "a LUN that is missing",
    { osSnapshot: own("os"), dataSnapshots: [{ id: foreign("a") }] },
    [
      "$.source.dataSnapshots[0].lun Required",
      "$.source.dataSnapshots[0].id SubscriptionNotAllowed",
    ],
  ],
  [
    "a snapshot that is null",
    { osSnapshot: own("os"), dataSnapshots: [null, { lun: 1, id: foreign("b") }] },
    ["$.source.dataSnapshots[0] Invalid", "$.source.dataSnapshots[1].id SubscriptionNotAllowed"],
  ],
  [
    "an OS snapshot that is a name",
    { osSnapshot: "os", dataSnapshots: [{ lun: 1, id: foreign("b") }] },
    [
      "$.source.osSnapshot InvalidResourceId",
      "$.source.dataSnapshots[0].id SubscriptionNotAllowed",
    ],
  ],
  [
    "an address that isn't https",
    { vhd: { uri: "http://a/b.vhd", storageAccountId: account } },
    ["$.source.vhd.uri InvalidVhdUri", "$.source.vhd.storageAccountId SubscriptionNotAllowed"],
  ],
  [
    "another source",
    { osSnapshot: own("os"), managedDisk: foreign("d").replace("snapshots", "disks") },
    ["$.source OneSource", "$.source.managedDisk SubscriptionNotAllowed"],
  ],
])("a foreign subscription is told at its own place beside %s", (_name, source, expected) => {
  expect(refusals({ ...snapshotExample(), source }).sort()).toEqual(expected.sort());
});

const profile = (type: string, set?: string) => ({
  confidentialVMEncryptionType: type,
  ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: set }),
});
const PROFILE = ["encryption", "osDiskImage", "securityProfile"];

test("a confidential type that differs is told beside its not being allowed", () => {
  const west = withMember(
    managedImageExample({
      targetRegions: [wireRegion("westus", "Set"), wireRegion("eastus2", "Set")],
    }),
    ["targetRegions", 0, ...PROFILE],
    profile("EncryptedWithCmk", "Secure"),
  );
  const both = withMember(west, ["targetRegions", 1, ...PROFILE], profile("EncryptedWithPmk"));
  const at =
    "$.targetRegions[1].encryption.osDiskImage.securityProfile.confidentialVMEncryptionType";
  expect(refusals(both)).toEqual([
    `${at} PlatformManagedKeysNotAllowed`,
    `${at} ConfidentialTypesDiffer`,
  ]);
});

test.each(["???", "東日本", "---", "éwestusé", "West US 22"])(
  "the location %j isn't taken for one that wasn't given, nor for another",
  (location) => {
    expect(refusals(withMember(managedImageExample(), ["image", "location"], location))).toEqual([
      "$.image.location UnknownRegion",
    ]);
  },
);

test.each(["???", "---", "éwestusé", "west/us", "west\u0000us", "u\u212Asouth"])(
  "the region %j isn't taken for another, wherever it is named",
  (name) => {
    const request = withMember(managedImageExample(), ["targetRegions", 1, "name"], name);
    expect(refusals(request)).toEqual(["$.targetRegions[1].name UnknownRegion"]);
    expect(refusals(managedImageExample({ rollout: { requiredRegions: [name] } }))).toEqual([
      "$.rollout.requiredRegions RequiredRegionNotTargeted",
    ]);
  },
);

test.each(["West US", "west-us", "WEST_US", "(west) us", "west.us"])(
  "the region %j is westus",
  (name) => {
    expect(refusals(withMember(managedImageExample(), ["targetRegions", 0, "name"], name))).toEqual(
      [],
    );
  },
);
