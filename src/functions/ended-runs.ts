import { documentPaths } from "../domain/run/document-paths";
import { isGone, type RegionOutcome } from "../domain/run/outcome";
import { newestRuns, type OutcomeDocument, type RunRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";

/** The version's runs that have ended and weren't rejected, the newest first. */
export async function endedRuns(
  { records }: Pick<FunctionDependencies, "records">,
  id: string,
): Promise<RunRow[]> {
  return newestRuns(
    await records.runs(id),
    ({ state }) => state !== "accepted" && state !== "rejected",
  );
}

/**
 * The run whose request says what is wanted of the version: the newest that has written to it. One that was rejected,
 * that ended before its first write, or that met another version under the number says nothing of what is there.
 * Where none has, the newest that has ended: Azure may have completed what it was told to make.
 */
export async function newestWriter(
  dependencies: Pick<FunctionDependencies, "records" | "documents">,
  id: string,
): Promise<RunRow | undefined> {
  const runs = (await endedRuns(dependencies, id)).filter(({ action }) => action !== "promote");
  for (const run of runs) {
    const path = documentPaths.outcome(id, run.runId);
    const outcome = await dependencies.documents.read<OutcomeDocument>(path);
    if (outcome?.regions.some(isWritten)) return run;
  }
  return runs[0];
}

const isWritten = (outcome: RegionOutcome): boolean =>
  outcome.kind === "completed" ||
  (outcome.kind === "failed" && outcome.attempts > 0 && !isGone(outcome.fault));
