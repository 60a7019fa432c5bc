import {
  checkDiskEncryptionSet,
  checkLuns,
  type DiskEncryptionSet,
  type DiskUse,
} from "../../../../src/domain/encryption/check-set";
import { setId, SUBSCRIPTION } from "../../../support/request-factory";

const PATH = "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId";
const healthy: DiskEncryptionSet = {
  id: setId("West"),
  location: "West US",
  encryptionType: "EncryptionAtRestWithCustomerKey",
  provisioningState: "Succeeded",
  tags: {},
};
const use: DiskUse = {
  region: "westus",
  path: PATH,
  gallerySubscriptionId: SUBSCRIPTION.toUpperCase(),
  encryptionType: "customerManagedKey",
};
const codes = (set: Partial<DiskEncryptionSet>, change: Partial<DiskUse> = {}): string[] =>
  checkDiskEncryptionSet({ ...healthy, ...set }, { ...use, ...change }).map((found) => found.code);

test("a set of the region, subscription and type fits", () => {
  expect(codes({})).toEqual([]);
  expect(
    codes(
      { encryptionType: "EncryptionAtRestWithPlatformAndCustomerKeys" },
      { encryptionType: "platformAndCustomerManagedKeys" },
    ),
  ).toEqual([]);
});

test.each<[name: string, set: Partial<DiskEncryptionSet>, code: string]>([
  [
    "another subscription",
    { id: setId("West").replace(SUBSCRIPTION, "1111") },
    "DiskEncryptionSetInOtherSubscription",
  ],
  ["another region", { location: "East US 2" }, "DiskEncryptionSetInOtherRegion"],
  [
    "double encryption",
    { encryptionType: "EncryptionAtRestWithPlatformAndCustomerKeys" },
    "DiskEncryptionSetTypeMismatch",
  ],
  [
    "confidential VMs",
    { encryptionType: "ConfidentialVmEncryptedWithCustomerKey" },
    "DiskEncryptionSetTypeMismatch",
  ],
  ["a failed creation", { provisioningState: "Failed" }, "DiskEncryptionSetNotReady"],
  [
    "a key that can't rotate",
    { autoKeyRotationError: "KeyVaultAccessForbidden: no" },
    "DiskEncryptionSetKeyRotationFailed",
  ],
])("a set of %s is refused by name", (_name, set, code) => {
  expect(codes(set)).toEqual([code]);
});

test("a set is told everything that is wrong with it, with disk and region", () => {
  const found = checkDiskEncryptionSet(
    { ...healthy, location: "eastus", provisioningState: "Deleting" },
    use,
  );
  expect(found).toMatchObject([
    { code: "DiskEncryptionSetInOtherRegion", path: PATH, region: "westus" },
    { code: "DiskEncryptionSetNotReady", path: PATH, region: "westus" },
  ]);
});

test.each<[source: number[], region: number[], found: string[]]>([
  [[], [], []],
  [[0, 9], [9, 0], []],
  [[0, 9], [0], ["DataDiskEncryptionMissing"]],
  [[0], [0, 3], ["UnknownLun"]],
  [[0], [1], ["DataDiskEncryptionMissing", "UnknownLun"]],
  [[], [0], ["UnknownLun"]],
])("a source with data disks %j and a region that encrypts %j: %j", (luns, region, found) => {
  expect(
    checkLuns({ of: "source", luns }, region, "westus", PATH).map((problem) => problem.code),
  ).toEqual(found);
});
