import { fault, type Fault } from "../domain/fault";
import { isMarkedByRun } from "../domain/plan/image-version-body";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { regionName, type RegionName } from "../domain/region-name";
import { imageVersionId } from "../domain/run/identity";
import type { ImageVersionState } from "../azure/image-versions";
import { mayBeHis } from "../domain/rollout/undo";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { readUndo } from "./read-undo";
import { settle, type Trouble } from "./settle";

/** `gone`: there is no such version any more. `kept`: it isn't to be deleted, and why. */
export type Deleted = { kind: "gone" } | { kind: "kept"; fault: Fault };

/**
 * Deletes a version that this run has made and that is of no use to anybody: none of its regions is
 * Completed or somebody else's, and it never was in `latest`. An end-of-life block is never lifted. Asked again until the version
 * is gone.
 */
export function deleteVersion(dependencies: ActivityDependencies) {
  const { documents, imageVersions } = dependencies;
  return async (run: RunRef): Promise<Deleted | Trouble> => {
    const { image, targetRegions } = await requestOf(documents, run);
    const own = targetRegions.map(({ name }) => name);
    return settle(async (): Promise<Deleted | Trouble> => {
      const existing = await imageVersions.get(image);
      if (existing === undefined) return { kind: "gone" };
      if (/^deleting$/i.test(existing.provisioningState)) return deleting();
      if (isInFlight(existing.provisioningState))
        return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
      const isHis = mayBeHis(await readUndo(dependencies)(run), "deleteVersion");
      const reason = isHis ? HIS : reasonToKeep(existing, run, own);
      if (reason !== undefined)
        return {
          kind: "kept",
          fault: fault(
            "VersionKept",
            "operator",
            `${imageVersionId(image)} isn't deleted: ${reason}`,
            "look at its regions; delete it yourself if nobody needs it",
          ),
        };
      await imageVersions.delete(image);
      return deleting();
    });
  };
}

/** Seconds where nothing is replicated: looked at sooner than somebody's update, then ever more rarely. */
const deleting = (): Trouble => {
  const { afterMs: _, ...fault } = operationInFlight("Deleting");
  return { kind: "wait", fault };
};

const HIS = "somebody else has written it since";

function reasonToKeep(
  { body, summary }: ImageVersionState,
  run: RunRef,
  own: readonly RegionName[],
): string | undefined {
  if (!isMarkedByRun(body.tags, run)) return HIS;
  // Whoever echoes our tags has written it all the same.
  const others = body.publishingProfile.targetRegions
    .map(({ name }) => regionName(name))
    .filter((name) => !own.includes(name));
  if (others.length > 0) return `somebody else has added ${others.join(", ")}`;
  const completed = summary.filter(({ state }) => /^completed$/i.test(state));
  if (completed.length > 0)
    return `it is Completed in ${completed.map(({ region }) => region).join(", ")}`;
  if (body.publishingProfile.excludeFromLatest !== true) return "it is in latest";
  if (body.safetyProfile.blockDeletionBeforeEndOfLife === true)
    return "its end of life blocks the deletion, and that is never lifted by a program";
  return undefined;
}
