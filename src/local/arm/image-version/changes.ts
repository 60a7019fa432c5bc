import { keyOf } from "../arm-id";
import { displayRegionName } from "../region-name";
import type { Behaviour } from "../world/settings";
import { newEncryptionLun } from "./encryption-refusals";
import { changedProperty, deniedByPolicy, newDataDisk, regionRemovalBlocked } from "./refusals";
import type { Encryption, StorageProfile } from "./version-body";
import type { TargetRegion, VersionRecord } from "./version-record";

const same = (one: string | undefined, other: string | undefined): boolean =>
  keyOf(one ?? "") === keyOf(other ?? "");

/**
 * A body may leave the source out, but not change it.
 * @throws {ArmError} 409 PropertyChangeNotAllowed
 */
export function checkSourceUnchanged(before: StorageProfile, after: StorageProfile = {}): void {
  const pairs = [
    ["storageProfile.source.id", before.source?.id, after.source?.id],
    [
      "storageProfile.source.virtualMachineId",
      before.source?.virtualMachineId,
      after.source?.virtualMachineId,
    ],
    [
      "storageProfile.source.communityGalleryImageId",
      before.source?.communityGalleryImageId,
      after.source?.communityGalleryImageId,
    ],
    [
      "storageProfile.osDiskImage.source.id",
      before.osDiskImage?.source?.id,
      after.osDiskImage?.source?.id,
    ],
    [
      "storageProfile.osDiskImage.source.uri",
      before.osDiskImage?.source?.uri,
      after.osDiskImage?.source?.uri,
    ],
  ] as const;
  for (const [property, old, now] of pairs)
    if (now !== undefined && !same(old, now)) throw changedProperty(property);
  for (const { lun, source } of after.dataDiskImages ?? []) {
    const { id, uri } = source ?? {};
    if (id === undefined && uri === undefined) continue;
    const old = before.dataDiskImages?.find((disk) => disk.lun === lun);
    if (old === undefined && before.dataDiskImages !== undefined) throw newDataDisk();
    if (id !== undefined && !same(old?.source?.id, id))
      throw changedProperty("storageProfile.dataDiskImages.source.id");
    if (uri !== undefined && !same(old?.source?.uri, uri))
      throw changedProperty("storageProfile.dataDiskImages.source.uri");
  }
}

/**
 * Regions that stay keep their storage type and their encryption; those that go need the flag.
 * @returns the regions as they will be kept
 */
export function checkRegionChanges(
  before: VersionRecord,
  desired: TargetRegion[],
  allowDeletion: boolean,
  behaviour: Behaviour,
): TargetRegion[] {
  const existing = before.properties.publishingProfile.targetRegions;
  const removed = existing.filter((old) => !desired.some((region) => region.name === old.name));
  if (removed.length > 0 && !allowDeletion && behaviour.regionRemoval === "needsFlag")
    throw regionRemovalBlocked(removed.map((region) => displayRegionName(region.name)));
  return desired.map((region) => {
    const old = existing.find((one) => one.name === region.name);
    if (old === undefined) return region;
    if (old.storageAccountType !== region.storageAccountType)
      throw changedProperty("publishingProfile.targetRegions.storageAccountType");
    return withCheckedEncryption(before, old, region, behaviour);
  });
}

function withCheckedEncryption(
  version: VersionRecord,
  old: TargetRegion,
  region: TargetRegion,
  { updateWithoutEncryption }: Behaviour,
): TargetRegion {
  if (region.encryption !== undefined || old.encryption === undefined) {
    checkEncryptionUnchanged(old, region);
    return region;
  }
  if (updateWithoutEncryption === "refuse") throw deniedByPolicy(version.name);
  return { ...region, encryption: old.encryption };
}

function checkEncryptionUnchanged(old: TargetRegion, region: TargetRegion): void {
  const luns = (encryption: Encryption | undefined): number[] =>
    (encryption?.dataDiskImages ?? []).map((disk) => disk.lun);
  const added = luns(region.encryption).find((lun) => !luns(old.encryption).includes(lun));
  if (added !== undefined) throw newEncryptionLun(added, displayRegionName(region.name));
  if (encryptionFacts(old.encryption) !== encryptionFacts(region.encryption))
    throw changedProperty("publishingProfile.targetRegions.encryption");
}

/** What counts of an encryption, comparable: noise that the service adds isn't in it. */
function encryptionFacts(encryption: Encryption | undefined): string {
  const os = encryption?.osDiskImage;
  const disks = (encryption?.dataDiskImages ?? [])
    .map((disk) => `${disk.lun}=${keyOf(disk.diskEncryptionSetId ?? "")}`)
    .sort();
  const security = os?.securityProfile;
  return JSON.stringify([
    keyOf(os?.diskEncryptionSetId ?? ""),
    security?.confidentialVMEncryptionType ?? "",
    keyOf(security?.secureVMDiskEncryptionSetId ?? ""),
    disks,
  ]);
}
