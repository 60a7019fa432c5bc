import { enumValue } from "../enum-value";
import type { DiskImage, StorageProfile } from "./version-body";

const HOST_CACHING = ["None", "ReadOnly", "ReadWrite"] as const;

/** A storage profile with its values in the service's spelling. */
export function spelledStorage(given: StorageProfile = {}): StorageProfile {
  const { osDiskImage, dataDiskImages } = given;
  return {
    ...given,
    ...(osDiskImage === undefined ? {} : { osDiskImage: spelled(osDiskImage) }),
    ...(dataDiskImages === undefined ? {} : { dataDiskImages: dataDiskImages.map(spelled) }),
  };
}

function spelled<T extends DiskImage>(disk: T): T {
  if (disk.hostCaching === undefined) return disk;
  const parameter = "galleryImageVersion.properties.storageProfile.hostCaching";
  return { ...disk, hostCaching: enumValue(disk.hostCaching, HOST_CACHING, parameter) };
}
