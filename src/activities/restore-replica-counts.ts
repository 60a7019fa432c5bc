import type { ImageVersionState } from "../azure/image-versions";
import { closedFlag, type TargetRegion } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import type { UndoStep } from "../domain/rollout/undo";
import type { ActivityDependencies } from "./dependencies";
import type { Trouble } from "./settle";
import { notOurs, regionsKept } from "./whose-regions";
import { writeBack, type Kept, type Left, type WriteBackRef, type WrittenBack } from "./write-back";

export interface RestoreReplicaCountsInput
  extends
    WriteBackRef,
    Pick<Extract<UndoStep, { activity: "restoreReplicaCounts" }>, "counts" | "written"> {}

/**
 * Takes a scaling back: each region gets the count that it had before the run scaled it, unless somebody else has
 * scaled it since, or may have made the version anew. Whatever else has changed meanwhile stays.
 */
export function restoreReplicaCounts(dependencies: ActivityDependencies) {
  return ({
    counts,
    written: scaledTo,
    ...ref
  }: RestoreReplicaCountsInput): Promise<WrittenBack | Left | Kept | Trouble> =>
    writeBack(dependencies, ref, {
      want: async (existing, request) => {
        if (existing === undefined) return { kind: "nothing", regions: [] };
        const { body } = existing;
        const scaled = regionsWith(scaledTo, existing);
        const his = await notOurs(dependencies, ref, "restoreReplicaCounts", scaled, existing);
        const regions = scaled.filter((name) => !his.includes(name));
        if (regions.length === 0 && his.length > 0) return regionsKept(request, his);
        if (regions.length === 0) return { kind: "nothing", regions: without(counts, existing) };
        const targetRegions = body.publishingProfile.targetRegions.map((region): TargetRegion => {
          const name = regionName(region.name);
          const before = regions.includes(name) ? counts[name] : undefined;
          return before === undefined ? region : { ...region, regionalReplicaCount: before };
        });
        const publishingProfile = { ...body.publishingProfile, targetRegions };
        const safetyProfile = closedFlag(body);
        const restored = { ...body, publishingProfile, safetyProfile };
        return { kind: "put", regions, body: restored, undo: [] };
      },
      done: (existing) => (existing === undefined ? [] : regionsWith(counts, existing)),
    });
}

type Counts = Readonly<Record<RegionName, number>>;

/** Regions of the version that have just these counts. */
const regionsWith = (counts: Counts, { body }: ImageVersionState): RegionName[] =>
  body.publishingProfile.targetRegions
    .map((region) => ({ name: regionName(region.name), count: region.regionalReplicaCount }))
    .filter(({ name, count }) => count !== undefined && count === counts[name])
    .map(({ name }) => name);

/** Regions that have others by now. */
function without(counts: Counts, existing: ImageVersionState): RegionName[] {
  const restored = regionsWith(counts, existing);
  return Object.keys(counts).filter((name) => !restored.includes(name));
}
