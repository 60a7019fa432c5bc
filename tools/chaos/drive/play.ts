import type { Accepted } from "../evidence";
import type { Scenario } from "../plan/plan";
import type { Message, Step } from "../plan/scenarios";
import { elapse } from "./elapse";
import { fateOf, isFinal, isOver } from "./fates";
import type { FaultControl } from "./fault-control";
import { NotOver, type Records } from "./records";
import type { Sender } from "./sender";

/** Who carries out what is planned. */
export interface Cast {
  sender: Sender;
  faults: FaultControl;
  records: Records;
  /** Everything that was taken, as it is taken. */
  accepted: Accepted[];
  /** @returns whether the instance was still going on */
  terminate: (instanceId: string) => Promise<boolean>;
  /** Runs that were terminated while they went on. */
  terminated: string[];
  say: (line: string) => void;
}

const BY_CHAOS = { who: "chaos", why: "to see whether it holds" };
const DECIDE_EVERY_MS = 700;
const MOST_DECISIONS = 300;

/** Plays one scenario to its end; what isn't over in time is said, and judged by the records. */
export async function play(scenario: Scenario, cast: Cast): Promise<void> {
  await elapse(scenario.startMs);
  try {
    for (const step of scenario.steps) await perform(step, scenario, cast);
  } catch (error) {
    if (!(error instanceof NotOver)) throw error;
    cast.say(`${scenario.version} (${scenario.kind}): ${error.message}`);
  } finally {
    await cast.faults.clear(scenario.version);
  }
}

async function perform(step: Step, scenario: Scenario, cast: Cast): Promise<void> {
  const { version } = scenario;
  switch (step.do) {
    case "addFaults":
      return cast.faults.add(version, scenario.faults);
    case "clearFaults":
      return cast.faults.clear(version);
    case "send":
      await Promise.all(step.messages.map((message) => send(message, cast)));
      return;
    case "awaitEnds":
      await Promise.all(step.requestIds.map((id) => awaitEnd(id, cast)));
      return;
    case "cancel":
      await elapse(step.afterMs);
      return cancel(step.requestId, cast);
    case "terminate":
      return terminate(step, cast);
    case "decide":
      return decide(step, cast);
    case "redrive":
      return redrive(step.requestId, version, cast);
    case "promote":
      return promote(step.requestId, version, cast);
  }
}

async function send(message: Message, { sender, accepted }: Cast): Promise<void> {
  if (await sender.send(message))
    accepted.push({ requestId: message.requestId, version: message.wish.version });
}

/** Of a request that was refused at the door nothing comes. */
async function awaitEnd(requestId: string, { records, accepted }: Cast): Promise<void> {
  if (accepted.some((one) => one.requestId === requestId)) await records.over(requestId);
}

async function cancel(requestId: string, cast: Cast): Promise<void> {
  const publication = await publicationOf(requestId, cast);
  if (publication !== undefined)
    await cast.sender.post(`/api/publications/${publication}/cancel`, BY_CHAOS);
}

/** Its time counts from the run's beginning; the version's own id is that of its runs. */
async function terminate(
  { requestId, afterMs }: Extract<Step, { do: "terminate" }>,
  cast: Cast,
): Promise<void> {
  const publication = await publicationOf(requestId, cast);
  if (publication === undefined) return;
  await elapse(afterMs);
  if (await cast.terminate(publication)) cast.terminated.push(requestId);
}

/** Whoever decides looks now and then whether a wave waits; until then the answer is 409. */
async function decide({ requestId, how }: Extract<Step, { do: "decide" }>, cast: Cast) {
  const publication = await publicationOf(requestId, cast);
  if (publication === undefined) return;
  for (let times = 0; times < MOST_DECISIONS; times++) {
    if (isOver(fateOf(cast.records.rows, requestId))) return;
    await cast.sender.post(`/api/publications/${publication}/${how}`, BY_CHAOS);
    await elapse(DECIDE_EVERY_MS);
  }
}

async function redrive(requestId: string, version: string, cast: Cast): Promise<void> {
  const { run } = fateOf(cast.records.rows, requestId);
  if (run?.failureId === undefined) return;
  const { status, body } = await cast.sender.post(
    `/api/failures/${run.failureId}/redrive`,
    BY_CHAOS,
  );
  if (status === 202) await follow(body, version, cast);
}

async function promote(requestId: string, version: string, cast: Cast): Promise<void> {
  const publication = await publicationOf(requestId, cast);
  if (publication === undefined) return;
  const { rows } = cast.records;
  const last = rows.publications.find(({ id }) => id === publication);
  const ended = rows.runs.find(({ runId }) => runId === last?.runId);
  if (ended === undefined || !isFinal(ended.state)) return;
  const { status, body } = await cast.sender.post(
    `/api/publications/${publication}/promote`,
    BY_CHAOS,
  );
  if (status === 202) await follow(body, version, cast);
}

async function follow(body: Record<string, unknown>, version: string, cast: Cast): Promise<void> {
  const requestId = String(body["requestId"]);
  cast.accepted.push({ requestId, version });
  await cast.records.over(requestId);
}

/** The publication that a request's run belongs to, once there is one; none when it is refused. */
async function publicationOf(requestId: string, { records }: Cast): Promise<string | undefined> {
  const found = await records.until(`the run of ${requestId}`, () => {
    const { run, refused } = fateOf(records.rows, requestId);
    if (run !== undefined) return { publication: run.partitionKey };
    return refused === undefined ? undefined : {};
  });
  return "publication" in found ? found.publication : undefined;
}
