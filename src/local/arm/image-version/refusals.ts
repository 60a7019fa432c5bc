import { ArmError } from "../errors";

/**
 * The sentences in which the service refuses image versions. Where Azure's code isn't known it is
 * `InvalidParameter`; sentences marked "assumed" are ours, because Azure's isn't known either.
 */
const invalid = (message: string, target?: string): ArmError =>
  new ArmError(400, "InvalidParameter", message, target === undefined ? {} : { target });

const changeNotAllowed = (property: string): ArmError =>
  new ArmError(409, "PropertyChangeNotAllowed", `Changing property '${property}' is not allowed`, {
    target: property,
  });

export const invalidVersionName = (): ArmError =>
  invalid(
    "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) format, for e.g: 1.0.0, 2018.12.1 etc",
    "galleryImageVersionName",
  );

export const sourceNotFound = (id: string): ArmError =>
  invalid(
    `Source ${id} is not found. Please check source exists, and is in the same region as gallery image version being created`,
  );

export const oneSourceOnly = (): ArmError =>
  invalid(
    "The gallery artifact version source can only be specified either directly under storageProfile or within individual OS or data disks. One and only one source type (user image, snapshot, disk, virtual machine) can be provided",
  );

export const duplicateSourceLuns = (): ArmError =>
  invalid(
    "Duplicated lun numbers have been detected in the input data disks. Lun number must be unique for each data disk",
  );

export const duplicateSourceIds = (): ArmError =>
  invalid(
    "Duplicated source ids are found in the input disks. Source id should be unique for each disk",
  );

export const locationNotTargeted = (regions: string[], location: string): ArmError =>
  invalid(
    `Gallery image version publishing profile regions ${regions.join(", ")} must contain the location of image version ${location}`,
  );

export const duplicateRegions = (): ArmError =>
  invalid("Duplicate regions are not allowed in target publishing regions");

/** Assumed. */
export const unknownRegion = (name: string): ArmError =>
  invalid(
    `The location '${name}' in galleryImageVersion.properties.publishingProfile.targetRegions is not available`,
  );

export const outOfRange = (value: number, parameter: string, min: number, max: number): ArmError =>
  invalid(
    `The value ${value} of parameter ${parameter} is out of range. The value must be between ${min} and ${max}, inclusive`,
    parameter,
  );

/** Assumed. */
export const unknownValue = (value: string, parameter: string): ArmError =>
  invalid(`The value '${value}' of parameter ${parameter} is invalid`, parameter);

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

/** 409, as recorded for the source; assumed for the other properties. */
export const changedProperty = (property: string): ArmError =>
  changeNotAllowed(`galleryImageVersion.properties.${property}`);

export const newDataDisk = (): ArmError =>
  invalid(
    "Adding new Data Disks or changing the LUN of a Data Disk in an existing Image is not allowed",
  );

/** Assumed. */
export const regionRemovalBlocked = (regions: string[]): ArmError =>
  invalid(
    `Deleting replicated locations '${regions.join(", ")}' is not allowed since allowDeletionOfReplicatedLocations is false in the safety profile of the gallery image version`,
    "galleryImageVersion.properties.safetyProfile.allowDeletionOfReplicatedLocations",
  );

export const deniedByPolicy = (resource: string): ArmError =>
  new ArmError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${resource}' was disallowed by policy. Policy identifiers: 'Image versions must be encrypted with customer-managed keys'.`,
  );

export const markedForDeletion = (name: string): ArmError =>
  new ArmError(
    409,
    "InvalidParameter",
    `Operation 'Update Gallery Image Version' is not on allowed on ${name}; since it is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete)`,
  );

export const blockedBeforeEndOfLife = (): ArmError =>
  new ArmError(
    409,
    "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    "Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet",
  );

/** The error of an operation that ends because regions failed. */
export const replicationJobsFailed = (
  regions: { region: string; details: string }[],
): { code: string; message: string } => ({
  code: "ValidationError",
  message: `Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: '${regions
    .map(({ region, details }) => `{region:${region}, detail:${details}}`)
    .join(
      ", ",
    )}'. If retry does not work, then please do an update by removing the failed regions and update again by adding them back.`,
});
