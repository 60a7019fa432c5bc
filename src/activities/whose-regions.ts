import type { ImageVersionState } from "../azure/image-versions";
import { fault } from "../domain/fault";
import { isMarkedByRun } from "../domain/plan/image-version-body";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { mayBeHis, type UndoStep } from "../domain/rollout/undo";
import { imageVersionId } from "../domain/run/identity";
import type { ActivityDependencies, RunRef } from "./dependencies";
import { readUndo } from "./read-undo";
import type { Kept } from "./write-back";

/**
 * Of these regions those that may be somebody else's. Azure doesn't tell who has made a version, or when: whoever
 * deletes the run's and makes his own from the same source has one that looks alike. Sure is only what carries the
 * run's tags, and hasn't come to carry them by a write over his.
 */
export async function notOurs(
  dependencies: ActivityDependencies,
  run: RunRef,
  activity: UndoStep["activity"],
  regions: readonly RegionName[],
  { body }: ImageVersionState,
): Promise<RegionName[]> {
  if (!isMarkedByRun(body.tags, run)) return [...regions];
  const steps = await readUndo(dependencies)(run);
  return regions.filter((region) => mayBeHis(steps, activity, region));
}

/** They stay as they are, and are told. */
export const regionsKept = ({ image }: PublishRequest, regions: RegionName[]): Kept => ({
  kind: "kept",
  regions,
  fault: fault(
    "RegionsKept",
    "operator",
    `somebody else has written ${imageVersionId(image)} since the run did: ${regions.join(", ")} may be his, and stays as it is`,
    "look who wrote the version (activity log); run the command under leftOver if nobody needs what is there",
  ),
});
