import type { InvocationContext } from "@azure/functions";
import type { FoundReservation } from "../azure/numbers";
import { plainText } from "../domain/plain-text";
import { keptFor } from "../domain/run/numbers";
import { mayHaveWritten } from "../domain/run/records";
import type { Attempts } from "./attempts";
import type { FunctionDependencies } from "./dependencies";

/**
 * A reservation this old has nobody left who could start its run: no invocation outlives `functionTimeout` of host.json
 * (ten minutes), and whoever comes to it later is told, when it begins the run, that the number isn't held any more.
 */
const NOBODY_STARTS_AFTER_MS = 30 * 60_000;

/** Frees the numbers that were kept for requests, or redrives, which never came to a run. */
export async function freeNumbers(
  dependencies: FunctionDependencies,
  context: InvocationContext,
  tries: Attempts,
): Promise<void> {
  for await (const found of dependencies.numbers.reserved())
    await tries.at(
      `the number ${found.row.version} of request ${plainText(found.row.requestId)}`,
      () => freeNumber(dependencies, context, found),
    );
}

async function freeNumber(
  { records, numbers, now }: FunctionDependencies,
  context: InvocationContext,
  found: FoundReservation,
): Promise<void> {
  const { row } = found;
  const { publicationId, touchedAt, version } = row;
  if (now().getTime() - Date.parse(touchedAt) < NOBODY_STARTS_AFTER_MS) return;
  const requestId = keptFor(row);
  const [publication, runs] = await Promise.all([
    records.publication(publicationId),
    records.runs(publicationId),
  ]);
  const hadRun = runs.some((run) => run.requestId === requestId);
  if (hadRun && runs.some(mayHaveWritten)) {
    await numbers.settle(found, "started");
    return;
  }
  // A row of its version that has no run yet is mended, and recorded, as a run.
  const isTaken = publication?.row.state === "accepted";
  if (isTaken && publication.row.requestId === requestId) return;
  // A request that has had its answer has it by this number, also when its redrive never came to a run.
  const answered = hadRun || row.redrive !== undefined;
  if (await numbers.settle(found, answered ? "released" : "forgotten"))
    context.warn(
      `the number ${version} was kept for request ${plainText(requestId)}, which has come to no run that wrote; it is free again`,
    );
}
