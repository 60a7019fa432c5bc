import type { ImageVersionBody } from "./image-version-body";

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
