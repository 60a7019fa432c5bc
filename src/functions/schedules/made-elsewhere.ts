import type { Claim } from "../../azure/source-claims";
import { definitionKey } from "../../domain/run/identity";
import { isSuccess } from "../../domain/run/outcome";
import type { Schedule } from "../../domain/schedule/schedule";
import { withdrawn, type ScheduledRequest } from "../../domain/schedule/state";
import { isForgotten } from "../../domain/schedule/unattended";
import { claimSource, isLeft, releaseClaim } from "./claim-source";
import type { ScheduleDependencies } from "./dependencies";
import { scheduleById, schedulesNow } from "./schedule-document";
import { endOf } from "./settle-request";

/** Azure may have been asked for the versions before this one was there. */
const JUST_ENDED_MS = 5 * 60_000;

/** Which source a request publishes to which definition: one key for all spellings. */
export const makesOf = ({ image }: Pick<Schedule, "image">, fingerprint: string): string =>
  `${definitionKey(image)}~${fingerprint}`;

/** Another schedule's request makes this one needless, or may do so: `held` is asked again in a minute. */
export interface Elsewhere {
  kind: "skip" | "held";
  why: string;
}

/**
 * Claims the source for this schedule's decision; instead, why it isn't to fire.
 * @param begun when the look began that has found it
 */
export async function claimUnlessMade(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  fingerprint: string,
  begun: Date,
): Promise<{ kind: "claimed"; claim: Claim } | Elsewhere> {
  const claim = await claimSource(dependencies, schedule.id, makesOf(schedule, fingerprint));
  if (claim === undefined)
    return { kind: "held", why: "somebody decides about the same source just now" };
  // A run that began and ended since isn't among the requests any more, nor its version among those that were seen.
  const elsewhere = isLeft(begun, dependencies.now())
    ? ({ kind: "held", why: "what was seen of its source is a minute old" } as const)
    : await madeElsewhere(dependencies, schedule, claim.makes);
  if (elsewhere === undefined) return { kind: "claimed", claim };
  await releaseClaim(dependencies, claim);
  return elsewhere;
}

/** Whether another schedule publishes the same source to the same definition: Azure may not have its version yet. */
async function madeElsewhere(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  makes: string,
): Promise<Elsewhere | undefined> {
  for (const { id, request } of await dependencies.states.list()) {
    if (request?.makes !== makes || id.toLowerCase() === schedule.id.toLowerCase()) continue;
    const standing = await standingOf(dependencies, id, request);
    if (standing === "over") continue;
    const why = `schedule ${id} publishes this source, as ${request.requestId}`;
    if (standing === "going") return { kind: "skip", why };
    if (standing === "adrift")
      return { kind: "held", why: `${why}, unless nobody hears of that within an hour` };
    const instead = `${request.requestId} is withdrawn: nobody has heard of it within an hour, and schedule ${schedule.id} publishes its source`;
    if (!(await giveUp(dependencies, id, request, instead))) return { kind: "held", why };
  }
  return undefined;
}

/**
 * `adrift`: it may lie in the queue, also where it isn't noted as sent, and nobody looks what becomes of it; `forgotten`:
 * it isn't in the queue any more, and whoever looks after it again may still send it.
 */
type RequestStanding = "going" | "over" | "adrift" | "forgotten";

async function standingOf(
  dependencies: ScheduleDependencies,
  id: string,
  request: ScheduledRequest,
): Promise<RequestStanding> {
  const age = (time: string): number => dependencies.now().getTime() - Date.parse(time);
  const { outcome, endedAt = "" } = request;
  const end = outcome === undefined ? await endOf(dependencies, request) : { outcome, endedAt };
  if (end === "going") return "going";
  if (end !== undefined)
    return isSuccess(end.outcome) && age(end.endedAt) < JUST_ENDED_MS ? "going" : "over";
  if (isForgotten(request, dependencies.now()))
    return request.sendNoMore === true && request.sends > 0 ? "over" : "forgotten";
  if (request.leftAt !== undefined) return "adrift";
  // Only of a schedule that runs somebody sends the request, and looks how it ends; the tick notes it of others.
  const { schedule } = scheduleById(await schedulesNow(dependencies), id) ?? {};
  return schedule === undefined ? "adrift" : "going";
}

/**
 * Writes that a forgotten request isn't sent any more: who has judged otherwise, by another clock or a minute ago, is
 * refused by the row's ETag, or reads it. False when somebody else was faster, and may send it.
 */
async function giveUp(
  { states, now }: ScheduleDependencies,
  id: string,
  { requestId }: ScheduledRequest,
  why: string,
): Promise<boolean> {
  const held = await states.get(id);
  const { request } = held?.state ?? {};
  if (held === undefined || request?.requestId !== requestId || !isForgotten(request, now()))
    return false;
  const { state, etag } = held;
  // How one that was sent has ended, its own schedule finds out.
  return states.put(
    request.sends > 0
      ? { ...state, request: { ...request, sendNoMore: true } }
      : withdrawn(state, why, now()),
    etag,
  );
}
