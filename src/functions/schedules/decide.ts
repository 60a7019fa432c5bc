import { createHash } from "node:crypto";
import type { Fault } from "../../domain/fault";
import type { Problem } from "../../domain/problem";
import { canonicalJson } from "../../domain/run/identity";
import { documentPaths } from "../../domain/run/document-paths";
import type { Schedule } from "../../domain/schedule/schedule";
import {
  decided,
  isGoing,
  requestIdOf,
  type Decision,
  type ScheduledRequest,
  type ScheduleState,
} from "../../domain/schedule/state";
import type { Standing } from "../../domain/schedule/source-fingerprint";
import type { ScheduleDependencies } from "./dependencies";
import { readStanding } from "./read-standing";

/** An occurrence of the calendar, or a person's wish. */
export interface Occasion {
  occurrence: Date;
  /** Who asked for it; absent for the calendar. */
  who?: string;
  /** Also when the source is published already. */
  force?: boolean;
  /** The schedule's image template was run for it. */
  isBuilt?: true;
}

/** What is to be done about an occasion. */
export type Verdict =
  | { kind: "fire"; source: Record<string, unknown>; fingerprint: string; why: string }
  /** The image template is to be run first. */
  | { kind: "build" }
  | { kind: "skip"; why: string }
  | { kind: "finding"; problem: Problem }
  | { kind: "later"; fault: Fault };

/** An occurrence this old was missed: the timer comes every minute. */
const MISSED_AFTER_MS = 5 * 60_000;

/** Why the calendar's occurrence isn't even looked at; a person may ask all the same. */
function passedOver(
  schedule: Schedule,
  { switchedOff }: ScheduleState,
  lateMs: number,
): string | undefined {
  if (!schedule.enabled) return "the document has it switched off";
  if (switchedOff !== undefined)
    return `it was switched off by ${switchedOff.who}: ${switchedOff.why}`;
  if (lateMs > MISSED_AFTER_MS && !schedule.catchUp)
    return "it was missed, and catchUp is false: the app wasn't running";
  return undefined;
}

/** Decides about an occasion; reads Azure and the records, and changes nothing. */
export async function verdictOn(
  { finding, records, now }: Pick<ScheduleDependencies, "finding" | "records" | "now">,
  schedule: Schedule,
  state: ScheduleState,
  { occurrence, who, isBuilt, force = false }: Occasion,
): Promise<Verdict> {
  const lateMs = now().getTime() - occurrence.getTime();
  const byCalendar = who === undefined && isBuilt === undefined;
  const why = byCalendar ? passedOver(schedule, state, lateMs) : undefined;
  if (why !== undefined) return { kind: "skip", why };
  if (isGoing(state))
    return { kind: "skip", why: `its last run, ${state.request?.requestId ?? ""}, hasn't ended` };
  if (state.build !== undefined)
    return { kind: "skip", why: `its image is being built since ${state.build.since}` };
  if (schedule.imageTemplate !== undefined && isBuilt === undefined) return { kind: "build" };
  const found = await finding.find(schedule);
  if (found.kind !== "found") return found;
  const { source, fingerprint, versions } = found;
  const standing = await readStanding(records, schedule.image, versions);
  const unchanged = whyNotAgain(standing);
  if (unchanged !== undefined && !force) return { kind: "skip", why: unchanged };
  return { kind: "fire", source, fingerprint, why: whyFired(standing) };
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

const decisionOf = (
  { occurrence, who }: Occasion,
  now: Date,
  rest: Pick<Decision, "what" | "why"> & { requestId?: string },
): Decision => ({
  occurrence: occurrence.toISOString(),
  decidedAt: now.toISOString(),
  ...rest,
  ...(who === undefined ? {} : { who }),
});

/** The state after nothing was fired. */
export const notFired = (
  state: ScheduleState,
  occasion: Occasion,
  now: Date,
  verdict: Extract<Verdict, { kind: "skip" | "finding" }>,
): ScheduleState =>
  verdict.kind === "skip"
    ? decided(state, decisionOf(occasion, now, { what: "skipped", why: verdict.why }))
    : decided(state, decisionOf(occasion, now, { what: "finding", why: verdict.problem.message }), [
        verdict.problem,
      ]);

/**
 * Keeps the request's message and gives the state in which it is decided. The message lies under its own content:
 * two hosts that find different sources at the same moment don't write over one another.
 */
export async function fired(
  { documents, now }: Pick<ScheduleDependencies, "documents" | "now">,
  schedule: Schedule,
  state: ScheduleState,
  occasion: Occasion,
  { source, fingerprint, why }: Extract<Verdict, { kind: "fire" }>,
): Promise<{ state: ScheduleState; request: ScheduledRequest }> {
  const requestId = requestIdOf(schedule.id, occasion.occurrence, occasion.who !== undefined);
  const message = { ...schedule.request, requestId, source, sourceFingerprint: fingerprint };
  const content = createHash("sha256").update(canonicalJson(message)).digest("hex").slice(0, 12);
  const path = documentPaths.scheduledRequest(schedule.id, requestId, content);
  await documents.write(path, message);
  const firedAt = now().toISOString();
  const request = { requestId, path, firedAt, sends: 0 };
  const decision = decisionOf(occasion, now(), { what: "fired", why, requestId });
  return { state: { ...decided(state, decision), request }, request };
}
