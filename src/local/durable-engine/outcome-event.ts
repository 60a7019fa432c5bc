import type { ActivityOutcome } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import type { WorkItem } from "./model";

/** What an instance hears of an activity of its, at `now` (epoch ms). */
export function outcomeEvent(work: WorkItem, outcome: ActivityOutcome, now: number): HistoryEvent {
  const timestamp = toTimestamp(now);
  const { taskId } = work;
  if (outcome.kind === "completed")
    return { kind: "taskCompleted", timestamp, taskId, result: outcome.result };
  const { reason, details, failureDetails } = outcome;
  return { kind: "taskFailed", timestamp, taskId, reason, details, failureDetails };
}
