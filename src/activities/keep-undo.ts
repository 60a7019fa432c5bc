import { rewritten, withSteps, type UndoStep } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import type { ActivityDependencies, RunRef } from "./dependencies";

/** One write of a run: they are numbered, so that each is known again after a lost reply or a kill. */
export interface WriteRef extends RunRef {
  write: number;
}

/**
 * Recorded before the effect: after a kill in between, too much is known rather than too little.
 * @param isHis somebody else has written the version since the run's earlier writes
 */
export async function keepUndo(
  { documents }: Pick<ActivityDependencies, "documents">,
  { publicationId, runId, write }: WriteRef,
  steps: UndoStep[],
  isHis = false,
): Promise<void> {
  const path = documentPaths.undo(publicationId, runId);
  const known = (await documents.read<UndoStep[]>(path)) ?? [];
  const next = withSteps(isHis ? rewritten(known) : known, write, steps);
  if (next.length > 0 || known.length > 0) await documents.write(path, next);
}
