import { ArmError } from "../errors";

/**
 * The sentences in which the service refuses image versions. Where Azure's code isn't known it is
 * `InvalidParameter`; sentences marked "assumed" are ours, because Azure's isn't known either.
 */
export const invalid = (message: string, target?: string): ArmError =>
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

export const locationNotTargeted = (regions: string[], location: string): ArmError =>
  invalid(
    `Gallery image version publishing profile regions ${regions.join(", ")} must contain the location of image version ${location}`,
  );

export const duplicateRegions = (): ArmError =>
  invalid("Duplicate regions are not allowed in target publishing regions");

/** Assumed: that a region without access is refused so. */
export const regionNotAccessible = (region: string, subscriptionId: string): ArmError =>
  invalid(
    `The location '${region}' in galleryImageVersion.properties.publishingProfile.targetRegions is not available for subscription '${subscriptionId}'`,
  );

/** Assumed. */
export const storageNotInRegion = (type: string, region: string): ArmError =>
  invalid(
    `Storage account type '${type}' is not supported in region '${region}'`,
    "galleryImageVersion.properties.publishingProfile.targetRegions.storageAccountType",
  );

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
export const strategyAndType = (): ArmError =>
  invalid(
    "storageAccountStrategy cannot be specified along with storageAccountType in the publishing profile of a gallery image version",
    "galleryImageVersion.properties.publishingProfile.storageAccountStrategy",
  );

/** Assumed, like the next two. */
const shallow = (rule: string): ArmError =>
  invalid(
    `Replication mode 'Shallow' ${rule}`,
    "galleryImageVersion.properties.publishingProfile.replicationMode",
  );
export const shallowOneRegion = (): ArmError =>
  shallow("allows only the location of the image version as target region");
export const shallowOneReplica = (): ArmError => shallow("allows only one replica");
export const shallowUnencrypted = (): ArmError => shallow("doesn't support disk encryption sets");

/** Assumed: that a repeat is refused is reported, the words aren't known. */
export const versionFailed = (name: string): ArmError =>
  new ArmError(
    409,
    "InvalidParameter",
    `Operation 'Update Gallery Image Version' is not allowed on ${name} since its provisioning state is Failed. Delete the image version and create it again`,
  );

/** Assumed. */
export const versionSoftDeleted = (name: string): ArmError =>
  new ArmError(
    409,
    "InvalidParameter",
    `Gallery image version ${name} is soft-deleted. Restore it, or delete it permanently, before its name is used again`,
  );

/** Documented, the words are assumed. */
export const failedNotSoftDeletable = (name: string): ArmError =>
  new ArmError(
    409,
    "InvalidParameter",
    `Gallery image version ${name} can't be deleted since its provisioning state is Failed and soft delete is enabled on its gallery. Disable soft delete, delete the image version, and enable soft delete again`,
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
