import type { ComputeService } from "../compute-service";
import { keyOf, parseResourceId } from "../arm-id";
import { displayRegionName, shortRegionName } from "../region-name";
import {
  confidentialTypeRequired,
  duplicateLuns,
  encryptionSetElsewhere,
  encryptionSetInOtherRegion,
  encryptionSetNotFound,
  encryptionSetRequired,
  invalidEncryptionSetId,
  invalidLun,
  notAnId,
  secureSetNotAllowed,
  secureSetRequired,
} from "./encryption-refusals";
import type { TargetRegion } from "./version-record";

const ENCRYPTION_PATH = "properties.publishingProfile.targetRegions.encryption";
const OS_DISK =
  "galleryArtifactVersion.properties.publishingProfile.targetRegions.encryption.osDiskImage";
const OS_DISK_LABEL = `${OS_DISK}.diskEncryptionSetId`;
/** Assumed to be told in the same words. */
const SECURE_DISK_LABEL = `${OS_DISK}.securityProfile.secureVMDiskEncryptionSetId`;
const AT_REST = ["EncryptionAtRestWithCustomerKey", "EncryptionAtRestWithPlatformAndCustomerKeys"];
const CONFIDENTIAL = ["ConfidentialVmEncryptedWithCustomerKey"];

/** One use of a disk encryption set. */
interface Use {
  id: string;
  disk: "osDiskImage" | "dataDiskImages";
  types: string[];
}

export interface EncryptionFacts {
  /** The gallery's. */
  subscriptionId: string;
  /** LUNs of the source's data disks. */
  luns: number[];
  /** The image definition's, for this version. */
  securityType: string | undefined;
}

/**
 * Checks the encryption of all regions against what exists.
 * @throws {ArmError} LUNs that aren't there, disks encrypted in some regions only, sets that are
 *   missing, in another subscription, in another region, or of the wrong kind
 */
export function checkEncryption(
  service: ComputeService,
  regions: TargetRegion[],
  facts: EncryptionFacts,
): void {
  for (const region of regions) checkLuns(region, facts.luns);
  for (const region of regions) checkConfidential(region, facts.securityType);
  checkAllOrNone(regions);
  for (const region of regions)
    for (const use of usesOf(region)) checkEncryptionSet(service, region.name, use, facts);
}

function checkLuns(region: TargetRegion, luns: number[]): void {
  const given = (region.encryption?.dataDiskImages ?? []).map((disk) => disk.lun);
  for (const [index, lun] of given.entries()) {
    if (!luns.includes(lun)) throw invalidLun(lun, luns);
    if (given.indexOf(lun) < index) throw duplicateLuns(lun, displayRegionName(region.name));
  }
}

function checkConfidential(region: TargetRegion, securityType: string | undefined): void {
  const security = region.encryption?.osDiskImage?.securityProfile;
  const type = security?.confidentialVMEncryptionType;
  if (securityType === "ConfidentialVM" && type === undefined) throw confidentialTypeRequired();
  const hasSet = security?.secureVMDiskEncryptionSetId !== undefined;
  if (type === "EncryptedWithCmk" && !hasSet)
    throw secureSetRequired(displayRegionName(region.name));
  if (type !== "EncryptedWithCmk" && hasSet)
    throw secureSetNotAllowed(displayRegionName(region.name));
}

/** A disk with a set in one region needs one in every region; the source's LUNs are known here. */
function checkAllOrNone(regions: TargetRegion[]): void {
  const byDisk = regions.map((region) => setsByDisk(region));
  const disks = new Set(byDisk.flatMap((sets) => [...sets.keys()]));
  for (const disk of disks) {
    const having = byDisk.findIndex((sets) => sets.has(disk));
    const without = byDisk.findIndex((sets) => !sets.has(disk));
    if (without < 0) continue;
    throw encryptionSetRequired(
      disk,
      displayRegionName(regions[without]?.name ?? ""),
      byDisk[having]?.get(disk) ?? "",
      displayRegionName(regions[having]?.name ?? ""),
    );
  }
}

function setsByDisk(region: TargetRegion): Map<string, string> {
  const sets = new Map<string, string>();
  const { diskEncryptionSetId: os, securityProfile } = region.encryption?.osDiskImage ?? {};
  if (os !== undefined) sets.set(OS_DISK_LABEL, os);
  const secure = securityProfile?.secureVMDiskEncryptionSetId;
  if (secure !== undefined) sets.set(SECURE_DISK_LABEL, secure);
  for (const { lun, diskEncryptionSetId } of region.encryption?.dataDiskImages ?? [])
    if (diskEncryptionSetId !== undefined) sets.set(`LUN ${lun}`, diskEncryptionSetId);
  return sets;
}

/** Ids of the sets that a region uses, the OS disk's first. */
export const encryptionSetsOf = (region: TargetRegion): string[] =>
  usesOf(region).map(({ id }) => id);

function usesOf(region: TargetRegion): Use[] {
  const uses: Use[] = [];
  const add = (id: string | undefined, disk: Use["disk"], types: string[]): void => {
    if (id !== undefined) uses.push({ id, disk, types });
  };
  const os = region.encryption?.osDiskImage;
  add(os?.diskEncryptionSetId, "osDiskImage", AT_REST);
  add(os?.securityProfile?.secureVMDiskEncryptionSetId, "osDiskImage", CONFIDENTIAL);
  for (const disk of region.encryption?.dataDiskImages ?? [])
    add(disk.diskEncryptionSetId, "dataDiskImages", AT_REST);
  return uses;
}

function checkEncryptionSet(
  service: ComputeService,
  region: string,
  { id, disk, types }: Use,
  facts: EncryptionFacts,
): void {
  if (!id.toLowerCase().startsWith("/subscriptions/"))
    throw notAnId(id, `${ENCRYPTION_PATH}.${disk}.diskEncryptionSetId`);
  const parsed = parseResourceId(id);
  if (parsed?.type !== "microsoft.compute/diskencryptionsets") throw invalidEncryptionSetId(disk);
  if (parsed.subscriptionId.toLowerCase() !== facts.subscriptionId.toLowerCase())
    throw encryptionSetElsewhere(id, facts.subscriptionId);
  const set = service.state.resources.get(keyOf(id));
  if (set === undefined) throw encryptionSetNotFound(id);
  if (shortRegionName(set.location) !== region)
    throw encryptionSetInOtherRegion(
      id,
      displayRegionName(set.location),
      displayRegionName(region),
    );
  if (!types.includes(String(set.properties["encryptionType"]))) throw invalidEncryptionSetId(disk);
}
