import { isLive, type FinalState } from "../domain/run/outcome";
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

/** An end that is recorded of this very run. */
export interface EndedBefore {
  kind: "endedBefore";
  result: { state: FinalState; failureId?: string };
}

/**
 * Announces what a run has come to; sent again, it is the same event. A run whose end is recorded isn't accepted once
 * more: a delivery that stands still before its start, for as long as the run takes that another one has started,
 * starts it again under its own id.
 */
export function announceTransition({ announcer, records }: ActivityDependencies) {
  return async (input: AnnounceTransitionInput): Promise<{ kind: "announced" } | EndedBefore> => {
    const { publicationId, runId, requestId, state, occurrence, time, data } = input;
    const before = state === "accepted" ? await endedBefore(records, input) : undefined;
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

async function endedBefore(
  records: ActivityDependencies["records"],
  { publicationId, runId }: RunRef,
): Promise<EndedBefore | undefined> {
  const row = await records.run(publicationId, runId);
  if (row === undefined || isLive(row.state)) return undefined;
  const { state, failureId } = row;
  return {
    kind: "endedBefore",
    result: { state, ...(failureId === undefined ? {} : { failureId }) },
  };
}
