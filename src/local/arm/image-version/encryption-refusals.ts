import { ArmError } from "../errors";
import type { OperationError } from "../operations";
import { invalid } from "./refusals";

/** The sentences in which the service refuses the encryption of image versions. */

export const duplicateLuns = (lun: number, region: string): ArmError =>
  invalid(
    `Duplicate luns '${lun}' were specified in target region '${region}' encryption.dataDiskImages`,
  );

export const invalidLun = (lun: number, luns: number[]): ArmError =>
  invalid(
    `An invalid lun [${lun}] was specified in encryption.dataDiskImages. The lun must be one of the following values ['${luns.join(",")}']`,
  );

export const newEncryptionLun = (lun: number, region: string): ArmError =>
  invalid(
    `Cannot specify new data disk image encryption lun [${lun}] with a disk encryption set in region [${region}] for update gallery image version request. To update this version, remove the new lun. If you need to change the data disk image encryption settings, you must create a new gallery image version with the correct settings.`,
  );

export const encryptionSetRequired = (
  disk: string,
  without: string,
  id: string,
  having: string,
): ArmError =>
  invalid(
    `A disk encryption set is required for disk '${disk}' in target region '${without}' since disk encryption set '${id}' is used for the corresponding disk in region '${having}'`,
  );

/** The Resource Manager itself refuses ids that don't begin with `/subscriptions/`. */
export const notAnId = (id: string, path: string): ArmError =>
  new ArmError(
    400,
    "LinkedInvalidPropertyId",
    `Property id '${id}' at path '${path}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
  );

export const invalidEncryptionSetId = (disk: "osDiskImage" | "dataDiskImages"): ArmError =>
  invalid(
    `The value of parameter galleryArtifactVersion.properties.publishingProfile.targetRegions.encryption.${disk}.diskEncryptionSetId is invalid`,
  );

export const encryptionSetElsewhere = (id: string, subscriptionId: string): ArmError =>
  invalid(
    `The disk encryption set '${id}' must be in the same subscription '${subscriptionId}' as the gallery resource`,
  );

export const encryptionSetNotFound = (id: string): ArmError =>
  invalid(`The disk encryption set ${id} was not found`);

/** Assumed. */
export const encryptionSetInOtherRegion = (id: string, found: string, region: string): ArmError =>
  invalid(
    `The disk encryption set '${id}' is in region '${found}' but it must be in the target region '${region}'`,
  );

export const confidentialTypeRequired = (): ArmError =>
  invalid(
    "The regional encryption.osDiskImage.securityProfile.type must be specified when the SecurityType of the image definition is ConfidentialVM",
  );

/** Assumed. */
export const secureSetRequired = (region: string): ArmError =>
  invalid(
    `The regional encryption.osDiskImage.securityProfile.secureVMDiskEncryptionSetId must be specified in target region '${region}' when the type is EncryptedWithCmk`,
  );

/** Assumed. */
export const secureSetNotAllowed = (region: string): ArmError =>
  invalid(
    `The regional encryption.osDiskImage.securityProfile.secureVMDiskEncryptionSetId is not allowed in target region '${region}' unless the type is EncryptedWithCmk`,
  );

/** Documented; code and words are assumed. */
export const encryptedInSharedGallery = (gallery: string): ArmError =>
  invalid(
    `Disk encryption sets are not supported for image versions in gallery '${gallery}' since it is shared directly (sharingProfile.permissions is 'Groups')`,
  );

/** Not a refusal: how an operation ends that may not use the key of a set. */
export const keyVaultAccessForbidden = (keyUrl: string, set: string): OperationError => ({
  code: "KeyVaultAccessForbidden",
  message: `Unable to access key vault resource '${keyUrl}' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set '${set}'. Please visit https://aka.ms/keyvaultaccessssecmk for more information.`,
});
