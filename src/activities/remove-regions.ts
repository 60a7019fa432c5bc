import type { ImageVersionState } from "../azure/image-versions";
import { withoutRegions, type TargetRegion } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import { fault } from "../domain/fault";
import { documentPaths } from "../domain/run/document-paths";
import type { PlanDocument } from "../domain/run/records";
import { sameEncryption } from "../domain/plan/region-encryption";
import { completedRegions } from "../domain/run/replication";
import { aboutRun } from "./about-run";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import type { Trouble } from "./settle";
import { notOurs, regionsKept } from "./whose-regions";
import { writeBack, type Kept, type Left, type WriteBackRef, type WrittenBack } from "./write-back";

export interface RemoveRegionsInput extends WriteBackRef {
  regions: RegionName[];
}

export type Removed = WrittenBack & {
  /** What of the regions is Completed as it was planned: it stays, and counts. */
  completed: RegionName[];
};

/**
 * Takes regions out of a version that aren't Completed: before adding them back, or to undo their addition.
 * The flag that allows it rides along; closing it again is recorded as an undo step before.
 * Never the source region (REST contract), never one that is Completed, never what may be somebody else's.
 */
export function removeRegions(dependencies: ActivityDependencies) {
  return async ({
    regions,
    ...ref
  }: RemoveRegionsInput): Promise<Removed | Left | Kept | Trouble> => {
    let seen: ImageVersionState | undefined;
    const removed = await writeBack(dependencies, ref, {
      want: async (existing, request) => {
        if (existing === undefined || numberTaken(existing, request))
          return { kind: "nothing", regions: [] };
        seen = existing;
        const open = removable(regions, existing);
        const his = await notOurs(dependencies, ref, "removeRegions", open, existing);
        const names = open.filter((name) => !his.includes(name));
        if (names.length === 0 && his.length > 0) return regionsKept(request, his);
        const present = regionsOf(existing);
        const stay = regions.filter((name) => present.has(name));
        if (names.length === 0) return { kind: "nothing", regions: stay };
        if (names.length === present.size) return { kind: "failed", fault: noRegionLeft() };
        const kept = [...present].filter((name) => !names.includes(name));
        const undo = [{ activity: "closeSafetyFlag" as const, write: ref.write, kept }];
        return { kind: "put", regions: names, body: withoutRegions(existing.body, names), undo };
      },
      done: (existing) => {
        seen = existing;
        const present = existing === undefined ? new Set<RegionName>() : regionsOf(existing);
        return regions.filter((name) => !present.has(name));
      },
    });
    if (removed.kind !== "written") return removed;
    if (removed.how !== "unchanged") {
      const { log, now } = dependencies;
      log({ event: "safetyFlagOpened", ...aboutRun(ref, now()), regions: regions.join(",") });
    }
    return { ...removed, completed: await asPlanned(dependencies, ref, regions, seen) };
  };
}

/** A request may name no location, and then means that of the version. */
function removable(regions: readonly RegionName[], existing: ImageVersionState): RegionName[] {
  const present = regionsOf(existing);
  const completed = new Set(completedRegions(existing.summary));
  const source = regionName(existing.body.location);
  return regions.filter((name) => present.has(name) && name !== source && !completed.has(name));
}

/** Completed under other keys than planned is no success of the run: it stays, and isn't told as one. */
async function asPlanned(
  { documents }: ActivityDependencies,
  { publicationId, runId }: WriteRef,
  regions: readonly RegionName[],
  version: ImageVersionState | undefined,
): Promise<RegionName[]> {
  if (version === undefined) return [];
  const path = documentPaths.plan(publicationId, runId);
  const plan = (await documents.read<PlanDocument>(path))?.plan;
  if (plan === undefined || plan.kind === "impossible") return [];
  const encryption = (targets: readonly TargetRegion[], name: RegionName) =>
    targets.find((region) => regionName(region.name) === name)?.encryption;
  const completed = new Set(completedRegions(version.summary));
  const { targetRegions } = version.body.publishingProfile;
  return regions.filter(
    (name) =>
      completed.has(name) &&
      sameEncryption(encryption(targetRegions, name), encryption(plan.targetRegions, name)),
  );
}

const regionsOf = ({ body }: ImageVersionState): Set<RegionName> =>
  new Set(body.publishingProfile.targetRegions.map(({ name }) => regionName(name)));

const noRegionLeft = () =>
  fault(
    "NoRegionLeft",
    "permanent",
    "a version keeps at least one target region",
    "delete the version instead, if it is of no use",
  );
