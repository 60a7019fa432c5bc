import { regionName, type RegionName } from "../region-name";
import type { ImageVersionBody } from "./image-version-body";
import { setsByDisk } from "./region-encryption";

/** A version that is there, as far as its data disks are concerned. */
export interface VersionDisks {
  body: ImageVersionBody;
  /** LUNs of its own data disks, where Azure shows them. */
  dataLuns?: number[];
}

/**
 * LUNs of the data disks that every region has to encrypt. Those of a version that is there are its
 * own: what it was made from may have changed since, or be gone. Only while Azure doesn't show them
 * they are the source's, or else those that some region encrypts.
 * @param sourceLuns absent when the source isn't there
 * @returns undefined when there is neither version nor source
 */
export function dataLunsOf(
  version: VersionDisks | undefined,
  sourceLuns: number[] | undefined,
): number[] | undefined {
  if (version === undefined) return sourceLuns;
  return version.dataLuns ?? sourceLuns ?? encryptedLuns(version.body);
}

function encryptedLuns({ publishingProfile: { targetRegions } }: ImageVersionBody): number[] {
  const luns = targetRegions.flatMap(({ encryption }) =>
    (encryption?.dataDiskImages ?? []).map(({ lun }) => lun),
  );
  return [...new Set(luns)];
}

/** Data disks of a region that no disk encryption set is used for, although one is for others of it. */
export interface UnencryptedDisks {
  region: RegionName;
  luns: number[];
}

/** What of a version lies under platform-managed keys beside what lies under the customer's. */
export const unencryptedDisks = ({ body, dataLuns = [] }: VersionDisks): UnencryptedDisks[] =>
  body.publishingProfile.targetRegions
    .map(({ name, encryption }) => ({ region: regionName(name), sets: setsByDisk(encryption) }))
    .filter(({ sets }) => sets.size > 0)
    .map(({ region, sets }) => ({ region, luns: dataLuns.filter((lun) => !sets.has(lun)) }))
    .filter(({ luns }) => luns.length > 0);
