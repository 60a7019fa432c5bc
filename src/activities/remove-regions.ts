import type { ImageVersionState } from "../azure/image-versions";
import { withoutRegions, type TargetRegion } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import { fault } from "../domain/fault";
import { documentPaths } from "../domain/run/document-paths";
import type { PlanDocument } from "../domain/run/records";
import { sameEncryption } from "../domain/plan/region-encryption";
import { requestOf, type ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import { settle, type Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";
import { completedRegions } from "../domain/run/replication";

export interface RemoveRegionsInput extends WriteRef {
  regions: RegionName[];
}

export type Removed = Written & {
  /** What of the regions isn't there any more; the others are Completed, or the source region. */
  removed: RegionName[];
  /** What of the regions is Completed as it was planned: it stays, and counts. */
  completed: RegionName[];
};

/**
 * Takes regions out of a version that aren't Completed: before adding them back, or to undo their addition.
 * The flag that allows it rides along; closing it again is recorded as an undo step before.
 * Never the source region (REST contract), never one that is Completed.
 */
export function removeRegions(dependencies: ActivityDependencies) {
  return async ({ regions, ...ref }: RemoveRegionsInput): Promise<Removed | Trouble> => {
    let seen: Omit<Removed, keyof Written> = { removed: [], completed: [] };
    const written = await writeVersion<Extract<Trouble, { kind: "failed" }>>(
      dependencies,
      ref,
      async (existing, request) => {
        if (existing === undefined || numberTaken(existing, request)) return { kind: "nothing" };
        const present = regionsOf(existing);
        const completed = completedOf(existing);
        // A request may name no location, and then means that of the version.
        const source = regionName(existing.body.location);
        const removed = regions.filter(
          (name) => present.has(name) && name !== source && !completed.has(name),
        );
        seen = { removed, completed: await asPlanned(dependencies, ref, regions, existing) };
        if (removed.length === 0) return { kind: "nothing" };
        if (removed.length === present.size) return { kind: "failed", fault: noRegionLeft() };
        const undo = [{ activity: "closeSafetyFlag" as const, write: ref.write }];
        return { kind: "put", body: withoutRegions(existing.body, removed), undo };
      },
    );
    if (written.kind !== "written" || written.how !== "adopted")
      return written.kind === "written" ? { ...written, ...seen } : written;
    return settle(async () => ({ ...written, ...(await found(dependencies, ref, regions)) }));
  };
}

/** Of a write that was made before a crash only the version itself tells what it did. */
async function found(
  dependencies: ActivityDependencies,
  ref: WriteRef,
  regions: readonly RegionName[],
): Promise<Omit<Removed, keyof Written>> {
  const { documents, imageVersions } = dependencies;
  const { image } = await requestOf(documents, ref);
  const version = await imageVersions.get(image);
  if (version === undefined) return { removed: [...regions], completed: [] };
  const present = regionsOf(version);
  return {
    removed: regions.filter((name) => !present.has(name)),
    completed: await asPlanned(dependencies, ref, regions, version),
  };
}

/** Completed under other keys than planned is no success of the run: it stays, and isn't told as one. */
async function asPlanned(
  { documents }: ActivityDependencies,
  { publicationId, runId }: WriteRef,
  regions: readonly RegionName[],
  version: ImageVersionState,
): Promise<RegionName[]> {
  const path = documentPaths.plan(publicationId, runId);
  const plan = (await documents.read<PlanDocument>(path))?.plan;
  if (plan === undefined || plan.kind === "impossible") return [];
  const encryption = (targets: readonly TargetRegion[], name: RegionName) =>
    targets.find((region) => regionName(region.name) === name)?.encryption;
  const completed = completedOf(version);
  const { targetRegions } = version.body.publishingProfile;
  return regions.filter(
    (name) =>
      completed.has(name) &&
      sameEncryption(encryption(targetRegions, name), encryption(plan.targetRegions, name)),
  );
}

const regionsOf = ({ body }: ImageVersionState): Set<RegionName> =>
  new Set(body.publishingProfile.targetRegions.map(({ name }) => regionName(name)));

const completedOf = ({ summary }: ImageVersionState): Set<RegionName> =>
  new Set(completedRegions(summary));

const noRegionLeft = () =>
  fault(
    "NoRegionLeft",
    "permanent",
    "a version keeps at least one target region",
    "delete the version instead, if it is of no use",
  );
