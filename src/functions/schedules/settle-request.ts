import { isLive } from "../../domain/run/outcome";
import type { Schedule } from "../../domain/schedule/schedule";
import { ended, sent, type ScheduledEnd, type ScheduledRequest } from "../../domain/schedule/state";
import type { ScheduleDependencies, Log } from "./dependencies";
import { change, type Held } from "./hold-state";
import { switchOffIfTooMany } from "./switch-off";

/** A request that nobody has heard of for so long is sent again, by the same id: what is there already joins. */
const SEND_AGAIN_AFTER_MS = 15 * 60_000;
/** Sent so often without a sign, it counts as a failed run; by then it is among the dead letters, where it is shown. */
const MOST_SENDS = 4;

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
  const { request } = held.state;
  if (request === undefined || request.outcome !== undefined) return held;
  if (request.sends === 0) return deliver(dependencies, schedule, held, request, log);
  const end = await endOf(dependencies, request);
  if (end === "going") return held;
  if (end !== undefined) return close(dependencies, schedule, held, request, end, log);
  const waited = dependencies.now().getTime() - Date.parse(request.sentAt ?? request.firedAt);
  if (waited < SEND_AGAIN_AFTER_MS) return held;
  if (request.sends < MOST_SENDS) return deliver(dependencies, schedule, held, request, log);
  return close(dependencies, schedule, held, request, lost(dependencies), log);
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
  await queue.send(message, sends === 0 ? requestId : `${requestId}~${sends}`);
  log.log(`schedule ${schedule.id}: request ${requestId} is in the queue`);
  return change(states, held, sent(held.state, request, now()));
}

/** How the request has ended, as the records have it; undefined when nothing is known of it. */
async function endOf(
  { records }: ScheduleDependencies,
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
  const after = ended(held.state, request, end);
  log.log(`schedule ${schedule.id}: request ${request.requestId} ended ${end.outcome}`);
  const { requestId } = request;
  const state = await switchOffIfTooMany(dependencies, schedule, after, { requestId, ...end }, log);
  return change(dependencies.states, held, state);
}
