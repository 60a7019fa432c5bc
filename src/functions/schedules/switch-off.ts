import { scheduleDisabledEvent } from "../../domain/run/publication-event";
import type { Schedule } from "../../domain/schedule/schedule";
import type { ScheduledEnd, ScheduleState } from "../../domain/schedule/state";
import type { Log, ScheduleDependencies } from "./dependencies";

/** Who switches a schedule off after its failures. */
const OURSELVES = "gallery-publisher";

/** The last of a schedule's failures. */
export interface LastFailure {
  requestId: string;
  outcome: ScheduledEnd;
  /** ISO 8601. */
  endedAt: string;
  publicationId?: string;
}

/**
 * The state after one failure more: switched off when there are too many in a row. Announced before it is written: a
 * crash in between announces the same event again.
 */
export async function switchOffIfTooMany(
  { announcer }: Pick<ScheduleDependencies, "announcer">,
  { id: scheduleId, maxConsecutiveFailures }: Schedule,
  state: ScheduleState,
  { requestId, outcome, endedAt, publicationId }: LastFailure,
  log: Log,
): Promise<ScheduleState> {
  const { failures } = state;
  if (failures < maxConsecutiveFailures || state.switchedOff !== undefined) return state;
  const why = `${failures} ${failures === 1 ? "run" : "runs in a row"} failed; the last, ${requestId}, ended ${outcome}`;
  const told = { scheduleId, requestId, outcome, failures, why };
  await announcer.announce(
    scheduleDisabledEvent(publicationId === undefined ? told : { ...told, publicationId }, endedAt),
  );
  log.error(`schedule ${scheduleId} was switched off: ${why}`);
  return { ...state, switchedOff: { who: OURSELVES, why, at: endedAt } };
}
