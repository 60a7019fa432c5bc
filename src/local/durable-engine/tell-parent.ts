import type { Ending } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import type { ParentReference } from "./model";
import type { Write } from "./store/store";

/** An end after which nothing more comes. */
export type FinalEnding = Exclude<Ending, { kind: "continueAsNew" }>;

/** What the history gets: JSON text for a result, plain text for a failure or a reason. */
export function resultOf(ending: FinalEnding): string | null {
  switch (ending.kind) {
    case "completed":
      return ending.output;
    case "failed":
      return ending.message;
    case "terminated":
      return ending.reason;
  }
}

/** The message by which a parent hears how its sub-orchestration came out. */
export function tellParent(parent: ParentReference, ending: FinalEnding, now: number): Write {
  const { instanceId, executionId, taskId } = parent;
  const timestamp = toTimestamp(now);
  const event: HistoryEvent =
    ending.kind === "completed"
      ? { kind: "subOrchestrationCompleted", timestamp, taskId, result: ending.output }
      : {
          kind: "subOrchestrationFailed",
          timestamp,
          taskId,
          reason: resultOf(ending) ?? "",
          details: ending.kind === "failed" ? ending.details : "",
          failureDetails: ending.kind === "failed" ? ending.failureDetails : null,
        };
  return { kind: "addMessage", message: { instanceId, dueAt: now, executionId, event } };
}
