import type { Fault } from "../fault";
import type { ImageVersionBody, TargetRegion } from "../plan/image-version-body";
import { sameEncryption } from "../plan/region-encryption";
import { regionName, type RegionName } from "../region-name";
import { encryptionChanged, regionVanished, type ReplicationReading } from "../run/replication";

/** What a version that is read back must still be like. */
export interface Expected {
  /** Regions that were Completed when they were looked at last. */
  there: readonly RegionName[];
  /** As they were planned: with the disk encryption set of every disk. */
  planned: readonly TargetRegion[];
}

/** A region that isn't what the run has seen Completed any more. */
export interface LostRegion {
  region: RegionName;
  fault: Fault;
}

/**
 * The regions that somebody else has taken away, or written with other disk encryption sets, since they were
 * Completed: nothing of them may be told as published. There is no ETag, and whoever makes a version anew can give it
 * any sets, or none.
 */
export function lostRegions({ there, planned }: Expected, body: ImageVersionBody): LostRegion[] {
  const { targetRegions } = body.publishingProfile;
  return lostOf(there, {
    targetRegions: targetRegions.map(({ name }) => regionName(name)),
    otherwiseEncrypted: otherwiseEncrypted(planned, targetRegions),
  });
}

/** Of the regions that were Completed those that a reading doesn't show as they were, whichever wave they are of. */
export const lostOf = (
  there: readonly RegionName[],
  {
    targetRegions,
    otherwiseEncrypted = [],
  }: Pick<ReplicationReading, "targetRegions" | "otherwiseEncrypted">,
): LostRegion[] =>
  there.flatMap((region): LostRegion[] => {
    if (!targetRegions.includes(region)) return [{ region, fault: regionVanished(region) }];
    return otherwiseEncrypted.includes(region)
      ? [{ region, fault: encryptionChanged(region) }]
      : [];
  });

/** Planned regions that the version has with other disk encryption sets than planned. */
export function otherwiseEncrypted(
  planned: readonly TargetRegion[],
  actual: readonly TargetRegion[],
): RegionName[] {
  const wanted = new Map(planned.map((region) => [regionName(region.name), region]));
  return actual.flatMap(({ name, encryption }) => {
    const region = wanted.get(regionName(name));
    return region === undefined || sameEncryption(region.encryption, encryption)
      ? []
      : [regionName(name)];
  });
}
