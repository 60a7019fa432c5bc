import { problem, type Problem } from "../problem";
import type { RequestedRegion } from "./publish-request";

/** A region of the request as far as it could be read. */
export interface PlacedRegion {
  requested: RequestedRegion;
  /** Of the region's entry. */
  path: string;
  /** False when a data disk's LUN can't be read: which are missing can't be said, then. */
  areLunsKnown: boolean;
}

/**
 * What must be the same in all regions of a request: which disks are encrypted (REST contract:
 * all-or-none per disk), and how a confidential OS disk is.
 */
export const encryptionDifferences = (read: readonly PlacedRegion[]): Problem[] => [
  ...missingLuns(read),
  ...missingOsSets(read),
  ...confidentialDifferences(read),
];

function missingLuns(read: readonly PlacedRegion[]): Problem[] {
  const all = new Set(
    read.flatMap(({ requested }) => requested.dataDiskImages.map(({ lun }) => lun)),
  );
  return read.flatMap(({ requested: region, path, areLunsKnown }) => {
    if (region.oneSetForAllDisks === true || !areLunsKnown) return [];
    const own = new Set(region.dataDiskImages.map((disk) => disk.lun));
    const missing = [...all].filter((lun) => !own.has(lun));
    if (missing.length === 0) return [];
    return [
      problem(
        `${path}.encryption.dataDiskImages`,
        "DataDiskEncryptionMissing",
        `region ${region.name} names no disk encryption set for the data disk at LUN ${missing.join(", ")}, other regions do`,
        "a disk that is encrypted in one region must be in every region: add the missing LUN",
        region.name,
      ),
    ];
  });
}

/** Only confidential disks may go without; then they all do. */
function missingOsSets(read: readonly PlacedRegion[]): Problem[] {
  const without = read.filter(
    ({ requested }) => requested.osDiskImage.diskEncryptionSetId === undefined,
  );
  if (without.length === read.length) return [];
  return without.map(({ requested: region, path }) =>
    problem(
      `${path}.encryption.osDiskImage.diskEncryptionSetId`,
      "DiskEncryptionSetRequired",
      `region ${region.name} names no disk encryption set for the OS disk at rest, other regions do`,
      "a disk that is encrypted in one region must be in every region: name the region's set",
      region.name,
    ),
  );
}

function confidentialDifferences(read: readonly PlacedRegion[]): Problem[] {
  const typeOf = ({ requested }: PlacedRegion) =>
    requested.osDiskImage.securityProfile?.confidentialVMEncryptionType;
  const wanted = read.map(typeOf).find((type) => type !== undefined);
  return read.flatMap((one) => {
    const type = typeOf(one);
    if (type === wanted) return [];
    const [code, has] =
      type === undefined
        ? (["ConfidentialTypeRequired", "doesn't say how the confidential OS disk is"] as const)
        : (["ConfidentialTypesDiffer", `encrypts the confidential OS disk as ${type}`] as const);
    return [
      problem(
        `${one.path}.encryption.osDiskImage.securityProfile.confidentialVMEncryptionType`,
        code,
        `region ${one.requested.name} ${has}${type === undefined ? " encrypted" : ""}, another region as ${wanted ?? ""}`,
        "give the same type in every region",
        one.requested.name,
      ),
    ];
  });
}
