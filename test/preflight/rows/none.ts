import { computeId, managedImageExample, setId, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const IMAGE = managedImageExample()["image"] as Json;
const ALLOW = { PLATFORM_MANAGED_KEYS: "allow" };
const TYPE = "$.encryption.type";
const source = { managedImage: computeId("images", "myImage", "myResourceGroup") };

/** A request for platform-managed keys, into a definition of its own. */
const publish = (change: Json = {}, image: Json = {}): Json =>
  managedImageExample({
    image: { ...IMAGE, definition: "PlainImage", ...image },
    source,
    encryption: { type: "none" },
    targetRegions: [{ name: "westus" }, { name: "eastus2" }],
    ...change,
  });
/** The same with the customer's keys, in West US or more. */
const encrypted = (version: string, data: [number, string][], change: Json = {}): Json =>
  managedImageExample({
    image: { ...IMAGE, definition: "PlainImage", version },
    targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1", data)],
    ...change,
  });
const DATA: [number, string][] = [[0, "WestUSDiskEncryptionSet2"]];

export const none = publish();
export const shallow = publish({
  targetRegions: [{ name: "westus" }],
  replicationMode: "Shallow",
});

const definition = (name: string): Json => ({
  name,
  gallery: "MyGallery",
  osType: "Linux",
  osState: "Generalized",
});
const version = (name: string, targetRegions: Json[], more: Json = {}): Json => ({
  name,
  definition: "PlainImage",
  gallery: "MyGallery",
  location: "westus",
  properties: {
    storageProfile: { source: { id: source.managedImage } },
    publishingProfile: { targetRegions, ...more },
  },
});
const west = { name: "westus", storageAccountType: "Standard_LRS" };
const withSets = (name: string, prefix: string): Json => ({
  name,
  storageAccountType: "Standard_LRS",
  encryption: {
    osDiskImage: { diskEncryptionSetId: setId(`${prefix}DiskEncryptionSet1`) },
    dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId(`${prefix}DiskEncryptionSet2`) }],
  },
});

/** Platform-managed keys: asked for explicitly, where they are allowed, and never on the way back. */
export const platformKeys: Area = {
  world: {
    definitions: ["PlainImage", "LockedImage"].map(definition),
    disks: [
      {
        name: "keyedDisk",
        resourceGroup: "myResourceGroup",
        location: "westus",
        sizeGb: 30,
        osType: "Linux",
        hyperVGeneration: "V2",
        encryptionSet: "WestUSDiskEncryptionSet1",
      },
    ],
    versions: [
      version("0.1.0", [withSets("westus", "WestUS")]),
      version("0.2.0", [west, { ...west, name: "eastus2" }]),
      version("0.3.0", [west], { replicationMode: "Shallow" }),
      { ...version("0.9.0", [west]), definition: "LockedImage" },
      { ...version("0.10.0", [withSets("westus", "WestUS")]), definition: "LockedImage" },
    ],
  },
  rows: [
    {
      title: "platform-managed keys, where they aren't allowed",
      request: publish({ targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1", DATA)] }),
      found: [`${TYPE} EncryptionNoneNotAllowed error`],
      says: [],
      neighbour: { request: none, settings: ALLOW },
    },
    {
      title: "platform-managed keys beside a region's set",
      request: publish({ targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1")] }),
      settings: ALLOW,
      found: [
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetBesideNone error westus",
      ],
      neighbour: { request: publish({ targetRegions: [{ name: "westus" }] }) },
    },
    {
      title: "platform-managed keys for a version that is encrypted",
      request: publish(
        { targetRegions: [{ name: "eastus2" }, { name: "westus" }] },
        { version: "0.1.0" },
      ),
      settings: ALLOW,
      found: [
        `${TYPE} NoWayBackToPlatformManagedKeys error`,
        "$.targetRegions[1].encryption EncryptionImmutable error westus",
      ],
      says: ["and the version is encrypted with customer-managed keys"],
      neighbour: { request: publish({}, { version: "0.2.0" }) },
    },
    {
      title: "platform-managed keys for a definition whose newest version is encrypted",
      request: publish({}, { definition: "LockedImage" }),
      settings: ALLOW,
      found: [`${TYPE} NoWayBackToPlatformManagedKeys error`],
      says: ["newest version 0.10.0"],
      neighbour: { request: none },
    },
    {
      title:
        "platform-managed keys for an older version of a definition whose newest version is encrypted",
      request: publish({}, { definition: "LockedImage", version: "0.9.0" }),
      settings: ALLOW,
      found: [`${TYPE} NoWayBackToPlatformManagedKeys error`],
      says: ["newest version 0.10.0"],
      neighbour: { request: publish({}, { version: "0.2.0" }) },
    },
    {
      title: "platform-managed keys for what is encrypted with the customer's",
      request: publish({
        source: { managedDisk: computeId("disks", "keyedDisk", "myResourceGroup") },
      }),
      settings: ALLOW,
      found: ["$.source.managedDisk NoWayBackToPlatformManagedKeys error"],
      neighbour: { request: none },
    },
    {
      title: "the customer's keys for a version that has platform-managed ones",
      request: encrypted("0.2.0", DATA),
      found: [
        "$.targetRegions DiskNotEncryptedEverywhere error eastus2",
        "$.targetRegions[0].encryption EncryptionImmutable error westus",
      ],
      neighbour: { request: encrypted("0.1.0", DATA) },
    },
    {
      title: "shallow replication to two regions",
      request: publish({ replicationMode: "Shallow" }),
      settings: ALLOW,
      found: ["$.targetRegions ShallowOneRegion error"],
      neighbour: { request: shallow },
    },
    {
      title: "shallow replication with two replicas",
      request: publish({
        targetRegions: [{ name: "westus", regionalReplicaCount: 2 }],
        replicationMode: "Shallow",
      }),
      settings: ALLOW,
      found: ["$.targetRegions[0].regionalReplicaCount ShallowOneReplica error westus"],
      neighbour: { request: shallow },
    },
    {
      title: "shallow replication of a confidential disk",
      request: publish({
        targetRegions: [
          {
            name: "westus",
            encryption: {
              osDiskImage: { securityProfile: { confidentialVMEncryptionType: "NonPersistedTPM" } },
            },
          },
        ],
        replicationMode: "Shallow",
      }),
      settings: ALLOW,
      found: [
        "$.targetRegions[0].encryption.osDiskImage.securityProfile ShallowWithConfidentialType error westus",
      ],
      neighbour: { request: shallow },
    },
    {
      title: "full replication of a version that is shallow",
      request: publish({ targetRegions: [{ name: "westus" }] }, { version: "0.3.0" }),
      settings: ALLOW,
      found: ["$.replicationMode ReplicationModeImmutable error"],
      neighbour: {
        request: publish(
          { targetRegions: [{ name: "westus" }], replicationMode: "Shallow" },
          { version: "0.3.0" },
        ),
      },
    },
  ],
};
