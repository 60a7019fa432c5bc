import type { InvocationContext } from "@azure/functions";
import type { FoundReservation } from "../azure/numbers";
import { plainText } from "../domain/plain-text";
import type { Attempts } from "./attempts";
import type { FunctionDependencies } from "./dependencies";

/**
 * A reservation that nobody has touched for this long has nobody left who could start its run: no invocation outlives
 * `functionTimeout` of host.json (ten minutes), and each that comes to the reservation touches it first. So a number
 * that is freed is never taken to a run by a slow delivery.
 */
const NOBODY_STARTS_AFTER_MS = 30 * 60_000;

/** Frees the numbers that were given to requests which never came to a run. */
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
  const { requestId, publicationId, touchedAt, version } = found.row;
  if (now().getTime() - Date.parse(touchedAt) < NOBODY_STARTS_AFTER_MS) return;
  const [publication, runs] = await Promise.all([
    records.publication(publicationId),
    records.runs(publicationId),
  ]);
  if (runs.some((run) => run.requestId === requestId)) {
    await numbers.settle(found, "started");
    return;
  }
  // A row of its version that has no run yet is mended, and recorded, as a run.
  if (publication?.row.requestId === requestId) return;
  if (await numbers.settle(found, "forgotten"))
    context.warn(
      `the number ${version} was kept for request ${plainText(requestId)}, which never came to a run; it is free again`,
    );
}
