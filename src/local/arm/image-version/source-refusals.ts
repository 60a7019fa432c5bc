import type { ArmError } from "../errors";
import { invalid } from "./refusals";

/** The sentences in which the service refuses sources of image versions. */

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

export const notAWholeSource = (id: string): ArmError =>
  invalid(
    `The source id: ${id} must either be a managed image, virtual machine or another gallery image version`,
  );

export const notADiskSource = (id: string): ArmError =>
  invalid(`The source id: ${id} must be a managed disk or snapshot.`);

export const sameBlob = (uri: string): ArmError =>
  invalid(`OSDiskImage and DataDiskImage cannot point to same blob ${uri}`);

export const otherOsState = (id: string, definition: string, source: string): ArmError =>
  invalid(
    `Cannot create Gallery Image Version from: ${id} since the OS State in the parent gallery image ('${definition}') is not '${source}'.`,
  );

export const otherHyperVGeneration = (id: string, source: string, definition: string): ArmError =>
  invalid(
    `The resource with id '${id}' has a different Hypervisor generation ['${source}'] than the parent gallery image Hypervisor generation ['${definition}']`,
  );

export const otherOsType = (id: string, source: string, definition: string): ArmError =>
  invalid(
    `The resource with id '${id}' has a different OS type ['${source}'] than the parent gallery image OS type generation ['${definition}']`,
  );

/** Assumed. */
export const otherSecurityType = (id: string, securityType: string): ArmError =>
  invalid(
    `The source resource '${id}' is not supported for a gallery image with the security type '${securityType}'`,
  );

export const ephemeralOsDisk = (id: string): ArmError =>
  invalid(`Source virtual machine ${id} cannot contain an ephemeral OS disk`);

export const ultraDisk = (id: string, disk: string): ArmError =>
  invalid(
    `Source virtual machine ${id} cannot contain disk ['${disk}'] stored in an UltraSSD account type`,
  );

export const unmanagedDisks = (id: string): ArmError =>
  invalid(`Source virtual machine ${id} must be created from Managed Disks`);

export const encryptedSourceElsewhere = (id: string, gallery: string, source: string): ArmError =>
  invalid(
    `Encrypted source: '${id}' is in a different subscription ID than the current gallery image version subscription '${gallery}'. Please retry with an unencrypted source(s) or use the source's subscription '${source}' to create the gallery image version`,
  );

/** For a version that is itself encrypted the rule is documented, and these words are assumed. */
export const encryptionNotSupported = (id: string): ArmError =>
  invalid(
    `Encryption is not supported for source resource '${id}'. Please use a different source resource type which supports encryption or remove encryption properties`,
  );

export const sourceBusy = (id: string): ArmError =>
  invalid(
    `Too many requests on source '${id}'. Please reduce the number of requests on the source or wait some time before retrying`,
  );
