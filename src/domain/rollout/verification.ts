import { createHash } from "crypto";
import { MANAGED_DISK, sameArmId } from "../arm-id";
import { fault, type Fault } from "../fault";
import type { RegionEncryption } from "../plan/region-encryption";
import type { RegionName } from "../region-name";
import type { ConfidentialType, PublishRequest } from "../request/publish-request";

/** Regions that are verified at once: each makes its disks, and subscriptions have quotas of them. */
export const VERIFIED_AT_ONCE = 8;
/** A disk is there within a minute or two; that a Completed region can't be used yet was seen for minutes. */
export const VERIFY_WITHIN_MS = 30 * 60_000;

/** A disk of a version: the OS disk, or the data disk of a LUN. */
export type DiskOfVersion = "os" | number;

/** A disk that a verification makes, and how it has to be encrypted. */
export interface VerificationDisk {
  disk: DiskOfVersion;
  name: string;
  /** Absent where the platform's keys are asked for, and where only a confidential disk's set is used. */
  diskEncryptionSetId?: string;
  /** Of a confidential OS disk, in the spelling of disks (REST contract). */
  securityProfile?: { securityType: string; secureVMDiskEncryptionSetId?: string };
}

/** Whose disks they are. */
export interface DiskOwner {
  publicationId: string;
  runId: string;
}

/** The names that the REST contract of disks has for what image versions say. */
const SECURITY_TYPES: Record<ConfidentialType, string> = {
  EncryptedVMGuestStateOnlyWithPmk: "ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey",
  EncryptedWithPmk: "ConfidentialVM_DiskEncryptedWithPlatformKey",
  EncryptedWithCmk: "ConfidentialVM_DiskEncryptedWithCustomerKey",
  NonPersistedTPM: "ConfidentialVM_NonPersistedTPM",
};

const ENCRYPTION_TYPES: Record<PublishRequest["encryption"]["type"], string> = {
  customerManagedKey: "EncryptionAtRestWithCustomerKey",
  platformAndCustomerManagedKeys: "EncryptionAtRestWithPlatformAndCustomerKeys",
  none: "EncryptionAtRestWithPlatformKey",
};

/** How a disk with a set is encrypted, as the REST contract of disks has it. */
export const diskEncryptionType = ({ type }: PublishRequest["encryption"]): string =>
  ENCRYPTION_TYPES[type];

/** The same for the same run, region and disk: a step that is taken again finds what it has made. */
function diskName(owner: DiskOwner, region: RegionName, disk: DiskOfVersion): string {
  const hash = createHash("sha256").update(`${owner.publicationId} ${owner.runId}`).digest("hex");
  return `verify-${hash.slice(0, 16)}-${region}-${disk === "os" ? "os" : `lun${disk}`}`;
}

/** Id of a disk in the group that verifications have. */
export const verificationDiskId = (group: string, name: string): string =>
  `${group}/providers/${MANAGED_DISK}/${name}`;

/**
 * The disks that prove a region: one of the version's OS disk and of each of its data disks.
 * @param luns of the version's data disks
 */
export function verificationDisks(
  owner: DiskOwner,
  region: { name: RegionName; encryption?: RegionEncryption | undefined },
  luns: readonly number[],
): VerificationDisk[] {
  const { osDiskImage = {}, dataDiskImages = [] } = region.encryption ?? {};
  const security = securityProfile(osDiskImage.securityProfile);
  const wanted = (disk: DiskOfVersion, diskEncryptionSetId: string | undefined) => ({
    disk,
    name: diskName(owner, region.name, disk),
    ...(diskEncryptionSetId === undefined ? {} : { diskEncryptionSetId }),
  });
  return [
    {
      ...wanted("os", osDiskImage.diskEncryptionSetId),
      ...(security === undefined ? {} : { securityProfile: security }),
    },
    ...luns.map((lun) =>
      wanted(lun, dataDiskImages.find((disk) => disk.lun === lun)?.diskEncryptionSetId),
    ),
  ];
}

type Security = NonNullable<RegionEncryption["osDiskImage"]>["securityProfile"];

function securityProfile(security: Security): VerificationDisk["securityProfile"] {
  const given = security?.confidentialVMEncryptionType?.toLowerCase();
  const type = Object.entries(SECURITY_TYPES).find(([name]) => name.toLowerCase() === given)?.[1];
  if (type === undefined) return undefined;
  const set = security?.secureVMDiskEncryptionSetId;
  return {
    securityType: type,
    ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: set }),
  };
}

/** What a disk shows of its encryption. */
export interface ShownEncryption {
  encryptionType?: string;
  diskEncryptionSetId?: string;
  securityType?: string;
  secureVMDiskEncryptionSetId?: string;
}

/**
 * What is wrong with the encryption of a disk that was made; undefined when it is as it has to be.
 * @param encryptionType of the disks with a set
 */
export function wronglyEncrypted(
  wanted: VerificationDisk,
  encryptionType: string,
  shown: ShownEncryption,
): string | undefined {
  const { diskEncryptionSetId: set, securityProfile: security } = wanted;
  const type = set === undefined ? undefined : encryptionType;
  const secure = security?.secureVMDiskEncryptionSetId;
  const members: [string, string | undefined, string | undefined, typeof sameArmId][] = [
    ["disk encryption set", set, shown.diskEncryptionSetId, sameArmId],
    ["encryption type", type, shown.encryptionType, sameWord],
    ["security type", security?.securityType, shown.securityType, sameWord],
    ["set of the confidential disk", secure, shown.secureVMDiskEncryptionSetId, sameArmId],
  ];
  // What isn't wanted may be there: Azure can call the disk of a Trusted Launch image so.
  const wrong = members.filter(([, want, has, same]) => want !== undefined && !same(want, has));
  if (wrong.length === 0) return undefined;
  return wrong
    .map(([what, want, has]) => `its ${what} is ${has ?? "none"} instead of ${want ?? "none"}`)
    .join("; ");
}

const sameWord: typeof sameArmId = (want, has) => want?.toLowerCase() === has?.toLowerCase();

const nameOf = (disk: DiskOfVersion): string =>
  disk === "os" ? "OS disk" : `data disk at LUN ${disk}`;
const AGAIN = "then redrive the failure: the region is verified again, and nothing is copied anew";

/** Azure doesn't make a disk from a region that it calls Completed. */
export function diskNotMade(region: RegionName, { disk }: VerificationDisk, cause: Fault): Fault {
  const { code, message, advice, action, correlationId } = cause;
  return {
    ...fault(
      "VerificationFailed",
      advice,
      `${region} is Completed, but no disk could be made from the version's ${nameOf(disk)}: ${code}: ${message}`,
      `${action}; ${AGAIN}`,
    ),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

/** A disk that came, but isn't what the region is to give. */
export const diskNotEncrypted = (
  region: RegionName,
  { disk }: VerificationDisk,
  what: string,
): Fault =>
  fault(
    "VerificationFailedEncryption",
    "operator",
    `a disk made from the version's ${nameOf(disk)} in ${region} isn't encrypted as it has to be: ${what}`,
    "don't use the version in this region; look at its target regions and at the policies of the verification's resource group",
  );

/** The time of a verification is over. */
export const notVerifiedInTime = (
  region: RegionName,
  withinMs: number,
  last: Fault | undefined,
): Fault =>
  fault(
    "VerificationFailedInTime",
    "operator",
    `${region} is Completed, but the disks made from it weren't there after ${Math.round(withinMs / 60_000)} minutes` +
      (last === undefined ? "" : `; last ${last.code}: ${last.message}`),
    `look whether disks can be made from the version there; ${AGAIN}`,
  );

/** A disk by the name of ours that isn't. */
export const diskKept = (id: string): Fault =>
  fault(
    "DiskKept",
    "operator",
    `${id} isn't this run's: it isn't used for the verification, and isn't deleted`,
    "look whose it is; the verification's resource group should be for nothing else",
  );
