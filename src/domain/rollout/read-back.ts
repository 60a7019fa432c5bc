import type { Fault } from "../fault";
import type { TargetRegion } from "../plan/image-version-body";
import { sameEncryption } from "../plan/region-encryption";
import { regionName, type RegionName } from "../region-name";
import { notAsCompleted, type ReplicationReading } from "../run/replication";

/** A region that isn't what the run has seen Completed any more. */
export interface LostRegion {
  region: RegionName;
  fault: Fault;
}

/**
 * Of the regions that were Completed those that a reading doesn't show so, whichever wave they are of: somebody else has
 * taken them away, written them with other disk encryption sets, or anew, and they have failed. There is no ETag, and
 * whoever makes a version anew can give it any sets, or none. What replicates again may yet come, and isn't lost.
 */
export const lostOf = (there: readonly RegionName[], reading: ReplicationReading): LostRegion[] =>
  fallenBack(there, reading).filter(({ fault }) => !replicates(fault));

/** Of the regions that were Completed those that replicate again: none of them may be told as there. */
export const replicatingAgain = (
  there: readonly RegionName[],
  reading: ReplicationReading,
): LostRegion[] => fallenBack(there, reading).filter(({ fault }) => replicates(fault));

const fallenBack = (there: readonly RegionName[], reading: ReplicationReading): LostRegion[] =>
  there.flatMap((region) => {
    const fault = notAsCompleted(region, reading);
    return fault === undefined ? [] : [{ region, fault }];
  });

const replicates = ({ code }: Fault): boolean => code === "RegionReplicatesAgain";

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
