import type { InvocationContext, Timer } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { RECONCILE, type EndedRun, type ReconcileInput } from "../domain/run/ended-run";
import type { LogLineOf } from "../domain/run/log-line";
import type { FailureRow, RunRow } from "../domain/run/records";
import { RECONCILE_PUBLICATION } from "../orchestrators/names";
import { attempts, type Attempts } from "./attempts";
import type { FunctionDependencies } from "./dependencies";
import { freeNumbers } from "./free-numbers";
import { instanceState, runIdOf, startUnlessGoing, type InstanceState } from "./durable-status";
import type { ScheduleDependencies } from "./schedules/dependencies";
import {
  aboutFailure,
  again,
  oldestFirst,
  tellLeftOvers,
  tellStalled,
  tellSwitchedOff,
  type Again,
} from "./tell-again";
import { tellDeadLetters } from "./tell-dead-letters";

/**
 * A reservation this young may still be started: by its sender, or by a message that is delivered again (a lock
 * lasts five minutes).
 */
const MAY_STILL_START_MS = 10 * 60_000;

/** What the look reaches outside the process. */
export type ReconcileDependencies = FunctionDependencies &
  Pick<ScheduleDependencies, "document" | "states">;

/**
 * Timer: finds runs that have ended, or are gone, without a record (terminated, failed, a lost task hub), and safety
 * flags that a recorded run couldn't close, and starts what mends each; frees version numbers that nobody came for;
 * tells programs again what still needs attention, and of dead letters. Its own instance id is the lock: a run that is
 * going on is never touched, and to look twice starts one. What it fails at stops nothing else.
 */
export function reconcile(dependencies: ReconcileDependencies, settleMs: number) {
  return async (
    _timer: Timer,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<void> => {
    const tries = attempts(context);
    const look: Look = { dependencies, client, context, settleMs, tries };
    await tries.at("the runs", () => lookAtRuns(look));
    await tries.at("the safety flags", () => lookAtFlags(look));
    await tries.at("the left-overs", async () => {
      const lines = again("leftOver", dependencies, context);
      await tellLeftOvers(dependencies, lines);
      lines.end();
    });
    await tries.at("the schedules", async () => {
      const lines = again("scheduleDisabled", dependencies, context);
      await tellSwitchedOff(dependencies, lines, tries);
      lines.end();
    });
    await tries.at("the numbers", () => freeNumbers(dependencies, context, tries));
    await tellDeadLetters(dependencies, context);
    tries.end();
  };
}

/** One look, and where it tells what it meets. */
interface Look {
  dependencies: ReconcileDependencies;
  client: DurableClient;
  context: InvocationContext;
  settleMs: number;
  tries: Attempts;
}

async function lookAtRuns(look: Look): Promise<void> {
  const { dependencies, context, tries } = look;
  const lines = again("regionStalled", dependencies, context);
  for await (const row of unrecorded(dependencies))
    await tries.at(`run ${row.runId} of ${row.id}`, () => lookAtRun(look, row, lines));
  lines.end();
}

async function lookAtRun(
  { dependencies, client, context, settleMs }: Look,
  row: OpenRun,
  lines: Again,
): Promise<void> {
  const { id, runId } = row;
  const instance = await instanceState(client, id);
  if (instance?.going === true) {
    await tellStalled(dependencies, client, row, instance, lines);
    return;
  }
  if (!isLost(row, instance, dependencies.now())) return;
  if (await mend(dependencies, client, { ended: ended(row), settleMs }))
    context.warn(
      `run ${runId} of ${id} has ended without a record; what it has left is looked at, and recorded`,
    );
}

async function lookAtFlags(look: Look): Promise<void> {
  const lines = again("safetyFlagOpen", look.dependencies, look.context);
  for (const flag of oldestFirst(await look.dependencies.records.openFlags()))
    await look.tries.at(`the safety flag of ${flag.publicationId ?? ""}, failure ${flag.id}`, () =>
      lookAtFlag(look, flag, lines),
    );
  lines.end();
}

async function lookAtFlag(
  { dependencies, client, context, settleMs }: Look,
  flag: FailureRow,
  lines: Again,
): Promise<void> {
  const { id, publicationId = "", runId } = flag;
  const [instance, runs] = await Promise.all([
    flag.publicationId === undefined ? undefined : instanceState(client, publicationId),
    dependencies.records.runs(publicationId),
  ]);
  const run = runs.find((candidate) => candidate.runId === runId);
  const isGoing = instance?.going === true;
  const isHelpless = !isGoing && (run === undefined || hasTried(instance, id));
  lines.tell(openFlag(flag, dependencies.now(), !isHelpless));
  if (isGoing) return;
  if (run === undefined) {
    context.warn(
      `failure ${id} has left the safety flag of ${publicationId} open, and its run ${runId} isn't recorded: close the flag by the entry's own command`,
    );
    return;
  }
  const input = { ended: ended({ ...run, id: publicationId }), settleMs, failureId: id };
  if (await mend(dependencies, client, input))
    context.warn(`run ${run.runId} has left the safety flag of ${publicationId} open`);
}

/** What was to close this flag has ended, and the flag is still open. */
function hasTried(instance: InstanceState | undefined, failureId: string): boolean {
  const input = instance?.input as Partial<ReconcileInput> | null | undefined;
  return input?.requestId === RECONCILE && input.failureId === failureId;
}

/** Said at each look, so that an alert is over when the flag is closed. */
const openFlag = (
  flag: FailureRow,
  now: Date,
  beingMended: boolean,
): LogLineOf<"safetyFlagOpen"> => ({
  ...{ event: "safetyFlagOpen", time: now.toISOString(), ...aboutFailure(flag) },
  since: flag.recordedAt,
  ...(beingMended ? { beingMended } : {}),
});

type OpenRun = RunRow & { id: string; imageId?: string };

/**
 * Runs that their rows say to be going on: they say so until the run is recorded. A publication's row tells of its
 * newest run, also where the process ended before that had a row of its own; the runs' rows of those before it.
 */
async function* unrecorded({ records }: FunctionDependencies): AsyncGenerator<OpenRun> {
  const newest = new Set<string>();
  let continuation: string | undefined;
  do {
    const page = await records.publications({
      state: "accepted",
      ...(continuation === undefined ? {} : { continuation }),
    });
    for (const { runId } of page.rows) newest.add(runId);
    yield* page.rows;
    ({ continuation } = page);
  } while (continuation !== undefined);
  for await (const run of records.openRuns()) if (!newest.has(run.runId)) yield run;
}

/** Of a run whose instance doesn't go on. */
function isLost(
  { runId, startedAt }: OpenRun,
  instance: InstanceState | undefined,
  now: Date,
): boolean {
  // The instance of this very run has ended; else it was never started, or is gone.
  if (runIdOf(instance) === runId) return true;
  return now.getTime() - Date.parse(startedAt) >= MAY_STILL_START_MS;
}

const ended = (row: OpenRun): EndedRun => {
  const { id, runId, requestId, fingerprint, trigger, startedAt, action } = row;
  const run = { publicationId: id, runId, requestId, fingerprint, trigger, startedAt };
  return action === "promote" ? { ...run, action } : run;
};

/** False when something goes on under the version's instance id already. */
function mend(
  { now, newRunId }: FunctionDependencies,
  client: DurableClient,
  what: Pick<ReconcileInput, "ended" | "settleMs" | "failureId">,
): Promise<boolean> {
  const { publicationId } = what.ended;
  const input: ReconcileInput = {
    ...what,
    publicationId,
    runId: newRunId(now()),
    requestId: RECONCILE,
    fingerprint: RECONCILE,
  };
  return startUnlessGoing(client, RECONCILE_PUBLICATION, publicationId, input);
}
