import type { ImageVersionState } from "../azure/image-versions";
import { closedFlag, missingRegions } from "../domain/plan/image-version-body";
import type { LostRegion } from "../domain/rollout/read-back";
import { newestFirst } from "../domain/rollout/undo";
import { regionVanished } from "../domain/run/replication";
import { aboutRun } from "./about-run";
import type { ActivityDependencies } from "./dependencies";
import { numberTaken } from "./number-taken";
import { readUndo } from "./read-undo";
import type { Trouble } from "./settle";
import { writeBack, type Kept, type Left, type WriteBackRef, type WrittenBack } from "./write-back";

export type Closed = WrittenBack & {
  /** Regions that were to stay when others were removed, and that aren't there any more. */
  lost?: LostRegion[];
};

/**
 * Sets `allowDeletionOfReplicatedLocations` back, when a removal has left it open. Under an open flag whoever writes
 * the version may leave a region out: it is looked which have gone since the last removal beside those that it removed.
 */
export function closeSafetyFlag(dependencies: ActivityDependencies) {
  return async (ref: WriteBackRef): Promise<Closed | Left | Kept | Trouble> => {
    let seen: ImageVersionState | undefined;
    const closed = await writeBack(dependencies, ref, {
      want: (existing, request) => {
        if (existing !== undefined && numberTaken(existing, request) === undefined) seen = existing;
        if (existing?.body.safetyProfile.allowDeletionOfReplicatedLocations !== true)
          return { kind: "nothing", regions: [] };
        const safetyProfile = closedFlag(existing.body);
        return { kind: "put", regions: [], body: { ...existing.body, safetyProfile }, undo: [] };
      },
      done: () => [],
    });
    if (closed.kind === "written" && closed.how !== "unchanged")
      dependencies.log({ event: "safetyFlagClosed", ...aboutRun(ref, dependencies.now()) });
    if (closed.kind !== "written" || closed.how !== "unchanged" || seen === undefined)
      return closed;
    const lost = await lostSinceRemoval(dependencies, ref, seen);
    return lost.length === 0 ? closed : { ...closed, lost };
  };
}

async function lostSinceRemoval(
  dependencies: ActivityDependencies,
  ref: WriteBackRef,
  { body }: ImageVersionState,
): Promise<LostRegion[]> {
  const steps = newestFirst(await readUndo(dependencies)(ref));
  const removal = steps.find((step) => step.activity === "closeSafetyFlag");
  const kept = removal?.activity === "closeSafetyFlag" ? (removal.kept ?? []) : [];
  return missingRegions(kept, body.publishingProfile.targetRegions).map((region) => ({
    region,
    fault: regionVanished(region),
  }));
}
