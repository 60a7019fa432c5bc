import type { EncryptionImages } from "@azure/arm-compute";
import { OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../worlds";
import { body, type Bench, type Observation } from "./bench";
import type { Row } from "./rows";
import { encrypted, idOf, region, set, VHD } from "./world";

const west = region("westus");
/** West US and East US 2, with another set for the OS disk there. */
const withSet = (id: string) =>
  body([
    west,
    region("eastus2", {
      ...encrypted("x", "eastus2-data"),
      osDiskImage: { diskEncryptionSetId: id },
    }),
  ]);
const withLuns = (...luns: number[]) =>
  body([
    region("westus", {
      ...encrypted("westus-os"),
      dataDiskImages: luns.map((lun) => ({ lun, diskEncryptionSetId: set("westus-data") })),
    }),
  ]);
/** One disk as the source, encrypted or not in the gallery. */
const fromDisk = (source: { id: string } | { uri: string }, encryption?: EncryptionImages) =>
  body([{ name: "westus", ...(encryption === undefined ? {} : { encryption }) }], {
    storageProfile: { osDiskImage: { source } },
  });
const fromVersion = (name: string) =>
  body([{ name: "westus" }], {
    storageProfile: {
      source: { id: idOf("galleries/MyGallery/images/MyImage/versions", name) },
    },
  });
const withConfidentialType = (type?: string) =>
  body([
    region("westus", {
      osDiskImage: {
        diskEncryptionSetId: set("westus-os"),
        ...(type === undefined ? {} : { securityProfile: { confidentialVMEncryptionType: type } }),
      },
    }),
  ]);
/** A region whose confidential disk the platform encrypts, or a customer's key in this set. */
const confidential = (name: string, type: string, secureSet?: string) =>
  region(name, {
    osDiskImage: {
      securityProfile: {
        confidentialVMEncryptionType: type,
        ...(secureSet === undefined ? {} : { secureVMDiskEncryptionSetId: set(secureSet) }),
      },
    },
  });
const CONFIDENTIAL = { definition: "Confidential" };
const changedConfidential = (bench: Bench, type: string): Promise<Observation> =>
  bench.update(
    body([confidential("westus", "EncryptedWithPmk")]),
    body([confidential("westus", type)]),
    CONFIDENTIAL,
  );

/** Disk encryption sets, sources that can't be encrypted, confidential machines. */
export const ENCRYPTION_ROWS: Row[] = [
  {
    row: 1,
    title: "a disk encryption set in another subscription",
    refused: (bench) => bench.put(withSet(set("eastus2-os", OTHER_SUBSCRIPTION))),
    accepted: (bench) => bench.put(withSet(set("eastus2-os"))),
    answer: {
      message: `The disk encryption set '${set("eastus2-os", OTHER_SUBSCRIPTION)}' must be in the same subscription '${SUBSCRIPTION}' as the gallery resource`,
    },
  },
  {
    row: 2,
    title: "a disk encryption set that doesn't exist",
    refused: (bench) => bench.put(withSet(set("nowhere"))),
    accepted: (bench) => bench.put(withSet(set("eastus2-os"))),
    answer: { message: `The disk encryption set ${set("nowhere")} was not found` },
  },
  {
    row: 3,
    title: "a disk encryption set of another region",
    refused: (bench) => bench.put(withSet(set("northeurope-os"))),
    accepted: (bench) => bench.put(withSet(set("eastus2-os"))),
    answer: {
      message: `The disk encryption set '${set("northeurope-os")}' is in region 'North Europe' but it must be in the target region 'East US 2'`,
    },
  },
  {
    row: 4,
    title: "a region without a set beside one that has it",
    refused: (bench) => bench.put(body([west, { name: "eastus2" }])),
    accepted: (bench) => bench.put(body([{ name: "westus" }, { name: "eastus2" }])),
    answer: {
      message: `A disk encryption set is required for disk 'galleryArtifactVersion.properties.publishingProfile.targetRegions.encryption.osDiskImage.diskEncryptionSetId' in target region 'East US 2' since disk encryption set '${set("westus-os")}' is used for the corresponding disk in region 'West US'`,
    },
  },
  {
    row: 4,
    title: "a data disk that is encrypted in one region only",
    refused: (bench) => bench.put(body([west, region("eastus2", encrypted("eastus2-os"))])),
    accepted: (bench) => bench.put(body([west, region("eastus2")])),
    answer: {
      message: `A disk encryption set is required for disk 'LUN 0' in target region 'East US 2' since disk encryption set '${set("westus-data")}' is used for the corresponding disk in region 'West US'`,
    },
  },
  {
    row: 4,
    title: "a new region without a set for a version that has them",
    refused: (bench) => bench.update(body([west]), body([west, { name: "eastus2" }])),
    accepted: (bench) => bench.update(body([west]), body([west, region("eastus2")])),
    answer: { message: "A disk encryption set is required for disk" },
  },
  {
    row: 5,
    title: "a LUN that the source doesn't have",
    refused: (bench) => bench.put(withLuns(1)),
    accepted: (bench) => bench.put(withLuns(0)),
    answer: {
      message:
        "An invalid lun [1] was specified in encryption.dataDiskImages. The lun must be one of the following values ['0']",
    },
  },
  {
    row: 5,
    title: "a LUN twice",
    refused: (bench) => bench.put(withLuns(0, 0)),
    accepted: (bench) => bench.put(withLuns(0)),
    answer: {
      message:
        "Duplicate luns '0' were specified in target region 'West US' encryption.dataDiskImages",
    },
  },
  {
    row: 6,
    title: "a VHD as the source of an encrypted version",
    refused: (bench) => bench.put(fromDisk({ uri: VHD }, encrypted("westus-os"))),
    accepted: (bench) => bench.put(fromDisk({ uri: VHD })),
    answer: { message: `Encryption is not supported for source resource '${VHD}'` },
  },
  {
    row: 6,
    title: "an encrypted version as the source of another",
    refused: (bench) => bench.put(fromVersion("0.2.0")),
    accepted: (bench) => bench.put(fromVersion("0.1.0")),
    answer: { message: "Encryption is not supported for source resource" },
  },
  {
    row: 7,
    title: "an encrypted disk in another subscription",
    refused: (bench) => bench.put(fromDisk({ id: idOf("disks", "encrypted", OTHER_SUBSCRIPTION) })),
    accepted: (bench) => bench.put(fromDisk({ id: idOf("disks", "plain", OTHER_SUBSCRIPTION) })),
    answer: {
      message: `Encrypted source: '${idOf("disks", "encrypted", OTHER_SUBSCRIPTION)}' is in a different subscription ID than the current gallery image version subscription '${SUBSCRIPTION}'`,
    },
  },
  {
    row: 10,
    title: "a confidential definition without the confidential type",
    refused: (bench) => bench.put(withConfidentialType(), CONFIDENTIAL),
    accepted: (bench) =>
      bench.put(withConfidentialType("encryptedvmgueststateonlywithpmk"), CONFIDENTIAL),
    answer: {
      message:
        "The regional encryption.osDiskImage.securityProfile.type must be specified when the SecurityType of the image definition is ConfidentialVM",
    },
  },
  {
    row: 17,
    title: "another confidential type for a region that exists",
    refused: (bench) => changedConfidential(bench, "EncryptedVMGuestStateOnlyWithPmk"),
    accepted: (bench) => changedConfidential(bench, "encryptedwithpmk"),
    answer: {
      status: 409,
      code: "PropertyChangeNotAllowed",
      message: "targetRegions.encryption' is not allowed",
    },
  },
  {
    row: 10,
    title: "the same, from the version on at which the definition becomes confidential",
    refused: (bench) => bench.put(withConfidentialType(), { ...CONFIDENTIAL, version: "1.0.0" }),
    accepted: (bench) => bench.put(withConfidentialType(), { ...CONFIDENTIAL, version: "0.9.9" }),
    answer: { message: "must be specified when the SecurityType" },
  },
  {
    title: "a confidential disk under a customer's key, but without its set",
    refused: (bench) => bench.put(body([confidential("westus", "EncryptedWithCmk")])),
    accepted: (bench) =>
      bench.put(body([confidential("westus", "encryptedwithcmk", "confidential")])),
    answer: { message: "secureVMDiskEncryptionSetId must be specified in target region 'West US'" },
  },
  {
    title: "a set for a confidential disk that the platform encrypts",
    refused: (bench) =>
      bench.put(body([confidential("westus", "EncryptedWithPmk", "confidential")])),
    accepted: (bench) => bench.put(body([confidential("westus", "EncryptedWithPmk")])),
    answer: { message: "secureVMDiskEncryptionSetId is not allowed in target region 'West US'" },
  },
  {
    title: "a set of the wrong kind for a confidential disk",
    refused: (bench) => bench.put(body([confidential("westus", "EncryptedWithCmk", "westus-os")])),
    accepted: (bench) =>
      bench.put(body([confidential("westus", "EncryptedWithCmk", "confidential")])),
    answer: { message: "encryption.osDiskImage.diskEncryptionSetId is invalid" },
  },
  {
    title: "a confidential disk under a customer's key in one region only",
    refused: (bench) =>
      bench.put(
        body([
          confidential("westus", "EncryptedWithCmk", "confidential"),
          confidential("eastus2", "EncryptedWithPmk"),
        ]),
      ),
    accepted: (bench) =>
      bench.put(
        body([
          confidential("westus", "EncryptedWithCmk", "confidential"),
          confidential("eastus2", "EncryptedWithCmk", "confidential-east"),
        ]),
      ),
    answer: { message: "A disk encryption set is required for disk" },
  },
];
