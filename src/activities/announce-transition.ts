import { publicationEvent, type Transition } from "../domain/run/publication-event";
import type { ActivityDependencies, RunRef } from "./dependencies";

export interface AnnounceTransitionInput extends RunRef {
  state: Transition;
  /** Makes the event's id together with run and state; absent for what a run comes to once. */
  occurrence?: string;
  /** ISO 8601; never the machine's clock, so that a repetition says the same. */
  time: string;
  data: object;
}

/** Announces what a run has come to; sent again, it is the same event. */
export function announceTransition({ announcer }: ActivityDependencies) {
  return async (input: AnnounceTransitionInput): Promise<{ kind: "announced" }> => {
    const { publicationId, runId, requestId, state, occurrence, time, data } = input;
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
