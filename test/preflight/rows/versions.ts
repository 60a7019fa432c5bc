import { computeId, managedImageExample, setId, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const IMAGE = managedImageExample()["image"] as Json;

/** The sample's request for West US, for a version that the world has. */
export const update = (version: string, change: Json = {}, region: Json = {}) =>
  managedImageExample({
    image: { ...IMAGE, version },
    targetRegions: [
      {
        ...wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]),
        ...region,
      },
    ],
    ...change,
  });

/** A version in West US as the request above makes it. */
export const existing = (name: string, more: Json = {}): Json => ({
  name,
  definition: "MyImage",
  gallery: "MyGallery",
  location: "westus",
  properties: {
    storageProfile: { source: { id: computeId("images", "myImage", "myResourceGroup") } },
    publishingProfile: {
      targetRegions: [
        {
          name: "westus",
          storageAccountType: "Standard_LRS",
          encryption: {
            osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") },
            dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestUSDiskEncryptionSet2") }],
          },
        },
      ],
    },
  },
  ...more,
});

/** What an existing version can't become. */
export const versions: Area = {
  world: {
    images: [
      {
        name: "anotherImage",
        resourceGroup: "myResourceGroup",
        location: "westus",
        osDisk: { sizeGb: 30 },
        dataDisks: [{ lun: 0, sizeGb: 10 }],
      },
    ],
    versions: [
      existing("0.1.0"),
      existing("0.4.0"),
      existing("0.5.0"),
      existing("0.2.0", {
        provisioningState: "Failed",
        failedRegions: { westus: "Replication failed" },
      }),
    ],
  },
  rows: [
    {
      title: "a version that exists, made from another source",
      request: update("0.1.0", {
        source: { managedImage: computeId("images", "anotherImage", "myResourceGroup") },
      }),
      found: ["$.source VersionTaken error"],
      neighbour: { request: update("0.1.0") },
    },
    {
      title: "a version that is Failed",
      request: update("0.2.0"),
      found: ["$.image.version VersionFailed error"],
      neighbour: { request: update("0.1.0") },
    },
    {
      title: "a region that exists with another set",
      request: update(
        "0.1.0",
        {},
        wireRegion("westus", "WestUSDiskEncryptionSet2", [[0, "WestUSDiskEncryptionSet2"]]),
      ),
      found: ["$.targetRegions[0].encryption EncryptionImmutable error westus"],
      neighbour: { request: update("0.1.0") },
    },
    {
      title: "a setting that the version has otherwise and keeps",
      request: update("0.1.0", { endOfLifeDate: "2030-01-01" }),
      found: ["$.endOfLifeDate VersionSettingKept warning"],
      neighbour: { request: update("0.1.0") },
    },
    {
      title: "a version that somebody is writing",
      request: update("0.4.0"),
      faults: [otherWriter("0.4.0")],
      found: ["$.image.version VersionBeingWritten warning"],
      neighbour: { request: update("0.5.0"), faults: [otherWriter("0.5.0", { settled: true })] },
    },
    {
      title: "a region that exists with another storage type",
      request: update("0.1.0", {}, { storageAccountType: "Premium_LRS" }),
      found: ["$.targetRegions[0].storageAccountType StorageAccountTypeImmutable error westus"],
      neighbour: { request: update("0.1.0") },
    },
  ],
};

/** Somebody else begins to write the version before it is read. */
function otherWriter(version: string, more: Json = {}): Json {
  const replicaCount = { region: "westus", count: 2 };
  return { foreignWriter: { version, method: "GET", moment: "before", replicaCount, ...more } };
}
