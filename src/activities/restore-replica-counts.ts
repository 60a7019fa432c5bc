import type { ImageVersionState } from "../azure/image-versions";
import { closedFlag, type TargetRegion } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import type { UndoStep } from "../domain/rollout/undo";
import { requestOf, type ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { settle, type Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export interface RestoreReplicaCountsInput
  extends
    WriteRef,
    Pick<Extract<UndoStep, { activity: "restoreReplicaCounts" }>, "counts" | "written"> {}

export type Restored = Written & {
  /** Regions that have their previous count again. */
  restored: RegionName[];
};

/**
 * Takes a scaling back: each region gets the count that it had before the run scaled it, unless somebody else has
 * scaled it since. Whatever else has changed meanwhile stays.
 */
export function restoreReplicaCounts(dependencies: ActivityDependencies) {
  return async ({
    counts,
    written: scaledTo,
    ...ref
  }: RestoreReplicaCountsInput): Promise<Restored | Trouble> => {
    let restored: RegionName[] = [];
    const written = await writeVersion<never>(dependencies, ref, (existing) => {
      if (existing === undefined) return { kind: "nothing" };
      const { body } = existing;
      restored = regionsWith(scaledTo, existing);
      if (restored.length === 0) return { kind: "nothing" };
      const targetRegions = body.publishingProfile.targetRegions.map((region): TargetRegion => {
        const name = regionName(region.name);
        const before = restored.includes(name) ? counts[name] : undefined;
        return before === undefined ? region : { ...region, regionalReplicaCount: before };
      });
      const publishingProfile = { ...body.publishingProfile, targetRegions };
      const safetyProfile = closedFlag(body);
      return { kind: "put", body: { ...body, publishingProfile, safetyProfile }, undo: [] };
    });
    if (written.kind !== "written") return written;
    if (written.how !== "adopted") return { ...written, restored };
    // Of a write that was made before a crash only the version itself tells what it did.
    return settle(async () => {
      const { image } = await requestOf(dependencies.documents, ref);
      const now = await dependencies.imageVersions.get(image);
      return { ...written, restored: now === undefined ? [] : regionsWith(counts, now) };
    });
  };
}

/** Regions of the version that have just these counts. */
const regionsWith = (
  counts: Readonly<Record<RegionName, number>>,
  { body }: ImageVersionState,
): RegionName[] =>
  body.publishingProfile.targetRegions
    .map((region) => ({ name: regionName(region.name), count: region.regionalReplicaCount }))
    .filter(({ name, count }) => count !== undefined && count === counts[name])
    .map(({ name }) => name);
