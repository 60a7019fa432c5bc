import type { DiskEncryptionSet, SetPurpose } from "../encryption/check-set";
import type { TargetRegion } from "../plan/image-version-body";
import { setsByDisk } from "../plan/region-encryption";
import { problem, type Problem } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { PublishRequest, SetUse } from "../request/publish-request";

/** A region that the version has and the request doesn't name; a write echoes it. */
export interface KeptRegion {
  name: RegionName;
  /** Ids of its disk encryption sets, each once, with the disk that uses it. */
  sets: { id: string; disk: SetUse["disk"] }[];
}

/** The regions of a version that stay as they are. */
export function keptRegions(
  { targetRegions }: Pick<PublishRequest, "targetRegions">,
  existing: readonly TargetRegion[],
): KeptRegion[] {
  const named = new Set(targetRegions.map(({ name }) => name));
  return existing
    .map(({ name, encryption }) => ({ name: regionName(name), sets: setsByDisk(encryption) }))
    .filter(({ name }) => !named.has(name))
    .map(({ name, sets }) => ({
      name,
      sets: [...new Map([...sets].map(([disk, id]) => [id.toLowerCase(), { id, disk }])).values()],
    }));
}

/** What a kept region's set is for: of the two types of keys at rest it keeps the one it has. */
export function purposeOf(
  disk: SetUse["disk"],
  { encryptionType }: Pick<DiskEncryptionSet, "encryptionType">,
): SetPurpose {
  if (disk === "confidential") return "confidentialVm";
  return /PlatformAndCustomer/i.test(encryptionType)
    ? "platformAndCustomerManagedKeys"
    : "customerManagedKey";
}

/** What is wrong with a set of a kept region, told of the version: the request doesn't name it. */
export const keptSetUnusable = (region: RegionName, found: Pick<Problem, "message">): Problem =>
  problem(
    "$.image.version",
    "KeptDiskEncryptionSetUnusable",
    `the version keeps region ${region}, which the request doesn't name, and a write repeats its sets: ${found.message}`,
    "restore the set, or remove the region from the version, then send the request again",
    region,
  );
