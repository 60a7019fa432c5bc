import { fault, type Fault } from "../domain/fault";
import { begunBy, type UndoStep } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import { imageVersionId } from "../domain/run/identity";
import type { LastReading } from "../domain/run/last-look";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { numberTaken } from "./number-taken";
import { plannedRegions } from "./planned-regions";
import { readingOf } from "./reading-of";
import { settleAll, type Trouble } from "./settle";

/** What has become of a version, or that it is gone. */
export type LastLook = ({ kind: "seen" } & LastReading) | { kind: "gone"; fault: Fault };

/**
 * The look before a run's end is recorded: hours may lie between what the run saw of a region and its end, and somebody
 * else may have written the version since. In flight or not, what Azure shows now is what is told.
 */
export function lookAtLast({ documents, imageVersions }: ActivityDependencies) {
  return (run: RunRef): Promise<LastLook | Trouble> =>
    settleAll<LastLook>(async () => {
      const request = await requestOf(documents, run);
      const [version, planned, undo = []] = await Promise.all([
        imageVersions.get(request.image),
        plannedRegions({ documents }, run),
        documents.read<UndoStep[]>(documentPaths.undo(run.publicationId, run.runId)),
      ]);
      if (version === undefined)
        return { kind: "gone", fault: vanished(imageVersionId(request.image)) };
      const taken = numberTaken(version, request);
      if (taken !== undefined) return { kind: "gone", fault: taken };
      return {
        kind: "seen",
        reading: readingOf(version, planned),
        requested: request.targetRegions.map(({ name }) => name),
        begun: begunBy(undo),
      };
    });
}

const vanished = (id: string): Fault =>
  fault(
    "VersionVanished",
    "operator",
    `${id} was deleted by somebody else before the run's end was recorded`,
    "find who deleted it (activity log), then run the request again",
  );
