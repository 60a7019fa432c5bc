import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import type { RegionName } from "../region-name";
import type { DiskReader } from "./disk-reader";
import type { EncryptionRules } from "./encryption-rules";
import {
  CONFIDENTIAL_TYPES,
  type ConfidentialDisk,
  type ConfidentialType,
} from "./publish-request";
import type { WireSecurityProfile } from "./schema";
import type { Sound } from "./sound-parts";

/** Types whose keys are the platform's. `NonPersistedTPM` isn't one: it keeps nothing to encrypt. */
const PLATFORM_KEYS: ReadonlySet<ConfidentialType> = new Set([
  "EncryptedVMGuestStateOnlyWithPmk",
  "EncryptedWithPmk",
]);

/** True where the disk of a confidential machine would be under a key of the platform's. */
export const usesPlatformKeys = (type: ConfidentialType): boolean => PLATFORM_KEYS.has(type);

/** What is said of such a type where the configuration doesn't allow it. */
export const platformKeysNotAllowed = (
  type: ConfidentialType,
  path: string,
  region: RegionName,
): Problem =>
  problem(
    path,
    "PlatformManagedKeysNotAllowed",
    `${type} encrypts with platform-managed keys, which the configuration doesn't allow`,
    "use EncryptedWithCmk with a secureVMDiskEncryptionSetId; whoever runs this pipeline can set PLATFORM_MANAGED_KEYS to allow",
    region,
  );

type Report = (
  member: keyof WireSecurityProfile,
  code: ProblemCode,
  message: string,
  action: string,
) => void;

/**
 * Reads the encryption of a confidential machine's OS disk (REST contract: a set goes with
 * `EncryptedWithCmk` and only with it). An empty profile is what Azure adds to every encrypted disk,
 * and says nothing.
 */
export function readConfidentialDisk(
  profile: Sound<WireSecurityProfile> | undefined = {},
  reader: DiskReader,
  rules: EncryptionRules,
): ConfidentialDisk | undefined {
  const { confidentialVMEncryptionType: text, secureVMDiskEncryptionSetId: set } = profile;
  if (text === undefined && set === undefined) return undefined;
  const report: Report = (member, code, message, action) =>
    reader.report(`osDiskImage.securityProfile.${member}`, (path, region) =>
      problem(path, code, message, action, region),
    );
  const type = readType(text, report);
  if (type === undefined) return undefined;
  if (usesPlatformKeys(type) && rules.platformManagedKeys === "reject")
    reader.report("osDiskImage.securityProfile.confidentialVMEncryptionType", (path, region) =>
      platformKeysNotAllowed(type, path, region),
    );
  checkPair(type, set, report);
  if (set === undefined) return { confidentialVMEncryptionType: type };
  const at = "osDiskImage.securityProfile.secureVMDiskEncryptionSetId";
  return {
    confidentialVMEncryptionType: type,
    secureVMDiskEncryptionSetId: reader.readSet(set, at),
  };
}

function checkPair(type: ConfidentialType, set: string | undefined, report: Report): void {
  const member = "secureVMDiskEncryptionSetId";
  if (type === "EncryptedWithCmk" && set === undefined)
    report(
      member,
      "SecureDiskEncryptionSetRequired",
      "EncryptedWithCmk is asked for, and no set for the confidential disk is named",
      "name the region's set of the type ConfidentialVmEncryptedWithCustomerKey",
    );
  if (type !== "EncryptedWithCmk" && set !== undefined)
    report(
      member,
      "SecureDiskEncryptionSetNotAllowed",
      `a set for the confidential disk goes with EncryptedWithCmk only, not with ${type}`,
      "leave it out, or use EncryptedWithCmk",
    );
}

/** ARM's spelling of a type given in any case. */
function readType(text: string | undefined, report: Report): ConfidentialType | undefined {
  const type = CONFIDENTIAL_TYPES.find((name) => name.toLowerCase() === text?.toLowerCase());
  const types = `one of ${CONFIDENTIAL_TYPES.join(", ")}`;
  if (text === undefined)
    report(
      "confidentialVMEncryptionType",
      "ConfidentialTypeRequired",
      "a set for the confidential disk is named, but not how the disk is encrypted",
      `add it: ${types}`,
    );
  else if (type === undefined)
    report(
      "confidentialVMEncryptionType",
      "UnknownConfidentialType",
      `"${text}" is no encryption of confidential machines`,
      `use ${types}`,
    );
  return type;
}
