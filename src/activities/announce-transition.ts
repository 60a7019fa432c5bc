import { publicationEvent } from "../domain/run/publication-event";
import type { AnnounceTransitionInput } from "./announcement";
import type { ActivityDependencies } from "./dependencies";
import { holdVersion, type EndedBefore } from "./hold-version";

/**
 * Announces what a run has come to; sent again, it is the same event. A run is accepted once it holds its version: one
 * that was started by a delivery which had stood still may not come to that.
 */
export function announceTransition(dependencies: ActivityDependencies) {
  const { announcer } = dependencies;
  return async (input: AnnounceTransitionInput): Promise<{ kind: "announced" } | EndedBefore> => {
    const { publicationId, runId, requestId, state, occurrence, time, data } = input;
    const before = state === "accepted" ? await holdVersion(dependencies, input) : undefined;
    if (before !== undefined) return before;
    await announcer.announce(
      publicationEvent({
        state,
        publicationId,
        key: occurrence === undefined ? runId : `${runId}.${occurrence}`,
        time,
        data: { publicationId, runId, requestId, ...data },
      }),
    );
    return { kind: "announced" };
  };
}
