import type { UndoStep } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import type { ActivityDependencies, RunRef } from "./dependencies";

/** The steps that would take the run's writes back, as they were recorded before each. */
export function readUndo({ documents }: ActivityDependencies) {
  return async ({ publicationId, runId }: RunRef): Promise<UndoStep[]> =>
    (await documents.read<UndoStep[]>(documentPaths.undo(publicationId, runId))) ?? [];
}
