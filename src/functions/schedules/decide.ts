import type { Claim } from "../../azure/source-claims";
import type { Fault } from "../../domain/fault";
import type { Problem } from "../../domain/problem";
import { runBefore, type Build } from "../../domain/schedule/build";
import type { Schedule } from "../../domain/schedule/schedule";
import {
  decided,
  failedOnce,
  isGoing,
  requestIdOf,
  switchedOffIfTooMany,
  type Decision,
  type ScheduleState,
} from "../../domain/schedule/state";
import type { Standing } from "../../domain/schedule/source-fingerprint";
import type { ScheduleDependencies } from "./dependencies";
import { claimUnlessMade, type Elsewhere } from "./made-elsewhere";
import { readStanding } from "./read-standing";

/** An occurrence of the calendar, or a person's wish. */
export interface Occasion {
  occurrence: Date;
  /** Who asked for it; absent for the calendar. */
  who?: string;
  /** Also when the source is published already. */
  force?: boolean;
  /** It has waited for a build: that is done, or isn't waited for any more. */
  build?: "done" | "dropped";
  /** A word on that build, for people; it is kept together with the decision, and said after that. */
  word?: string;
}

/** What is to be done about an occasion. */
export type Verdict =
  /** `claim`: to be given back when it is written; absent by force. */
  | {
      kind: "fire";
      source: Record<string, unknown>;
      fingerprint: string;
      why: string;
      claim?: Claim;
    }
  /** The image template is to be run first; with what is known of its run before. */
  | { kind: "build"; template: string; before: Pick<Build, "before"> }
  | Elsewhere
  /** `isFailure`: it counts as a failed run. */
  | { kind: "finding"; problem: Problem; isFailure?: true }
  | { kind: "later"; fault: Fault };

/** An occurrence that nobody has looked at for so long was missed: the timer comes every minute. */
const MISSED_AFTER_MS = 5 * 60_000;

/** Why the calendar doesn't count; undefined while the schedule is on. */
export function whyOff(
  { enabled }: Schedule,
  { switchedOff }: ScheduleState,
  meanwhile = "",
): string | undefined {
  if (!enabled) return `the document has it switched off${meanwhile}`;
  if (switchedOff === undefined) return undefined;
  return `it was switched off by ${switchedOff.who}${meanwhile}: ${switchedOff.why}`;
}

/** Why the calendar's occurrence isn't even looked at; a person may ask all the same. */
function passedOver(
  schedule: Schedule,
  state: ScheduleState,
  { occurrence, build }: Occasion,
  now: Date,
): string | undefined {
  const off = whyOff(schedule, state, build === undefined ? "" : " while its image was built");
  if (off !== undefined) return off;
  if (build === undefined && !schedule.catchUp && isMissed(state, occurrence, now))
    return "it was missed, and catchUp is false: the app didn't come to it within five minutes";
  return undefined;
}

/** What was looked at in time isn't missed while looks go on, however long Azure doesn't answer. */
function isMissed({ lookedAt, lastLookAt }: ScheduleState, occurrence: Date, now: Date): boolean {
  const due = occurrence.toISOString();
  const since = lookedAt === due && lastLookAt !== undefined ? lastLookAt : due;
  return now.getTime() - Date.parse(since) > MISSED_AFTER_MS;
}

/** The state in which it is noted that the calendar's occurrence was looked at in time, where that counts. */
export function looked(
  { catchUp }: Schedule,
  state: ScheduleState,
  { occurrence, who, build }: Occasion,
  now: Date,
): ScheduleState {
  if (catchUp || who !== undefined || build !== undefined) return state;
  if (isMissed(state, occurrence, now)) return state;
  return { ...state, lookedAt: occurrence.toISOString(), lastLookAt: now.toISOString() };
}

/** Decides about an occasion, by Azure, the records and the other schedules; nothing of its own is written yet. */
export async function verdictOn(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  state: ScheduleState,
  occasion: Occasion,
): Promise<Verdict> {
  const { finding, records, templates, now } = dependencies;
  const { who, build, force = false } = occasion;
  const why = who === undefined ? passedOver(schedule, state, occasion, now()) : undefined;
  if (why !== undefined) return { kind: "skip", why };
  if (isGoing(state))
    return { kind: "skip", why: `its last run, ${state.request?.requestId ?? ""}, hasn't ended` };
  if (state.build !== undefined)
    return { kind: "skip", why: `its image is being built since ${state.build.since}` };
  // Only under a clock that was put back: other contents under this id would be refused, or be taken for the first ones.
  const requestId = requestIdOf(schedule.id, occasion.occurrence, who !== undefined);
  if (state.decisions.some((one) => one.requestId === requestId))
    return { kind: "skip", why: `it was fired before, as ${requestId}` };
  if (schedule.imageTemplate !== undefined && build !== "done")
    return toBuild(templates, schedule.imageTemplate);
  const begun = now();
  const found = await finding.find(schedule);
  if (found.kind !== "found") return found;
  const { source, fingerprint, versions, passedOver: other } = found;
  const besides = other === undefined ? "" : `; ${other}`;
  const standing = await readStanding(records, schedule.image, versions);
  const fire = { kind: "fire", source, fingerprint, why: whyFired(standing) + besides } as const;
  if (force) return fire;
  const needless = whyNotAgain(standing);
  if (needless !== undefined) return { kind: "skip", why: needless + besides };
  const elsewhere = await claimUnlessMade(dependencies, schedule, fingerprint, begun);
  if (elsewhere.kind === "claimed") return { ...fire, claim: elsewhere.claim };
  return { ...elsewhere, why: elsewhere.why + besides };
}

function whyNotAgain(standing: Standing | undefined): string | undefined {
  switch (standing?.kind) {
    case "published":
      return `the source hasn't changed: version ${standing.version} is made from it`;
    case "going":
      return `the source is being published as ${standing.version} by ${standing.requestId}`;
    default:
      return undefined;
  }
}

function whyFired(standing: Standing | undefined): string {
  if (standing === undefined) return "the source is new";
  if (standing.kind === "unpublished")
    return `version ${standing.version} was made from it, but ${standing.why}`;
  return `forced; ${standing.version} is made from it`;
}

/** A template that can't be looked at can't be built: a failed run, like a build that failed. */
async function toBuild(
  templates: ScheduleDependencies["templates"],
  template: string,
): Promise<Verdict> {
  const answer = await templates.lastRun(template);
  if (answer.kind === "finding") return { ...answer, isFailure: true };
  if (answer.kind === "later") return answer;
  return { kind: "build", template, before: runBefore(answer.run) };
}

/** What is kept of a decision about an occasion. */
export const decisionOf = (
  { occurrence, who }: Occasion,
  now: Date,
  rest: Pick<Decision, "what" | "why"> & { requestId?: string },
): Decision => ({
  occurrence: occurrence.toISOString(),
  decidedAt: now.toISOString(),
  ...rest,
  ...(who === undefined ? {} : { who }),
});

/** The state after an image couldn't be built: switched off when there are too many failures. */
export function buildFailed(
  schedule: Schedule,
  state: ScheduleState,
  occasion: Occasion,
  now: Date,
  found: Problem,
): ScheduleState {
  const decision = decisionOf(occasion, now, { what: "finding", why: found.message });
  const after = failedOnce(decided(state, decision, [found]));
  const requestId = requestIdOf(schedule.id, occasion.occurrence, occasion.who !== undefined);
  const last = { requestId, outcome: "buildFailed" as const, endedAt: now.toISOString() };
  return switchedOffIfTooMany(schedule, after, last);
}

/** The state after nothing was fired. */
export const notFired = (
  state: ScheduleState,
  occasion: Occasion,
  now: Date,
  verdict: Elsewhere | Extract<Verdict, { kind: "finding" }>,
): ScheduleState =>
  verdict.kind === "finding"
    ? decided(state, decisionOf(occasion, now, { what: "finding", why: verdict.problem.message }), [
        verdict.problem,
      ])
    : decided(state, decisionOf(occasion, now, { what: "skipped", why: verdict.why }));
