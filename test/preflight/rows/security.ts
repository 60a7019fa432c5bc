import {
  computeId,
  managedImageExample,
  SUBSCRIPTION,
  wireRegion,
} from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const IMAGE = managedImageExample()["image"] as Json;
const id = (type: string, name: string): string => computeId(type, name, "myResourceGroup");
const publish = (source: Json, definition: string): Json =>
  managedImageExample({
    image: { ...IMAGE, definition },
    source,
    targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1")],
  });

const DISK = { managedDisk: id("disks", "machineDisk") };
const COPY = { managedImage: id("images", "bareImage") };
const SNAPSHOT = { osSnapshot: id("snapshots", "bareSnapshot") };
const MACHINE = { virtualMachine: computeId("virtualMachines", "myMachine") };
const VERSION = {
  galleryImageVersion: id("galleries/MyGallery/images/BareImage/versions", "0.1.0"),
};
const VHD = {
  vhd: {
    uri: "https://store.blob.core.windows.net/images/bare.vhd",
    storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.Storage/storageAccounts/store`,
  },
};
const ALLOW_MACHINES = { VM_SOURCE_WITH_CMK: "allow" };
const MISMATCH = ["$.source SecurityTypeMismatch error"];
/** Said of gallery versions and VHDs, whatever the definition. */
const UNCERTAIN = "$.source SourceMayNotBeEncryptable warning";
const NOT_READ = "$.source VhdBlobNotRead warning";

const definition = (name: string, value?: string): Json => ({
  name,
  gallery: "MyGallery",
  osType: "Linux",
  osState: "Generalized",
  ...(value === undefined ? {} : { features: [{ name: "SecurityType", value }] }),
});

/** Which kinds of sources the security types of definitions take. */
export const securityTypes: Area = {
  world: {
    definitions: [
      definition("BareImage"),
      definition("GuardedImage", "TrustedLaunch"),
      definition("GuardableImage", "TrustedLaunchSupported"),
    ],
    images: [
      {
        name: "bareImage",
        resourceGroup: "myResourceGroup",
        location: "westus",
        osDisk: { sizeGb: 30 },
      },
    ],
    snapshots: [
      {
        name: "bareSnapshot",
        resourceGroup: "myResourceGroup",
        location: "westus",
        sizeGb: 30,
        osType: "Linux",
        hyperVGeneration: "V2",
      },
    ],
    versions: [
      {
        name: "0.1.0",
        definition: "BareImage",
        gallery: "MyGallery",
        location: "westus",
        properties: {
          storageProfile: { source: { id: id("images", "bareImage") } },
          publishingProfile: { targetRegions: [{ name: "westus" }] },
        },
      },
    ],
  },
  rows: [
    {
      title: "a disk for a definition that only supports Trusted Launch",
      request: publish(DISK, "GuardableImage"),
      found: MISMATCH,
      neighbour: { request: publish(COPY, "GuardableImage") },
    },
    {
      title: "snapshots for a definition that only supports Trusted Launch",
      request: publish(SNAPSHOT, "GuardableImage"),
      found: MISMATCH,
      neighbour: { request: publish(SNAPSHOT, "GuardedImage") },
    },
    {
      title: "a virtual machine for a definition that only supports Trusted Launch",
      request: publish(MACHINE, "GuardableImage"),
      settings: ALLOW_MACHINES,
      found: MISMATCH,
      neighbour: { request: publish(MACHINE, "GuardedImage") },
    },
    {
      title: "a gallery version for a definition of Trusted Launch",
      request: publish(VERSION, "GuardedImage"),
      found: [...MISMATCH, UNCERTAIN],
      neighbour: { request: publish(VERSION, "GuardableImage"), found: [UNCERTAIN] },
    },
    {
      title: "a VHD for a definition of Trusted Launch",
      request: publish(VHD, "GuardedImage"),
      found: [...MISMATCH, NOT_READ, UNCERTAIN],
      neighbour: {
        request: publish(VHD, "GuardableImage"),
        found: [NOT_READ, UNCERTAIN],
      },
    },
  ],
};
