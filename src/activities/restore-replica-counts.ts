import { closedFlag } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export interface RestoreReplicaCountsInput extends WriteRef {
  /** What the regions had before the run scaled them. */
  counts: Record<RegionName, number>;
}

/** Takes a scaling back: the previous count of each region, whatever else has changed meanwhile. */
export function restoreReplicaCounts(dependencies: ActivityDependencies) {
  return ({ counts, ...ref }: RestoreReplicaCountsInput): Promise<Written | Trouble> =>
    writeVersion<never>(dependencies, ref, (existing) => {
      if (existing === undefined) return { kind: "nothing" };
      const { body } = existing;
      const targetRegions = body.publishingProfile.targetRegions.map((region) => {
        const before = counts[regionName(region.name)];
        return before === undefined ? region : { ...region, regionalReplicaCount: before };
      });
      const publishingProfile = { ...body.publishingProfile, targetRegions };
      const safetyProfile = closedFlag(body);
      return { kind: "put", body: { ...body, publishingProfile, safetyProfile }, undo: [] };
    });
}
