import { readReference } from "../encryption/reference";
import { problem, type Problem } from "../problem";
import type { RegionName } from "../region-name";
import type { Touched } from "./allow-list";
import type { DiskEncryptionSetReference, RequestedRegion } from "./publish-request";
import type { WireRegion } from "./schema";
import type { Sound } from "./sound-parts";

/** The disks of a region, and what else was learnt of them. */
export type ReadDisks = Pick<
  RequestedRegion,
  "osDiskImage" | "dataDiskImages" | "oneSetForAllDisks"
> & {
  uses: Touched["uses"];
  /** False when a data disk's LUN can't be read: which are missing can't be said, then. */
  areLunsKnown: boolean;
};

/** Stands where a set should; the request is refused for its lack. */
const NO_SET: DiskEncryptionSetReference = { kind: "name", name: "" };

/**
 * The sets of a region's disks. Only a region that says nothing of its encryption gets what the
 * configuration or tags tell.
 * @param found the set of a region that names none
 */
export function readDisks(
  region: Sound<WireRegion>,
  at: { path: string; name: RegionName },
  found: DiskEncryptionSetReference | undefined,
  problems: Problem[],
): ReadDisks {
  const { osDiskImage, dataDiskImages = [] } = region.encryption ?? {};
  if (found === undefined || osDiskImage !== undefined || dataDiskImages.length > 0)
    return namedSets(region, at, problems);
  const path = `${at.path}.encryption.osDiskImage.diskEncryptionSetId`;
  return {
    osDiskImage: { diskEncryptionSetId: found },
    dataDiskImages: [],
    oneSetForAllDisks: true,
    uses: [{ reference: found, path, region: at.name }],
    areLunsKnown: true,
  };
}

/** Fail closed: a region whose disks name no disk encryption set is an error, never a default. */
function namedSets(
  { encryption }: Sound<WireRegion>,
  { path, name }: { path: string; name: RegionName },
  problems: Problem[],
): ReadDisks {
  const uses: Touched["uses"] = [];
  const resolve = (text: string, at: string): DiskEncryptionSetReference => {
    const result = readReference(text, at);
    if ("problem" in result) {
      problems.push({ ...result.problem, region: name });
      return NO_SET;
    }
    uses.push({ reference: result.reference, path: at, region: name });
    return result.reference;
  };
  const osPath = `${path}.encryption.osDiskImage.diskEncryptionSetId`;
  const os = encryption?.osDiskImage?.diskEncryptionSetId;
  if (os === undefined) problems.push(setRequired(osPath, name));
  const seen = new Set<number>();
  const data = (encryption?.dataDiskImages ?? []).map((disk, index) => {
    const at = `${path}.encryption.dataDiskImages[${index}]`;
    if (disk?.lun !== undefined && seen.has(disk.lun))
      problems.push(lunTwice(`${at}.lun`, disk.lun, name));
    if (disk?.lun !== undefined) seen.add(disk.lun);
    const given = disk?.diskEncryptionSetId;
    return {
      lun: disk?.lun,
      diskEncryptionSetId:
        given === undefined ? NO_SET : resolve(given, `${at}.diskEncryptionSetId`),
    };
  });
  const isKnown = (disk: (typeof data)[number]): disk is (typeof data)[number] & { lun: number } =>
    disk.lun !== undefined;
  return {
    osDiskImage: { diskEncryptionSetId: os === undefined ? NO_SET : resolve(os, osPath) },
    dataDiskImages: data.filter(isKnown),
    uses,
    areLunsKnown: data.every(isKnown),
  };
}

const setRequired = (path: string, region: RegionName): Problem =>
  problem(
    path,
    "DiskEncryptionSetRequired",
    `region ${region} names no disk encryption set for the OS disk, so it would fall back to platform-managed keys`,
    "name the region's disk encryption set",
    region,
  );

const lunTwice = (path: string, lun: number, region: RegionName): Problem =>
  problem(path, "DuplicateLun", `LUN ${lun} is named twice`, "name it once", region);
