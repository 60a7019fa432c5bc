import { computeId, managedImageExample, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";
import { definition } from "./sources-world";

type Json = Record<string, unknown>;

const group = "myResourceGroup";
const west = { resourceGroup: group, location: "westus" };
const IMAGE = managedImageExample()["image"] as Json;

const publish = (source: Json, definition = "StatesImage"): Json =>
  managedImageExample({
    image: { ...IMAGE, definition },
    source,
    targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1")],
  });
const machine = (name: string): Json => ({
  virtualMachine: computeId("virtualMachines", name, group),
});
const version = (name: string): Json => ({
  galleryImageVersion: computeId("galleries/MyGallery/images/StatesImage/versions", name, group),
});
const settings = { VM_SOURCE_WITH_CMK: "allow" };
const UNCERTAIN = "$.source SourceMayNotBeEncryptable warning";

const disk = (name: string, hyperVGeneration: string): Json => ({
  name,
  ...west,
  sizeGb: 30,
  osType: "Linux",
  hyperVGeneration,
});
const madeOf = (name: string, more: Json = {}): Json => ({
  name,
  definition: "StatesImage",
  gallery: "MyGallery",
  location: "westus",
  properties: {
    storageProfile: { source: { id: computeId("images", "plainImage", group) } },
    publishingProfile: { targetRegions: [{ name: "westus" }, { name: "eastus2" }] },
  },
  ...more,
});
/** The OS snapshot, and a data disk of its own at LUN 0. */
const snapshots = (data: string): Json =>
  managedImageExample({
    source: {
      osSnapshot: computeId("snapshots", "myOSSnapshot", group),
      dataSnapshots: [{ lun: 0, id: computeId("snapshots", data, group) }],
    },
  });

/** What machines and versions are in, beyond what they are made of. */
export const sourceStates: Area = {
  world: {
    definitions: [definition("StatesImage"), definition("StatesV1", { hyperVGeneration: "V1" })],
    disks: [disk("runningDisk", "V2"), disk("sealedDisk", "V2"), disk("oldDisk", "V1")],
    virtualMachines: [
      { name: "runningMachine", ...west, osDisk: "runningDisk" },
      { name: "sealedMachine", ...west, generalized: true, osDisk: "sealedDisk" },
      { name: "oldMachine", ...west, generalized: true, osDisk: "oldDisk" },
      { name: "fleetingMachine", ...west, generalized: true, ephemeralOsDisk: true },
    ],
    versions: [
      madeOf("0.1.0", { failedRegions: { westus: "the copy failed" } }),
      madeOf("0.2.0", { failedRegions: { eastus2: "the copy failed" } }),
    ],
  },
  rows: [
    {
      title: "a machine that nobody has generalized, for a generalized definition",
      request: publish(machine("runningMachine")),
      settings,
      found: ["$.source OsStateMismatch error"],
      neighbour: { request: publish(machine("sealedMachine")) },
    },
    {
      title: "a machine of generation 1 for a definition of generation 2",
      request: publish(machine("oldMachine")),
      settings,
      found: ["$.source HyperVGenerationMismatch error"],
      neighbour: { request: publish(machine("oldMachine"), "StatesV1") },
    },
    {
      title: "a machine with an ephemeral OS disk",
      request: publish(machine("fleetingMachine")),
      settings,
      found: ["$.source.virtualMachine SourceDiskNotSupported error"],
      neighbour: { request: publish(machine("sealedMachine")) },
    },
    {
      title: "a gallery version that isn't Completed in the region in which it is read",
      request: publish(version("0.1.0")),
      found: ["$.source.galleryImageVersion SourceNotReplicated error", UNCERTAIN],
      neighbour: { request: publish(version("0.2.0")), found: [UNCERTAIN] },
    },
    {
      title: "a snapshot for two disks",
      request: snapshots("MYOSSNAPSHOT"),
      found: ["$.source.dataSnapshots[0].id DuplicateSource error"],
      neighbour: { request: snapshots("myDDSnapshot") },
    },
  ],
};
