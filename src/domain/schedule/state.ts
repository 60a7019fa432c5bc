import { plainText } from "../plain-text";
import type { Problem } from "../problem";
import { isSuccess, type FinalState } from "../run/outcome";
import type { Build } from "./build";
import { latestOccurrence } from "./calendar";
import type { Schedule } from "./schedule";

/** How a scheduled run ended. `lost`: its request was sent several times and was never heard of again; `buildFailed`: there was none. */
export type ScheduledEnd = FinalState | "lost" | "buildFailed";

/** What was decided when a schedule was due, or when a person asked. */
export interface Decision {
  /** ISO 8601: for which occurrence. */
  occurrence: string;
  /** ISO 8601. */
  decidedAt: string;
  what: "building" | "fired" | "skipped" | "finding";
  /** Why it was skipped, what was found, or what is published. */
  why: string;
  /** Present when it was fired. */
  requestId?: string;
  /** Present when a person asked for it. */
  who?: string;
  /** In a row, with this reason; absent for once. */
  times?: number;
}

/** The last request that a schedule has made. */
export interface ScheduledRequest {
  requestId: string;
  /** Where the message lies until it was sent, so that it is the same one whoever sends it. */
  path: string;
  /** Which source it publishes to which definition; absent in older states. */
  makes?: string;
  firedAt: string;
  /** How often it was sent, and when last; 0 while it is decided and not yet sent. */
  sends: number;
  sentAt?: string;
  /** ISO 8601: since then its schedule can't run, and nobody looks after it. */
  leftAt?: string;
  /** Its schedule has begun anew, or another one publishes its source: it is waited for, and not sent any more. */
  sendNoMore?: true;
  publicationId?: string;
  outcome?: ScheduledEnd;
  endedAt?: string;
}

/** The last of a schedule's failures. */
export interface LastFailure {
  requestId: string;
  outcome: ScheduledEnd;
  /** ISO 8601. */
  endedAt: string;
  publicationId?: string;
}

/** Who has switched a schedule off, and why. */
export interface SwitchedOff {
  who: string;
  why: string;
  /** ISO 8601. */
  at: string;
  /** What is still to be announced about it: it is written first, and announced then. */
  untold?: Omit<LastFailure, "endedAt"> & { failures: number };
}

/** What is known of a schedule between two ticks. */
export interface ScheduleState {
  id: string;
  /** Cron and time zone that `decidedUntil` is of: another calendar begins anew. */
  calendar: string;
  /** ISO 8601: every occurrence until here is decided. */
  decidedUntil: string;
  /** ISO 8601: the last occurrence that was looked at in time, decided or not; kept where a late one is missed. */
  lookedAt?: string;
  /** ISO 8601: when it was looked at last. */
  lastLookAt?: string;
  request?: ScheduledRequest;
  /** ISO 8601: since then the document doesn't name it any more. */
  removedAt?: string;
  /** The build that the next request waits for. */
  build?: Build;
  /** Failed runs in a row. */
  failures: number;
  /** Why it doesn't run, other than by the document. */
  switchedOff?: SwitchedOff;
  /** The newest first. */
  decisions: Decision[];
  /** What the last look for a source has found wrong. */
  findings: Problem[];
}

/** Decisions that are kept, and how much of each reason. */
const KEPT_DECISIONS = 10;
const LONGEST_WHY = 500;
const KEPT_FINDINGS = 5;
const LONGEST_FINDING = 1000;

const calendarOf = ({ cron, timeZone }: Schedule): string => `${cron} ${timeZone}`;

/** A schedule that is seen for the first time is due from its next occurrence on. */
export const firstState = (schedule: Schedule, now: Date): ScheduleState => ({
  id: schedule.id,
  calendar: calendarOf(schedule),
  decidedUntil: now.toISOString(),
  failures: 0,
  decisions: [],
  findings: [],
});

/**
 * The state under the schedule's calendar of today: what another one would have had is not made up for, nor what it
 * would have had while the document didn't name it.
 */
export function underCalendar(state: ScheduleState, schedule: Schedule, now: Date): ScheduleState {
  const { removedAt, ...rest } = state;
  const calendar = calendarOf(schedule);
  if (removedAt !== undefined) return { ...anew(dropped(rest, removedAt), now), calendar };
  if (rest.calendar === calendar) return state;
  return { ...rest, calendar, decidedUntil: now.toISOString() };
}

/** What was asked for before the schedule was taken out isn't sent when it is put back: others may have published since. */
function dropped<T extends { request?: ScheduledRequest }>(state: T, removedAt: string): T {
  const { request } = state;
  if (request === undefined || request.outcome !== undefined) return state;
  const leftAt = request.leftAt ?? removedAt;
  return { ...state, request: { ...request, leftAt, sendNoMore: true } };
}

/** The state from now on: also a build that the calendar wanted isn't waited for any more; one that a person wants is. */
function anew({ build, ...state }: ScheduleState, now: Date): ScheduleState {
  const wanted = build?.who === undefined ? {} : { build };
  return { ...state, ...wanted, decidedUntil: now.toISOString() };
}

/**
 * The occurrence that is to be decided now: the latest, if nothing was decided about it. Earlier ones that were missed
 * are made up for by it, all together.
 */
export function dueOccurrence(
  schedule: Schedule,
  state: ScheduleState,
  now: Date,
): Date | undefined {
  const latest = latestOccurrence(schedule, now);
  if (latest === undefined || latest.getTime() <= Date.parse(state.decidedUntil)) return undefined;
  return latest;
}

/** Hosts' clocks differ by less. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

const isAhead = (time: string, now: Date): boolean =>
  Date.parse(time) - now.getTime() > CLOCKS_DIFFER_MS;

/**
 * The state when the clock has been put back: nothing later than now can be settled, or sent, unless a clock went wrong.
 * Left so, the schedule would be silent until then.
 */
export function underClock(before: ScheduleState, now: Date): ScheduleState {
  const state = requestUnderClock(before, now);
  const { decidedUntil } = state;
  if (!isAhead(decidedUntil, now)) return state;
  const [occurrence, decidedAt] = [decidedUntil, now.toISOString()];
  const why = `a clock was wrong: everything until ${decidedUntil} was settled; what comes from now on is due again`;
  const after = decided(state, { occurrence, decidedAt, what: "skipped", why }, state.findings);
  return { ...after, decidedUntil: decidedAt };
}

/** The same of its request alone: what was done at a time that is yet to come counts as done now. */
export function requestUnderClock(state: ScheduleState, now: Date): ScheduleState {
  const { request } = state;
  if (request === undefined) return state;
  const { firedAt, sentAt, leftAt } = request;
  const times = Object.entries({ firedAt, sentAt, leftAt }).filter(
    ([, time]) => time !== undefined && isAhead(time, now),
  );
  if (times.length === 0) return state;
  const counted = times.map(([name]) => [name, now.toISOString()] as const);
  return { ...state, request: { ...request, ...Object.fromEntries(counted) } };
}

/** The later of two times in ISO 8601. */
const later = (one: string, other: string): string =>
  Date.parse(one) < Date.parse(other) ? other : one;

/**
 * The state after a decision; one by the calendar settles every occurrence until then. One about a build that was begun
 * long ago leaves settled what was settled meanwhile.
 */
export function decided(
  state: ScheduleState,
  decision: Decision,
  findings: readonly Problem[] = [],
): ScheduleState {
  const kept = { ...decision, why: plainText(decision.why, LONGEST_WHY) };
  const [last, ...earlier] = state.decisions;
  const isRepetition = last?.what === kept.what && last.why === kept.why && kept.what !== "fired";
  return {
    ...state,
    ...(decision.who === undefined
      ? { decidedUntil: later(state.decidedUntil, decision.occurrence) }
      : {}),
    decisions: isRepetition
      ? [{ ...kept, times: (last.times ?? 1) + 1 }, ...earlier]
      : [kept, ...state.decisions].slice(0, KEPT_DECISIONS),
    findings: findings.slice(0, KEPT_FINDINGS).map((found) => ({
      ...found,
      message: plainText(found.message, LONGEST_FINDING),
      action: plainText(found.action, LONGEST_FINDING),
    })),
  };
}

/** The state after the request's message was taken by the queue. */
export const sent = (
  state: ScheduleState,
  request: ScheduledRequest,
  now: Date,
): ScheduleState => ({
  ...state,
  request: { ...request, sends: request.sends + 1, sentAt: now.toISOString() },
});

/** The state after the end of the last request: a success ends the row of failures. */
export function ended(
  state: ScheduleState,
  request: ScheduledRequest,
  end: { outcome: ScheduledEnd; endedAt: string; publicationId?: string },
): ScheduleState {
  const after = { ...state, request: { ...request, ...end } };
  return isSuccess(end.outcome) ? { ...after, failures: 0 } : failedOnce(after);
}

/** The state after a sign of a request that was given up as lost: it goes on, and isn't a failure yet. */
export function foundAgain(
  state: ScheduleState,
  { outcome: _outcome, endedAt: _endedAt, ...request }: ScheduledRequest,
): ScheduleState & { request: ScheduledRequest } {
  return { ...state, request, failures: Math.max(0, state.failures - 1) };
}

/** The state after one failure more. */
export const failedOnce = (state: ScheduleState): ScheduleState => ({
  ...state,
  failures: state.failures + 1,
});

/** Who switches a schedule off after its failures. */
export const OURSELVES = "gallery-publisher";

/** The state in which a schedule that has failed too often in a row is switched off. */
export function switchedOffIfTooMany(
  { maxConsecutiveFailures }: Schedule,
  state: ScheduleState,
  { endedAt, ...last }: LastFailure,
): ScheduleState {
  const { failures, switchedOff } = state;
  if (failures < maxConsecutiveFailures || switchedOff !== undefined) return state;
  const why = `${failures} ${failures === 1 ? "run" : "runs in a row"} failed; the last, ${last.requestId}, ended ${last.outcome}`;
  return {
    ...state,
    switchedOff: { who: OURSELVES, why, at: endedAt, untold: { ...last, failures } },
  };
}

/** The state after somebody has switched the schedule on: it begins anew, without failures. */
export function switchedOn(state: ScheduleState, now: Date): ScheduleState {
  const { switchedOff: _off, ...rest } = state;
  return { ...anew(rest, now), failures: 0 };
}

/** The state after its request, which wasn't sent, was taken back. */
export function withdrawn(
  { request: _request, ...state }: ScheduleState,
  why: string,
  now: Date,
): ScheduleState {
  const { decidedUntil: occurrence, findings } = state;
  return decided(
    state,
    { occurrence, decidedAt: now.toISOString(), what: "skipped", why },
    findings,
  );
}

/** True while the schedule's last request hasn't come to its end. */
export const isGoing = ({ request }: ScheduleState): boolean =>
  request !== undefined && request.outcome === undefined;

/** `golden-ubuntu-20261124T013000Z`: by schedule and occurrence, so that to fire twice is to ask once. */
export const requestIdOf = (id: string, occurrence: Date, byHand: boolean): string =>
  `${id}-${occurrence.toISOString().replace(/[-:]|\.\d+/g, "")}${byHand ? "-by-hand" : ""}`;
