import type { Signal } from "../domain/run/signals";
import type { ActivityDependencies, RunRef } from "./dependencies";

/** Somebody has cancelled the run before this write: it isn't made. */
export interface Cancelled {
  kind: "cancelled";
  by: Signal;
}

/** Whether somebody has, asked right before a write and while it waits. */
export async function cancelled(
  { records }: Pick<ActivityDependencies, "records">,
  { publicationId, runId }: RunRef,
): Promise<Cancelled | undefined> {
  const { cancel } = await records.signals(publicationId, runId);
  return cancel === undefined ? undefined : { kind: "cancelled", by: cancel };
}
