import { withoutRegions } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import { fault } from "../domain/fault";
import type { ActivityDependencies } from "./dependencies";
import type { Trouble } from "./settle";
import { writeVersion, type WriteRef, type Written } from "./write-version";

export interface RemoveRegionsInput extends WriteRef {
  regions: RegionName[];
}

/**
 * Takes regions out of a version that aren't Completed: before adding them back, or to undo their addition.
 * The flag that allows it rides along; closing it again is recorded as an undo step before.
 * Never the source region (REST contract), never one that is Completed.
 */
export function removeRegions(dependencies: ActivityDependencies) {
  return ({ regions, ...ref }: RemoveRegionsInput): Promise<Written | Trouble> =>
    writeVersion<Extract<Trouble, { kind: "failed" }>>(dependencies, ref, (existing, { image }) => {
      if (existing === undefined) return { kind: "nothing" };
      const completed = new Set(
        existing.summary
          .filter(({ state }) => /^completed$/i.test(state))
          .map(({ region }) => regionName(region)),
      );
      const present = new Set(
        existing.body.publishingProfile.targetRegions.map(({ name }) => regionName(name)),
      );
      const removable = regions.filter(
        (name) => present.has(name) && name !== image.location && !completed.has(name),
      );
      if (removable.length === 0) return { kind: "nothing" };
      if (removable.length === present.size)
        return {
          kind: "failed",
          fault: fault(
            "NoRegionLeft",
            "permanent",
            "a version keeps at least one target region",
            "delete the version instead, if it is of no use",
          ),
        };
      const undo = [{ activity: "closeSafetyFlag" as const, write: ref.write }];
      return { kind: "put", body: withoutRegions(existing.body, removable), undo };
    });
}
