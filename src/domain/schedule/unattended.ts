import { isGoing, requestUnderClock, type ScheduledRequest, type ScheduleState } from "./state";

/** No copy of a request is in the queue any more that was sent so long ago. */
export const LONGEST_IN_QUEUE_MS = 60 * 60_000;

/**
 * The state of a schedule that can't run now: since when its request is left alone, which it is until the schedule is
 * sound again, and since when it is gone.
 */
export function unattended(before: ScheduleState, isGone: boolean, now: Date): ScheduleState {
  const state = requestUnderClock(before, now);
  const time = now.toISOString();
  const after = isGone && state.removedAt === undefined ? { ...state, removedAt: time } : state;
  const { request } = after;
  return request === undefined || !isGoing(after) || request.leftAt !== undefined
    ? after
    : { ...after, request: { ...request, leftAt: time } };
}

/** The state of a schedule that can run again, with its request in time. */
export function attended(
  state: ScheduleState,
  { leftAt: _leftAt, ...request }: ScheduledRequest,
): ScheduleState & { request: ScheduledRequest } {
  return { ...state, request };
}

/**
 * True of a request that was left alone for so long that it mustn't be sent any more: others give it up by then (see
 * `standingOf`). Not since it was sent: the last who cared may have sent it, or sent it again, and died before that was
 * noted.
 */
export const isForgotten = ({ leftAt }: ScheduledRequest, now: Date): boolean =>
  leftAt !== undefined && now.getTime() - Date.parse(leftAt) > LONGEST_IN_QUEUE_MS;
