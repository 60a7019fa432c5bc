import type { EncryptionImages, TargetRegion } from "@azure/arm-compute";
import { OTHER_SUBSCRIPTION, PLACES, SUBSCRIPTION } from "../worlds";

const group = (subscription: string): string =>
  `/subscriptions/${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.Compute`;

/** The id of something in the world below. */
export const idOf = (type: string, name: string, subscription = SUBSCRIPTION): string =>
  `${group(subscription)}/${type}/${name}`;
export const set = (name: string, subscription = SUBSCRIPTION): string =>
  idOf("diskEncryptionSets", name, subscription);
export const VHD = "https://store.blob.core.windows.net/vhds/os.vhd";
export const keyUrl = (name: string): string => `https://kv-rows.vault.azure.net/keys/${name}`;

/** Encryption of the OS disk, and of the data disk at LUN 0 where a set is given for it. */
export const encrypted = (os: string, data?: string): EncryptionImages => ({
  osDiskImage: { diskEncryptionSetId: set(os) },
  ...(data === undefined ? {} : { dataDiskImages: [{ lun: 0, diskEncryptionSetId: set(data) }] }),
});

/** A region with the sets that the world has there for it. */
export const region = (name: string, encryption?: EncryptionImages): TargetRegion => ({
  name,
  encryption: encryption ?? encrypted(`${name}-os`, `${name}-data`),
});

const here = `resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}"`;
const there = `resourceGroup: myResourceGroup, subscription: "${OTHER_SUBSCRIPTION}"`;
const west = `${here}, location: westus`;

const sets = ["westus", "eastus2", "northeurope"]
  .flatMap((region) =>
    ["os", "data"].map((disk) => `${region}-${disk}, ${here}, location: ${region}`),
  )
  .concat(
    ["granted", "ungranted", "late", "expired", "disabled", "absent"].map(
      (key) => `key-${key}, ${west}, keyUrl: "${keyUrl(key)}/0123"`,
    ),
    `confidential, ${west}, encryptionType: ConfidentialVmEncryptedWithCustomerKey`,
    `confidential-east, ${here}, location: eastus2, encryptionType: ConfidentialVmEncryptedWithCustomerKey`,
    `eastus2-os, ${there}, location: eastus2`,
    `westus-os, ${there}, location: westus`,
  )
  .map((entry) => `  - { name: ${entry} }`)
  .join("\n");

/** A world in which every refusal of the table follows from what exists. */
export const REFUSAL_WORLD = `
behaviour: { retryAfter: none, writesPerSource: 1 }
# The copy of 32 TB, too, has ended when the bench says that it has waited long enough.
clock: { secondsPerGb: 1 }
${PLACES}definitions:
  - { name: MyImage, gallery: MyGallery, osType: Linux, osState: Generalized }
  - { name: Specialized, gallery: MyGallery, osType: Linux, osState: Specialized }
  - name: Confidential
    gallery: MyGallery
    osType: Linux
    osState: Generalized
    features: [{ name: SecurityType, value: ConfidentialVM, startsAtVersion: 1.0.0 }]
  - name: Trusted
    gallery: MyGallery
    osType: Linux
    osState: Generalized
    features: [{ name: SecurityType, value: TrustedLaunch }]
  - { name: Policed, gallery: MyGallery, osType: Linux, osState: Generalized }
policies:
  - name: encrypted-versions
    scope: ${idOf("galleries/MyGallery/images", "Policed")}
    deny: { unencryptedVersions: true }
diskEncryptionSets:
${sets}
keyVaults:
  - name: kv-rows
    ${west.replaceAll(", ", "\n    ")}
    keys:
      - { name: granted, grants: [{ diskEncryptionSet: key-granted }] }
      - { name: ungranted, grants: [] }
      - { name: late, grants: [{ diskEncryptionSet: key-late, afterSeconds: 1000000 }] }
      - { name: expired, expires: 2020-01-01T00:00:00Z }
      - { name: disabled, enabled: false }
images:
  - { name: myImage, ${west}, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] }
  - { name: otherImage, ${west}, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] }
  - { name: imageOfV1, ${west}, hyperVGeneration: V1, osDisk: { sizeGb: 30 } }
  - { name: windowsImage, ${west}, osDisk: { sizeGb: 30, osType: Windows } }
  - { name: bigImage, ${west}, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 2520 }] }
  - { name: hugeImage, ${west}, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 32769 }] }
  - { name: imageInEastUS, ${here}, location: eastus, osDisk: { sizeGb: 30 } }
disks:
  - { name: os, ${west}, sizeGb: 30, osType: Linux, hyperVGeneration: V2 }
  - { name: ultra, ${west}, sizeGb: 10, sku: UltraSSD_LRS }
  - { name: encrypted, ${there}, location: westus, sizeGb: 30, encryptionSet: westus-os }
  - { name: plain, ${there}, location: westus, sizeGb: 30 }
virtualMachines:
  - { name: standard, ${west}, generalized: true, osDisk: os }
  - { name: trusted, ${west}, generalized: true, securityType: TrustedLaunch, osDisk: os }
  - { name: running, ${west}, osDisk: os }
  - { name: ephemeral, ${west}, generalized: true, ephemeralOsDisk: true }
  - { name: fast, ${west}, generalized: true, osDisk: os, dataDisks: [{ lun: 0, disk: ultra }] }
vhds:
  - { uri: "${VHD}", sizeGb: 20 }
versions:
  - name: 0.1.0
    definition: MyImage
    gallery: MyGallery
    location: westus
    properties:
      storageProfile: { source: { id: ${idOf("images", "myImage")} } }
      publishingProfile: { targetRegions: [{ name: westus }] }
  - name: 0.2.0
    definition: MyImage
    gallery: MyGallery
    location: westus
    properties:
      storageProfile: { source: { id: ${idOf("images", "myImage")} } }
      publishingProfile:
        targetRegions:
          - name: westus
            encryption: { osDiskImage: { diskEncryptionSetId: ${set("westus-os")} } }
`;
