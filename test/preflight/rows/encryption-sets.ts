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

const REGIONS = ["westus", "eastus2"];

const notFoundAt = (index: number): string =>
  `$.targetRegions[${index}].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound error ${REGIONS[index] ?? ""}`;

/** Disk encryption sets that a region can't use. */
export const encryptionSets: Area = {
  world: {
    resourceGroups: [
      { name: "twins", location: "eastus2" },
      { name: "cousins", location: "eastus2" },
    ],
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
        name: "DoubleWest",
        resourceGroup: group,
        location: "westus",
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
      { name: "TwinSet", resourceGroup: "cousins", location: "eastus2" },
      { name: "template-westus", resourceGroup: "twins", location: "westus" },
      { name: "template-eastus2", resourceGroup: "twins", location: "eastus2" },
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
      ...badSet(
        "a set for one key where double encryption is asked for",
        "EastUS2DiskEncryptionSet1",
        "DiskEncryptionSetTypeMismatch",
      ),
      ...doubly("EastUS2DiskEncryptionSet1"),
      neighbour: doubly("DoubleSet"),
    },
    {
      title: "a name that sets of two groups have in the region",
      request: withSet("TwinSet"),
      found: [`${OS} DiskEncryptionSetAmbiguous error eastus2`],
      says: ["/resourceGroups/twins/", "/resourceGroups/cousins/"],
      neighbour: { request: withSet("cousins/TwinSet") },
    },
    {
      title: "a naming template that no set of a region fits",
      request: unnamed(),
      settings: { DISK_ENCRYPTION_SET_NAME_TEMPLATE: "twins/nowhere-{region}" },
      found: [0, 1].map((index) => notFoundAt(index)),
      neighbour: { settings: { DISK_ENCRYPTION_SET_NAME_TEMPLATE: "twins/template-{region}" } },
    },
    {
      title: "a region map that names a set which isn't there",
      request: unnamed(),
      settings: regionMap("twins/nowhere"),
      found: [notFoundAt(1)],
      neighbour: { settings: regionMap("twins/template-eastus2") },
    },
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
      found: [0, 1].map((index) => notFoundAt(index)),
      neighbour: { request: byTag("only") },
    },
  ],
};

/** Regions that name no set: configuration or tags must tell. */
function unnamed(change: Record<string, unknown> = {}) {
  return managedImageExample({ targetRegions: REGIONS.map((name) => ({ name })), ...change });
}

function byTag(use: string) {
  const diskEncryptionSets = { byTag: { use } };
  return unnamed({ encryption: { type: "customerManagedKey", diskEncryptionSets } });
}

function regionMap(eastus2: string) {
  return {
    DISK_ENCRYPTION_SETS_BY_REGION: JSON.stringify({ westus: "twins/template-westus", eastus2 }),
  };
}

/** Both disks of both regions with sets for double encryption, but for one. */
function doubly(os: string) {
  return {
    request: managedImageExample({
      encryption: { type: "platformAndCustomerManagedKeys" },
      targetRegions: [
        wireRegion("westus", "DoubleWest", [[0, "DoubleWest"]]),
        wireRegion("eastus2", os, [[0, "DoubleSet"]]),
      ],
    }),
  };
}
