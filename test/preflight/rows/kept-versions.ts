import { computeId, setId, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";
import { existing, update } from "./versions";

type Json = Record<string, unknown>;

const VERSIONS = computeId("galleries", "MyGallery/images/MyImage/versions");
const westOnly = { osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") } };
const data = (lun: number): Json => ({
  lun,
  diskEncryptionSetId: setId("WestUSDiskEncryptionSet2"),
});

/** A version made from an image of its own, with these regions. */
const made = (name: string, image: string, targetRegions: Json[], more: Json = {}): Json =>
  existing(name, {
    properties: {
      storageProfile: { source: { id: computeId("images", image, "myResourceGroup") } },
      publishingProfile: { targetRegions },
    },
    ...more,
  });
const west = (more: Json = {}): Json => ({
  name: "westus",
  storageAccountType: "Standard_LRS",
  encryption: { ...westOnly, dataDiskImages: [data(0)] },
  ...more,
});
const east = (prefix: string): Json => ({
  name: "eastus",
  storageAccountType: "Standard_LRS",
  encryption: {
    osDiskImage: { diskEncryptionSetId: setId(prefix) },
    dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("EastUSDiskEncryptionSet2") }],
  },
});
const from = (image: string): Json => ({
  source: { managedImage: computeId("images", image, "myResourceGroup") },
});
const WEST = wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]);

/** What a version that exists has of its own: disks, regions, roles, settings. */
export const keptVersions: Area = {
  world: {
    images: ["twoDataDisks", "vanishing"].map((name, index) => ({
      name,
      resourceGroup: "myResourceGroup",
      location: "westus",
      osDisk: { sizeGb: 30 },
      dataDisks: [0, 1].slice(index).map((lun) => ({ lun: lun - index, sizeGb: 10 })),
    })),
    diskEncryptionSets: [
      {
        name: "BrokenSet",
        resourceGroup: "MyResourceGroup",
        location: "eastus",
        provisioningState: "Failed",
      },
    ],
    identities: [
      {
        name: "of-one-version",
        appId: "a1000000-0000-4000-8000-000000000001",
        objectId: "a1000000-0000-4000-8000-000000000001",
        rights: [
          { actions: ["*"], notActions: ["Microsoft.Compute/galleries/images/versions/write"] },
          {
            scope: `${VERSIONS}/3.0.0`,
            actions: ["Microsoft.Compute/galleries/images/versions/*"],
          },
        ],
      },
    ],
    versions: [
      made("3.0.0", "myImage", [west()]),
      made("3.1.0", "twoDataDisks", [west()]),
      made("3.2.0", "vanishing", [west()]),
      made("3.3.0", "myImage", [west(), east("BrokenSet")]),
      made("3.4.0", "myImage", [west(), east("EastUSDiskEncryptionSet1")]),
      made("3.5.0", "myImage", [
        west({ storageAccountType: "Premium_LRS", regionalReplicaCount: 5 }),
      ]),
      made("3.6.0", "myImage", [west(), east("EastUSDiskEncryptionSet1")], {
        provisioningState: "Failed",
        failedRegions: { eastus: "Replication failed" },
      }),
      made("3.7.0", "myImage", [west()]),
    ],
  },
  rows: [
    {
      title: "a version with a data disk that its regions don't encrypt",
      request: update("3.1.0", from("twoDataDisks")),
      found: [
        "$.targetRegions[0].encryption.dataDiskImages DataDiskEncryptionMissing error westus",
      ],
      says: ["the version has a data disk at LUN 1"],
      neighbour: { request: update("3.0.0") },
    },
    {
      title: "a version whose source is gone",
      request: update("3.2.0", from("vanishing")),
      faults: [{ http: { method: "GET", pathContains: "/images/vanishing", status: 404 } }],
      found: ["$.source.managedImage SourceNotFound warning"],
      neighbour: { faults: [] },
    },
    {
      title: "a set of a region that the version keeps can't be used, and a replica is added",
      request: update("3.3.0", {}, { regionalReplicaCount: 2 }),
      found: ["$.image.version KeptDiskEncryptionSetUnusable error eastus"],
      says: ["BrokenSet is in the state Failed"],
      neighbour: { request: update("3.4.0", {}, { regionalReplicaCount: 2 }) },
    },
    {
      title: "a set of a region that the version keeps can't be used, and nothing is to be done",
      request: update("3.3.0"),
      found: ["$.image.version KeptDiskEncryptionSetUnusable warning eastus"],
      neighbour: { request: update("3.4.0") },
    },
    {
      title: "a set that is gone, of a region that exists with it, told once",
      request: update(
        "3.0.0",
        {},
        wireRegion("westus", setId("WestUSDiskEncryptionSet1"), [
          [0, setId("WestUSDiskEncryptionSet2")],
        ]),
      ),
      faults: [{ http: { method: "GET", pathContains: "/WestUSDiskEncryptionSet1", status: 404 } }],
      found: [
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound error westus",
      ],
      neighbour: { faults: [] },
    },
    {
      title: "a storage type that the request names, for a region that has another",
      request: update("3.5.0", { storageAccountType: "Standard_LRS" }),
      found: ["$.targetRegions[0].storageAccountType StorageAccountTypeImmutable error westus"],
      neighbour: { request: update("3.5.0") },
    },
    {
      title: "a version that is Failed with a region that is Completed",
      request: update("3.6.0", {
        targetRegions: [
          WEST,
          wireRegion("eastus", "EastUSDiskEncryptionSet1", [[0, "EastUSDiskEncryptionSet2"]]),
        ],
      }),
      found: ["$.image.version VersionFailed warning"],
      says: ["Completed are westus"],
      neighbour: { request: update("3.4.0") },
    },
    {
      title: "a version that somebody is deleting is planned anew",
      request: update("3.7.0"),
      faults: [
        { foreignWriter: { version: "3.7.0", method: "GET", moment: "before", delete: true } },
      ],
      found: ["$.image.version VersionBeingWritten warning"],
      says: ["the plan for a new version in its place"],
      neighbour: { request: update("3.0.0"), faults: [] },
    },
    {
      title: "an identity that may write another version only",
      request: update("3.4.0"),
      caller: "of-one-version",
      found: ["$.image MissingPermission error"],
      neighbour: { request: update("3.0.0") },
    },
  ],
};
