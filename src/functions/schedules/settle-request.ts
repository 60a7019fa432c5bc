import { isLive } from "../../domain/run/outcome";
import type { Schedule } from "../../domain/schedule/schedule";
import {
  ended,
  foundAgain,
  sent,
  switchedOffIfTooMany,
  withdrawn,
  type ScheduledEnd,
  type ScheduledRequest,
} from "../../domain/schedule/state";
import { attended, isForgotten } from "../../domain/schedule/unattended";
import type { ScheduleDependencies, Log } from "./dependencies";
import { change, type Held } from "./hold-state";
import { tellSwitchedOff, writeEnd } from "./switch-off";

/** A request that nobody has heard of for so long is sent again, by the same id: what is there already joins. */
const SEND_AGAIN_AFTER_MS = 15 * 60_000;
/** Sent so often without a sign, it counts as a failed run; by then it is among the dead letters, where it is shown. */
const MOST_SENDS = 4;
/**
 * What is sent is in nobody's hands any more when its request is given up: the queue lets it expire before, by as much
 * as a host may keep it under a lock (`maxAutoLockRenewalDuration` of host.json). Or it would run beside the next one.
 */
const LONGEST_LOCK_MS = 5 * 60_000;

/** How long a message may wait in the queue, by how often it was sent before. */
const timeToLiveMs = (sends: number): number =>
  (MOST_SENDS - sends) * SEND_AGAIN_AFTER_MS - LONGEST_LOCK_MS;

interface End {
  outcome: ScheduledEnd;
  endedAt: string;
  publicationId?: string;
}

/**
 * Brings the schedule's last request a step on: sends what was decided and not sent before a crash, finds its end in
 * the records, counts failures, and switches the schedule off when there are too many. Undefined when somebody else
 * was faster.
 */
export async function settleRequest(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  log: Log,
): Promise<Held | undefined> {
  const told = await tellSwitchedOff(dependencies, held, log);
  const request = told?.state.request;
  if (told === undefined || request === undefined) return told;
  if (request.outcome === "lost") return lookAgain(dependencies, schedule, told, request, log);
  if (request.outcome !== undefined) return told;
  const wasLeft = request.leftAt !== undefined;
  if (request.sends === 0 && !wasLeft) return deliver(dependencies, schedule, told, request, log);
  const end = await endOf(dependencies, request);
  if (end === "going") return told;
  if (end !== undefined) return close(dependencies, schedule, told, request, end, log);
  return wasLeft
    ? takeUp(dependencies, schedule, told, request, log)
    : sendAgain(dependencies, schedule, told, request, log);
}

/** Sends a request that nobody has heard of when it's time to, or gives it up. */
async function sendAgain(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  request: ScheduledRequest,
  log: Log,
): Promise<Held | undefined> {
  const waited = dependencies.now().getTime() - Date.parse(request.sentAt ?? request.firedAt);
  if (request.sends > 0 && waited < SEND_AGAIN_AFTER_MS) return held;
  if (request.sends < MOST_SENDS) return deliver(dependencies, schedule, held, request, log);
  return close(dependencies, schedule, held, request, lost(dependencies), log);
}

/**
 * Looks after a request again that was left alone while its schedule couldn't run: it goes on, unless that has taken too
 * long, or the schedule has begun anew. Sent then, it would publish what it has found long ago as the newest version.
 */
async function takeUp(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  request: ScheduledRequest,
  log: Log,
): Promise<Held | undefined> {
  const { states, now } = dependencies;
  if (!isForgotten(request, now())) {
    if (request.sendNoMore === true) return held;
    const state = attended(held.state, request);
    const mine = await change(states, held, state);
    return mine && sendAgain(dependencies, schedule, mine, state.request, log);
  }
  if (request.sends > 0)
    return close(dependencies, schedule, held, request, lost(dependencies), log);
  const why = `${request.requestId} is withdrawn: it wasn't sent while the schedule could run, and is too old now`;
  const mine = await change(states, held, withdrawn(held.state, why, now()));
  if (mine !== undefined) log.warn(`schedule ${schedule.id}: ${why}`);
  return mine;
}

/** A request that was given up may come all the same: somebody sends its dead letter back. The next waits for it then. */
async function lookAgain(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  request: ScheduledRequest,
  log: Log,
): Promise<Held | undefined> {
  const end = await endOf(dependencies, request);
  if (end === undefined) return held;
  const state = foundAgain(held.state, request);
  const mine =
    end === "going"
      ? await change(dependencies.states, held, state)
      : await close(dependencies, schedule, { ...held, state }, state.request, end, log);
  if (mine !== undefined)
    log.log(`schedule ${schedule.id}: request ${request.requestId} wasn't lost: it is here`);
  return mine;
}

const lost = ({ now }: ScheduleDependencies): End => ({
  outcome: "lost",
  endedAt: now().toISOString(),
});

/** Sends the request's message. At least once: a crash before it is noted sends again, with the same id. */
async function deliver(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  request: ScheduledRequest,
  log: Log,
): Promise<Held | undefined> {
  const { documents, queue, states, now } = dependencies;
  const { requestId, path, sends } = request;
  const message = await documents.read<object>(path);
  if (message === undefined)
    return close(dependencies, schedule, held, request, lost(dependencies), log);
  // The queue may drop a message whose id it knows; sent again on purpose, it has to arrive.
  const messageId = sends === 0 ? requestId : `${requestId}~${sends}`;
  await queue.send(message, messageId, timeToLiveMs(sends));
  log.log(`schedule ${schedule.id}: request ${requestId} is in the queue`);
  return change(states, held, sent(held.state, request, now()));
}

/** How the request has ended, as the records have it; undefined when nothing is known of it. */
export async function endOf(
  { records }: Pick<ScheduleDependencies, "records">,
  { requestId }: ScheduledRequest,
): Promise<End | "going" | undefined> {
  const row = (await records.publications({ requestId })).rows.at(-1);
  if (row !== undefined) {
    const { state, id, endedAt, updatedAt } = row;
    if (isLive(state)) return "going";
    return { outcome: state, endedAt: endedAt ?? updatedAt, publicationId: id };
  }
  const refused = await records.failures({ requestId, kind: "message", status: "all", limit: 1 });
  const [entry] = refused.rows;
  return entry === undefined ? undefined : { outcome: "rejected", endedAt: entry.recordedAt };
}

async function close(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  request: ScheduledRequest,
  end: End,
  log: Log,
): Promise<Held | undefined> {
  const { requestId } = request;
  const after = ended(held.state, request, end);
  const state = switchedOffIfTooMany(schedule, after, { requestId, ...end });
  return writeEnd(dependencies, held, state, log, () =>
    log.log(`schedule ${schedule.id}: request ${requestId} ended ${end.outcome}`),
  );
}
