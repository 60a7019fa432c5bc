import type { ImageVersionState } from "../azure/image-versions";
import type { TargetRegion } from "../domain/plan/image-version-body";
import { regionName, type RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { whyLeftOut, type Word } from "../domain/rollout/left-out";
import { begunBy, type UndoStep } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import { failedRegion, type RegionOutcome } from "../domain/run/outcome";
import { newestRuns, type OutcomeDocument, type PlanDocument } from "../domain/run/records";
import { completedRegions, notAsPlanned } from "../domain/run/replication";
import type { ActivityDependencies, RunRef } from "./dependencies";
import { readingOf } from "./reading-of";

/**
 * The Completed regions of a version that a person's promotion leaves out of `latest`, and why: by what the version's
 * runs have said of them, and by the disk encryption sets that they had planned. What a rejected run has planned is
 * nowhere.
 */
export async function stayingOut(
  { documents, records }: Pick<ActivityDependencies, "documents" | "records">,
  { publicationId }: RunRef,
  { rollout, targetRegions }: PublishRequest,
  version: ImageVersionState,
): Promise<RegionOutcome[]> {
  const runs = newestRuns(
    await records.runs(publicationId),
    ({ action, state }) => action !== "promote" && state !== "rejected",
  );
  const told = await Promise.all(runs.map(({ runId }) => toldBy(documents, publicationId, runId)));
  const reading = readingOf(version, lastPlanned(told.map(({ planned }) => planned)));
  const asked = new Set(targetRegions.map(({ name }) => name));
  const inside = new Set(reading.inLatest);
  return completedRegions(reading.summary).flatMap((region): RegionOutcome[] => {
    const other = notAsPlanned(region, reading);
    if (other !== undefined) return [failedRegion(region, other)];
    // A lost run may have verified what it has promoted, and left no word of it.
    const verify = rollout.verify === "disk" && asked.has(region) && !inside.has(region);
    const why = whyLeftOut(region, told, verify);
    return why === undefined ? [] : [why];
  });
}

async function toldBy(
  documents: ActivityDependencies["documents"],
  publicationId: string,
  runId: string,
): Promise<Word & { planned: TargetRegion[] }> {
  const [outcome, undo = [], plan] = await Promise.all([
    documents.read<OutcomeDocument>(documentPaths.outcome(publicationId, runId)),
    documents.read<UndoStep[]>(documentPaths.undo(publicationId, runId)),
    documents.read<PlanDocument>(documentPaths.plan(publicationId, runId)),
  ]);
  return {
    outcomes: outcome?.regions ?? [],
    added: begunBy(undo),
    planned: plan === undefined || plan.plan.kind === "impossible" ? [] : plan.plan.targetRegions,
  };
}

/** Each region as it was planned last. */
function lastPlanned(plans: readonly (readonly TargetRegion[])[]): TargetRegion[] {
  const last = new Map<RegionName, TargetRegion>();
  for (const region of plans.flat())
    if (!last.has(regionName(region.name))) last.set(regionName(region.name), region);
  return [...last.values()];
}
