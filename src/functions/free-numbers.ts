import type { InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import type { FunctionDependencies } from "./dependencies";

/**
 * A reservation that nobody has touched for this long has nobody left who could start its run: no invocation outlives
 * `functionTimeout` of host.json (ten minutes), and each that comes to the reservation touches it first. So a number
 * that is freed is never taken to a run by a slow delivery.
 */
const NOBODY_STARTS_AFTER_MS = 30 * 60_000;

/** Frees the numbers that were given to requests which never came to a run. */
export async function freeNumbers(
  { records, numbers, now }: FunctionDependencies,
  context: InvocationContext,
): Promise<void> {
  for await (const found of numbers.reserved()) {
    const { requestId, publicationId, touchedAt, version } = found.row;
    if (now().getTime() - Date.parse(touchedAt) < NOBODY_STARTS_AFTER_MS) continue;
    const [publication, runs] = await Promise.all([
      records.publication(publicationId),
      records.runs(publicationId),
    ]);
    if (runs.some((run) => run.requestId === requestId)) {
      await numbers.settle(found, "started");
      continue;
    }
    // A row of its version that has no run yet is mended, and recorded, as a run.
    if (publication?.row.requestId === requestId) continue;
    if (await numbers.settle(found, "forgotten"))
      context.warn(
        `the number ${version} was kept for request ${plainText(requestId)}, which never came to a run; it is free again`,
      );
  }
}
