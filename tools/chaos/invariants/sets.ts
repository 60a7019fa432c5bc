import type { DiskSets } from "../evidence";
import { DATA_LUN, setsOf } from "../plan/world";

/** Every disk of the image has this region's set: the OS disk, and the one data disk at its LUN. */
export function hasSetsOf(region: string, { osDiskImage, dataDiskImages = [] }: DiskSets): boolean {
  const { os, data } = setsOf(region);
  const [disk, ...others] = dataDiskImages;
  return (
    isSet(osDiskImage?.diskEncryptionSetId, os) &&
    // Without a set of its own a data disk would be encrypted with the platform's key.
    disk?.lun === DATA_LUN &&
    isSet(disk.diskEncryptionSetId, data) &&
    others.length === 0
  );
}

/** The sets as they are, for a violation's sentence. */
export const described = ({ osDiskImage, dataDiskImages = [] }: DiskSets): string =>
  [
    `OS disk ${osDiskImage?.diskEncryptionSetId ?? "none"}`,
    ...dataDiskImages.map(
      ({ lun, diskEncryptionSetId }) => `LUN ${lun} ${diskEncryptionSetId ?? "none"}`,
    ),
  ].join(", ");

/** ARM ids compare without case. */
const isSet = (actual: string | undefined, wanted: string): boolean =>
  actual?.toLowerCase() === wanted.toLowerCase();
