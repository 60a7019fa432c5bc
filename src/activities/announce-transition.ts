import type { Acceptance, Trigger } from "../domain/run/records";
import { publicationEvent, type Transition } from "../domain/run/publication-event";
import type { ActivityDependencies, RunRef } from "./dependencies";
import { holdVersion, type EndedBefore } from "./hold-version";

interface Announcement extends RunRef {
  /** Makes the event's id together with run and state; absent for what a run comes to once. */
  occurrence?: string;
  /** ISO 8601; never the machine's clock, so that a repetition says the same. */
  time: string;
}

/** What a run says first of all. */
export interface AcceptedInput extends Announcement {
  state: "accepted";
  data: Omit<Acceptance, "startedAt"> & { trigger: Trigger };
}

export type AnnounceTransitionInput =
  AcceptedInput | (Announcement & { state: Exclude<Transition, "accepted">; data: object });

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
