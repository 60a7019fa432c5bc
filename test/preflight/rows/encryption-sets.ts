import { OTHER_SUBSCRIPTION, managedImageExample, wireRegion } from "../../support/request-factory";
import type { Area, Row } from "../support/row";

const group = "myResourceGroup";
const ID = (name: string, subscription: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/diskEncryptionSets/${name}`;
const OS = "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId";

/** The sample's request with another set for East US 2's OS disk. */
const withSet = (os: string) =>
  managedImageExample({
    targetRegions: [
      wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]),
      wireRegion("eastus2", os, [[0, "EastUS2DiskEncryptionSet2"]]),
    ],
  });
const good = { request: withSet("EastUS2DiskEncryptionSet1") };

/** A set of the world that can't encrypt a disk in East US 2, beside one that can. */
const badSet = (title: string, set: string, code: string): Row => ({
  title,
  request: withSet(set),
  found: [`${OS} ${code} error eastus2`],
  neighbour: good,
});

/** Disk encryption sets that a region can't use. */
export const encryptionSets: Area = {
  world: {
    resourceGroups: [{ name: "twins", location: "eastus2" }],
    diskEncryptionSets: [
      {
        name: "ElsewhereSet",
        resourceGroup: group,
        location: "eastus2",
        subscription: OTHER_SUBSCRIPTION,
      },
      {
        name: "DoubleSet",
        resourceGroup: group,
        location: "eastus2",
        encryptionType: "EncryptionAtRestWithPlatformAndCustomerKeys",
      },
      {
        name: "FailedSet",
        resourceGroup: group,
        location: "eastus2",
        provisioningState: "Failed",
      },
      {
        name: "StuckSet",
        resourceGroup: group,
        location: "eastus2",
        autoKeyRotationError: { code: "KeyVaultAccessForbidden", message: "no access to the key" },
      },
      { name: "TwinSet", resourceGroup: "twins", location: "eastus2", tags: { use: "twin" } },
      { name: "TwinSet2", resourceGroup: "twins", location: "eastus2", tags: { use: "twin" } },
      { name: "OnlySet", resourceGroup: "twins", location: "eastus2", tags: { use: "only" } },
      { name: "WestTwinSet", resourceGroup: "twins", location: "westus", tags: { use: "twin" } },
      { name: "WestOnlySet", resourceGroup: "twins", location: "westus", tags: { use: "only" } },
    ],
  },
  rows: [
    badSet("a set that isn't there", "NowhereSet", "DiskEncryptionSetNotFound"),
    badSet(
      "a set in another subscription than the gallery's",
      ID("ElsewhereSet", OTHER_SUBSCRIPTION),
      "DiskEncryptionSetInOtherSubscription",
    ),
    badSet(
      "a set in another region than the disk's",
      "EastUSDiskEncryptionSet1",
      "DiskEncryptionSetInOtherRegion",
    ),
    badSet(
      "a set for double encryption where one key is asked for",
      "DoubleSet",
      "DiskEncryptionSetTypeMismatch",
    ),
    badSet("a set that failed", "FailedSet", "DiskEncryptionSetNotReady"),
    badSet("a set that can't rotate its key", "StuckSet", "DiskEncryptionSetKeyRotationFailed"),
    {
      title: "tags that several sets of a region have",
      request: byTag("twin"),
      found: [
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetAmbiguous error eastus2",
      ],
      neighbour: { request: byTag("only") },
    },
    {
      title: "tags that no set of a region has",
      request: byTag("none"),
      found: [0, 1].map(
        (index) =>
          `$.targetRegions[${index}].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound error ${["westus", "eastus2"][index]}`,
      ),
      neighbour: { request: byTag("only") },
    },
  ],
};

function byTag(use: string) {
  return managedImageExample({
    encryption: { type: "customerManagedKey", diskEncryptionSets: { byTag: { use } } },
    targetRegions: [{ name: "westus" }, { name: "eastus2" }],
  });
}
