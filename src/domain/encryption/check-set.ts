import { parseArmId } from "../arm-id";
import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import { regionName, type RegionName } from "../region-name";
import type { PublishRequest } from "../request/publish-request";
import type { SetKey } from "./key-place";

/** What is read of a disk encryption set. */
export interface DiskEncryptionSet {
  id: string;
  location: string;
  encryptionType: string;
  provisioningState: string;
  autoKeyRotationError?: string;
  tags: Record<string, string>;
  /** Absent where Azure doesn't tell it. */
  key?: SetKey;
}

/** What a set is used for; a confidential disk's own sets are of a third type. */
export type SetPurpose = PublishRequest["encryption"]["type"] | "confidentialVm";

const TYPE_OF: Record<SetPurpose, string> = {
  customerManagedKey: "EncryptionAtRestWithCustomerKey",
  platformAndCustomerManagedKeys: "EncryptionAtRestWithPlatformAndCustomerKeys",
  confidentialVm: "ConfidentialVmEncryptedWithCustomerKey",
  none: "no set at all",
};

/** Which disk of which region uses the set, for messages and JSON paths. */
export interface DiskUse {
  region: RegionName;
  path: string;
  gallerySubscriptionId: string;
  encryptionType: SetPurpose;
}

/**
 * Everything that makes a set unusable for a disk of a region (Azure's documentation of encrypted image versions:
 * same subscription, one set per region; REST contract for type and state).
 */
export function checkDiskEncryptionSet(set: DiskEncryptionSet, use: DiskUse): Problem[] {
  const found: Problem[] = [];
  const report = (code: ProblemCode, message: string, action: string): void => {
    found.push(problem(use.path, code, message, action, use.region));
  };
  const subscription = parseArmId(set.id)?.subscriptionId ?? "";
  if (subscription.toLowerCase() !== use.gallerySubscriptionId.toLowerCase())
    report(
      "DiskEncryptionSetInOtherSubscription",
      `${set.id} is in subscription ${subscription}, the gallery in ${use.gallerySubscriptionId}`,
      "use a disk encryption set in the gallery's subscription",
    );
  if (regionName(set.location) !== use.region)
    report(
      "DiskEncryptionSetInOtherRegion",
      `${set.id} lies in ${regionName(set.location)}, but the region is ${use.region}`,
      `use a disk encryption set in ${use.region}: every region needs its own`,
    );
  const wanted = TYPE_OF[use.encryptionType];
  if (set.encryptionType.toLowerCase() !== wanted.toLowerCase())
    report(
      "DiskEncryptionSetTypeMismatch",
      `${set.id} has the encryption type ${set.encryptionType}; ${use.encryptionType === "confidentialVm" ? "a confidential disk takes" : `the request asks for ${use.encryptionType}, which is`} ${wanted}`,
      use.encryptionType === "confidentialVm"
        ? "use a set of that type"
        : "use a set of that type, or change encryption.type",
    );
  if (set.provisioningState.toLowerCase() !== "succeeded")
    report(
      "DiskEncryptionSetNotReady",
      `${set.id} is in the state ${set.provisioningState}`,
      "repair the disk encryption set, or wait until it is Succeeded",
    );
  if (set.autoKeyRotationError !== undefined)
    report(
      "DiskEncryptionSetKeyRotationFailed",
      `${set.id} can't rotate its key: ${set.autoKeyRotationError}`,
      "repair the key or the set's access to it",
    );
  return found;
}

/** What has the data disks that a version's regions encrypt: a version that is there has its own. */
export interface DataDisks {
  of: "source" | "version";
  luns: readonly number[];
}

/** The data disks that a region encrypts must be exactly those that there are. */
export function checkLuns(
  { of, luns }: DataDisks,
  regionLuns: readonly number[],
  region: RegionName,
  path: string,
): Problem[] {
  const has = luns.length === 0 ? "none" : luns.join(", ");
  return [
    ...luns
      .filter((lun) => !regionLuns.includes(lun))
      .map((lun) =>
        problem(
          path,
          "DataDiskEncryptionMissing",
          `the ${of} has a data disk at LUN ${lun}, and region ${region} names no disk encryption set for it`,
          `add {"lun": ${lun}, "diskEncryptionSetId": …}`,
          region,
        ),
      ),
    ...regionLuns
      .filter((lun) => !luns.includes(lun))
      .map((lun) =>
        problem(
          path,
          "UnknownLun",
          `region ${region} encrypts LUN ${lun}, which the ${of} doesn't have; its data disks: ${has}`,
          "remove it or correct the LUN",
          region,
        ),
      ),
  ];
}
