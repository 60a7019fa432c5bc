import { computeId, managedImageExample, setId } from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const place = { resourceGroup: "myResourceGroup" };
const IMAGE = managedImageExample()["image"] as Json;
const PREFIX: Record<string, string> = { westus: "WestUS", eastus2: "EastUS2" };
const REGIONS = ["westus", "eastus2"];

const type = (confidentialVMEncryptionType: string, set?: string): Json => ({
  confidentialVMEncryptionType,
  ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: set }),
});
const cmk = (region: string): Json => type("EncryptedWithCmk", `${PREFIX[region] ?? ""}Secure`);

/** A region of a confidential image; the OS disk's own set stands beside the profile unless it is left out. */
const region = (name: string, securityProfile: Json | undefined, atRest = true): Json => ({
  name,
  encryption: {
    osDiskImage: {
      ...(atRest ? { diskEncryptionSetId: `${PREFIX[name] ?? ""}DiskEncryptionSet1` } : {}),
      ...(securityProfile === undefined ? {} : { securityProfile }),
    },
  },
});

const publish = (targetRegions: Json[], image: Json = {}, more: Json = {}): Json =>
  managedImageExample({
    image: { ...IMAGE, definition: "ConfidentialImage", ...image },
    source: { managedDisk: computeId("disks", "confidentialDisk", "myResourceGroup") },
    targetRegions,
    ...more,
  });

/** Every region with the customer's key for the confidential disk, and no other set. */
export const confidential = publish(REGIONS.map((name) => region(name, cmk(name), false)));
/** The platform's key for the confidential disk, and a set of the customer's at rest. */
export const confidentialWithPlatformKeys = publish([region("westus", type("EncryptedWithPmk"))]);
const ALLOW = { PLATFORM_MANAGED_KEYS: "allow" };
const PROFILE = "encryption.osDiskImage.securityProfile";
const OS = "encryption.osDiskImage.diskEncryptionSetId";

const definition = (name: string, startsAtVersion: string): Json => ({
  name,
  gallery: "MyGallery",
  osType: "Linux",
  osState: "Generalized",
  features: [{ name: "SecurityType", value: "ConfidentialVM", startsAtVersion }],
});
const secureSet = (name: string, location: string): Json => ({
  name,
  ...place,
  location,
  encryptionType: "ConfidentialVmEncryptedWithCustomerKey",
});

/** Images of confidential machines. */
export const confidentialDisks: Area = {
  world: {
    definitions: [
      definition("ConfidentialImage", "0.0.0"),
      definition("ConfidentialLater", "2.0.0"),
    ],
    diskEncryptionSets: [
      secureSet("WestUSSecure", "westus"),
      secureSet("EastUS2Secure", "eastus2"),
    ],
    disks: [
      {
        name: "confidentialDisk",
        ...place,
        location: "westus",
        sizeGb: 30,
        osType: "Linux",
        hyperVGeneration: "V2",
      },
    ],
    versions: [
      {
        name: "0.5.0",
        definition: "ConfidentialImage",
        gallery: "MyGallery",
        location: "westus",
        properties: {
          storageProfile: {
            osDiskImage: {
              source: { id: computeId("disks", "confidentialDisk", "myResourceGroup") },
            },
          },
          publishingProfile: {
            targetRegions: [
              {
                name: "westus",
                storageAccountType: "Standard_LRS",
                encryption: {
                  osDiskImage: {
                    securityProfile: type("EncryptedWithCmk", setId("WestUSSecure")),
                  },
                },
              },
            ],
          },
        },
      },
    ],
  },
  rows: [
    {
      title: "a definition for confidential machines, and regions that don't say how",
      request: publish(REGIONS.map((name) => region(name, undefined))),
      found: REGIONS.map(
        (name, index) =>
          `$.targetRegions[${index}].${PROFILE}.confidentialVMEncryptionType ConfidentialTypeRequired error ${name}`,
      ),
      neighbour: { request: confidential },
    },
    {
      title: "a definition that becomes confidential with this version",
      request: publish([region("westus", undefined)], {
        definition: "ConfidentialLater",
        version: "2.0.0",
      }),
      found: [
        `$.targetRegions[0].${PROFILE}.confidentialVMEncryptionType ConfidentialTypeRequired error westus`,
      ],
      neighbour: {
        request: publish([region("westus", undefined)], {
          definition: "ConfidentialLater",
          version: "1.9.9",
        }),
      },
    },
    {
      title: "a confidential disk for a definition that isn't confidential",
      request: publish([region("westus", type("NonPersistedTPM"))], { definition: "MyImage" }),
      found: [`$.targetRegions[0].${PROFILE} DefinitionNotConfidential error westus`],
      neighbour: { request: publish([region("westus", type("NonPersistedTPM"))]) },
    },
    {
      title: "a type of confidential disks that Azure doesn't have",
      request: publish([region("westus", type("EncryptedWithMyKey"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.confidentialVMEncryptionType UnknownConfidentialType error westus`,
      ],
      neighbour: { request: publish([region("westus", type("nonpersistedtpm"))]) },
    },
    {
      title: "a confidential disk under the customer's key, without its set",
      request: publish([region("westus", type("EncryptedWithCmk"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.secureVMDiskEncryptionSetId SecureDiskEncryptionSetRequired error westus`,
      ],
      neighbour: { request: publish([region("westus", cmk("westus"))]) },
    },
    {
      title: "a set for a confidential disk that no key of the customer's encrypts",
      request: publish([region("westus", type("NonPersistedTPM", "WestUSSecure"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.secureVMDiskEncryptionSetId SecureDiskEncryptionSetNotAllowed error westus`,
      ],
      neighbour: { request: publish([region("westus", type("NonPersistedTPM"))]) },
    },
    {
      title: "a set for disks at rest where a confidential disk's is meant",
      request: publish([region("westus", type("EncryptedWithCmk", "WestUSDiskEncryptionSet1"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.secureVMDiskEncryptionSetId DiskEncryptionSetTypeMismatch error westus`,
      ],
      neighbour: { request: publish([region("westus", cmk("westus"))]) },
    },
    {
      title: "a confidential disk's set where one for disks at rest is meant",
      request: publish([
        {
          name: "westus",
          encryption: {
            osDiskImage: { diskEncryptionSetId: "WestUSSecure", securityProfile: cmk("westus") },
          },
        },
      ]),
      found: [`$.targetRegions[0].${OS} DiskEncryptionSetTypeMismatch error westus`],
      neighbour: { request: publish([region("westus", cmk("westus"))]) },
    },
    {
      title: "a confidential disk's set that lies in another region",
      request: publish([region("westus", cmk("eastus2"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.secureVMDiskEncryptionSetId DiskEncryptionSetInOtherRegion error westus`,
      ],
      neighbour: { request: publish([region("westus", cmk("westus"))]) },
    },
    {
      title: "regions that encrypt the confidential disk in different ways",
      request: publish([
        region("westus", cmk("westus")),
        region("eastus2", type("NonPersistedTPM")),
      ]),
      found: [
        `$.targetRegions[1].${PROFILE}.confidentialVMEncryptionType ConfidentialTypesDiffer error eastus2`,
      ],
      neighbour: { request: publish(REGIONS.map((name) => region(name, cmk(name)))) },
    },
    {
      title: "a version whose confidential disks are under the customer's key, as the source",
      request: publish(
        [region("westus", cmk("westus"), false)],
        {},
        {
          source: {
            galleryImageVersion: computeId(
              "galleries/MyGallery/images/ConfidentialImage/versions",
              "0.5.0",
              "myResourceGroup",
            ),
          },
        },
      ),
      found: [
        "$.source.galleryImageVersion EncryptedVersionAsSource error",
        "$.source SourceMayNotBeEncryptable warning",
      ],
      neighbour: { request: publish([region("westus", cmk("westus"), false)]) },
    },
    {
      title: "a region of the version with another confidential disk's set",
      request: publish([region("westus", cmk("westus"))], { version: "0.5.0" }),
      found: ["$.targetRegions[0].encryption EncryptionImmutable error westus"],
      neighbour: {
        request: publish([region("westus", cmk("westus"), false)], { version: "0.5.0" }),
      },
    },
    {
      title: "a confidential disk that the platform encrypts, where it isn't allowed",
      request: publish([region("westus", type("EncryptedWithPmk"))]),
      found: [
        `$.targetRegions[0].${PROFILE}.confidentialVMEncryptionType PlatformManagedKeysNotAllowed error westus`,
      ],
      neighbour: { settings: ALLOW },
    },
    {
      title: "a confidential disk that the platform encrypts, without the OS disk's own set",
      request: publish([region("westus", type("EncryptedWithPmk"), false)]),
      settings: ALLOW,
      found: [`$.targetRegions[0].${OS} DiskEncryptionSetRequired error westus`],
      neighbour: { request: publish([region("westus", type("EncryptedWithPmk"))]) },
    },
    {
      title: "double encryption with a confidential disk's set alone",
      request: publish(
        [region("westus", cmk("westus"), false)],
        {},
        {
          encryption: { type: "platformAndCustomerManagedKeys" },
        },
      ),
      found: [`$.targetRegions[0].${OS} DiskEncryptionSetRequired error westus`],
      neighbour: { request: publish([region("westus", cmk("westus"), false)]) },
    },
  ],
};
