import type { Signals } from "../domain/run/signals";
import type { ActivityDependencies, RunRef } from "./dependencies";

/** What people have said to the run: approvals and a cancellation. */
export function readSignals({ records }: ActivityDependencies) {
  return ({ publicationId, runId }: RunRef): Promise<Signals> =>
    records.signals(publicationId, runId);
}
