import {
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
  withMember,
  wireRegion,
} from "../../support/request-factory";
import type { Area, Row } from "../support/row";

const example = managedImageExample();
const FOREIGN = "99999999-9999-9999-9999-999999999999";
type Path = (string | number)[];

/** The sample's request with one member changed; a value that is taken stands beside it. */
const member = (
  title: string,
  path: Path,
  { wrong, right }: { wrong: unknown; right: unknown },
  found: string[],
): Row => ({
  title,
  request: withMember(example, path, wrong),
  found,
  neighbour: { request: withMember(example, path, right) },
});

/** Rules that the request alone can break: they are told before Azure is asked. */
export const requests: Area = {
  world: {
    disks: [
      {
        name: "machineDisk",
        resourceGroup: "myResourceGroup",
        location: "westus",
        sizeGb: 30,
        osType: "Linux",
        hyperVGeneration: "V2",
      },
    ],
    virtualMachines: [
      {
        name: "myMachine",
        resourceGroup: "myResourceGroup",
        location: "westus",
        generalized: true,
        osDisk: "machineDisk",
      },
    ],
  },
  rows: [
    member(
      "a version name with a letter",
      ["image", "version"],
      { wrong: "1.0.x", right: "1.0.1" },
      ["$.image.version InvalidVersionName error"],
    ),
    member(
      "a region that no such name has",
      ["targetRegions", 1, "name"],
      { wrong: "eastus22", right: "East US 2" },
      ["$.targetRegions[1].name UnknownRegion error eastus22"],
    ),
    member(
      "a location that isn't written as regions are",
      ["image", "location"],
      { wrong: "???", right: "West US" },
      ["$.image.location UnknownRegion error ???"],
    ),
    {
      title: "data snapshots of a foreign subscription beside a LUN that can't be read",
      request: {
        ...example,
        source: {
          osSnapshot: computeId("snapshots", "os"),
          dataSnapshots: [
            { lun: "0", id: computeId("snapshots", "a") },
            { lun: 1, id: computeId("snapshots", "b").replace(SUBSCRIPTION, FOREIGN) },
          ],
        },
      },
      found: [
        "$.source.dataSnapshots[0].lun Invalid error",
        "$.source.dataSnapshots[1].id SubscriptionNotAllowed error",
      ],
      neighbour: { request: example },
    },
    {
      title: "two spellings of one region",
      request: managedImageExample({
        targetRegions: ["westus", "eastus2", "East US 2"].map(encrypted),
      }),
      found: ["$.targetRegions[2].name DuplicateRegion error eastus2"],
      neighbour: {
        request: managedImageExample({
          targetRegions: ["westus", "eastus2", "eastus"].map(encrypted),
        }),
      },
    },
    {
      title: "a source region that isn't a target",
      request: managedImageExample({ targetRegions: [encrypted("eastus2")] }),
      found: ["$.targetRegions SourceRegionMissing error westus"],
      neighbour: {
        request: managedImageExample({ targetRegions: ["westus", "eastus2"].map(encrypted) }),
      },
    },
    member(
      "tags that Azure doesn't take, or that are the runs' own",
      ["tags"],
      {
        wrong: { Team: "a", team: "b", "a<b": "", "Gallery-Publisher-Run": "x" },
        right: { Team: "a", "a-b": "" },
      },
      [
        "$.tags['Gallery-Publisher-Run'] InvalidTag error",
        "$.tags.team InvalidTag error",
        "$.tags['a<b'] InvalidTag error",
      ],
    ),
    member(
      "more replicas than a region takes",
      ["targetRegions", 0, "regionalReplicaCount"],
      { wrong: 101, right: 99 },
      ["$.targetRegions[0].regionalReplicaCount ReplicaCountOutOfRange error"],
    ),
    member(
      "a storage type that Azure doesn't have",
      ["targetRegions", 0, "storageAccountType"],
      { wrong: "Standard_GRS", right: "Premium_LRS" },
      ["$.targetRegions[0].storageAccountType UnknownStorageAccountType error"],
    ),
    member(
      "an end of life that has passed",
      ["endOfLifeDate"],
      { wrong: "2024-08-02", right: "2027-08-02" },
      ["$.endOfLifeDate EndOfLifeInPast error"],
    ),
    {
      title: "a region whose OS disk names no set",
      request: withMember(example, ["targetRegions", 1, "encryption"], undefined),
      found: [
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired error eastus2",
        "$.targetRegions[1].encryption.dataDiskImages DataDiskEncryptionMissing error eastus2",
      ],
      neighbour: { request: example },
    },
    {
      title: "a data disk that is encrypted in one region only",
      request: withMember(example, ["targetRegions", 1, "encryption", "dataDiskImages"], undefined),
      found: [
        "$.targetRegions[1].encryption.dataDiskImages DataDiskEncryptionMissing error eastus2",
      ],
      neighbour: { request: example },
    },
    {
      title: "a LUN that is named twice",
      request: withMember(example, ["targetRegions", 1, "encryption", "dataDiskImages", 1], {
        lun: 0,
        diskEncryptionSetId: "EastUS2DiskEncryptionSet1",
      }),
      found: ["$.targetRegions[1].encryption.dataDiskImages[1].lun DuplicateLun error eastus2"],
      neighbour: { request: example },
    },
    {
      title: "a virtual machine as the source, by policy",
      request: fromMachine(),
      found: ["$.source.virtualMachine VirtualMachineSourceWithCustomerManagedKey error"],
      neighbour: { request: fromMachine(), settings: { VM_SOURCE_WITH_CMK: "allow" } },
    },
    {
      title: "an image of a community gallery",
      request: withMember(example, ["source"], {
        communityGalleryImage: "/communityGalleries/public-1/images/ubuntu/versions/1.0.0",
      }),
      found: ["$.source.communityGalleryImage CommunityGallerySource error"],
      neighbour: { request: example },
    },
    {
      title: "a virtual machine's id where a managed image is expected",
      request: withMember(example, ["source"], {
        managedImage: computeId("virtualMachines", "myMachine"),
      }),
      found: ["$.source.managedImage InvalidResourceId error"],
      neighbour: { request: example },
    },
    member(
      "shallow replication with customer-managed keys",
      ["replicationMode"],
      { wrong: "Shallow", right: "Full" },
      ["$.replicationMode ShallowWithCustomerManagedKey error"],
    ),
    {
      title: "a gallery that requests may not publish to",
      request: example,
      settings: { ALLOWED_GALLERIES: "" },
      found: ["$.image GalleryNotAllowed error"],
      neighbour: { settings: {}, request: example },
    },
    {
      title: "a subscription whose sets requests may not use",
      request: withMember(
        example,
        ["targetRegions", 1, "encryption", "osDiskImage", "diskEncryptionSetId"],
        computeId("diskEncryptionSets", "EastUS2DiskEncryptionSet1"),
      ),
      settings: { ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: OTHER_SUBSCRIPTION },
      found: [
        "$.image DiskEncryptionSetSubscriptionNotAllowed error",
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetSubscriptionNotAllowed error eastus2",
      ],
      neighbour: { settings: {} },
    },
  ],
};

function encrypted(name: string) {
  const sets: Record<string, string> = { westus: "WestUS", eastus2: "EastUS2", eastus: "EastUS" };
  const prefix = sets[name] ?? "EastUS2";
  return wireRegion(name, `${prefix}DiskEncryptionSet1`, [[0, `${prefix}DiskEncryptionSet2`]]);
}

function fromMachine() {
  return managedImageExample({
    source: { virtualMachine: computeId("virtualMachines", "myMachine") },
    targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1")],
  });
}
