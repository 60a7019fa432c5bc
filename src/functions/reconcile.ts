import type { InvocationContext, Timer } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { RECONCILE, type EndedRun, type ReconcileInput } from "../domain/run/ended-run";
import type { LogLineOf } from "../domain/run/log-line";
import type { FailureRow, RunRow } from "../domain/run/records";
import { RECONCILE_PUBLICATION } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { freeNumbers } from "./free-numbers";
import { instanceState, runIdOf, startUnlessGoing } from "./durable-status";
import { tellDeadLetters } from "./tell-dead-letters";

/**
 * A reservation this young may still be started: by its sender, or by a message that is delivered again (a lock
 * lasts five minutes).
 */
const MAY_STILL_START_MS = 10 * 60_000;

/**
 * Timer: finds runs that have ended, or are gone, without a record (terminated, failed, a lost task hub), and safety
 * flags that a recorded run couldn't close, and starts what mends each; frees version numbers that nobody came for;
 * tells of dead letters. Its own instance id is the lock: a run that is going on is never touched, and to look twice
 * starts one.
 */
export function reconcile(dependencies: FunctionDependencies, settleMs: number) {
  return async (
    _timer: Timer,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<void> => {
    for await (const row of unrecorded(dependencies)) {
      if (!(await isLost(dependencies, client, row))) continue;
      const { id, runId } = row;
      if (await mend(dependencies, client, { ended: ended(row), settleMs }))
        context.warn(
          `run ${runId} of ${id} has ended without a record; what it has left is looked at, and recorded`,
        );
    }
    for (const flag of await dependencies.records.openFlags()) {
      const { id, publicationId = "", runId } = flag;
      dependencies.log(openFlag(flag, dependencies.now()));
      const runs = await dependencies.records.runs(publicationId);
      const run = runs.find((candidate) => candidate.runId === runId);
      if (run === undefined) {
        context.warn(
          `failure ${id} has left the safety flag of ${publicationId} open, and its run ${runId} isn't recorded: close the flag by the entry's own command`,
        );
        continue;
      }
      const input = { ended: ended({ ...run, id: publicationId }), settleMs, failureId: id };
      if (await mend(dependencies, client, input))
        context.warn(`run ${run.runId} has left the safety flag of ${publicationId} open`);
    }
    await freeNumbers(dependencies, context);
    await tellDeadLetters(dependencies, context);
  };
}

/** Said at each look, so that an alert is over when the flag is closed. */
const openFlag = (
  { id, publicationId, runId, requestId, imageId }: FailureRow,
  now: Date,
): LogLineOf<"safetyFlagOpen"> => ({
  ...{ event: "safetyFlagOpen", time: now.toISOString(), failureId: id },
  ...(publicationId === undefined ? {} : { publicationId }),
  ...(runId === undefined ? {} : { runId }),
  ...(requestId === undefined ? {} : { requestId }),
  ...(imageId === undefined ? {} : { imageVersionId: imageId }),
});

type OpenRun = RunRow & { id: string };

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

async function isLost(
  { now }: FunctionDependencies,
  client: DurableClient,
  { id, runId, startedAt }: OpenRun,
): Promise<boolean> {
  const instance = await instanceState(client, id);
  if (instance?.going === true) return false;
  // The instance of this very run has ended; else it was never started, or is gone.
  if (runIdOf(instance) === runId) return true;
  return now().getTime() - Date.parse(startedAt) >= MAY_STILL_START_MS;
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
