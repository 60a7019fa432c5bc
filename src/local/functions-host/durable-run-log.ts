import type { Decision, Ending, ScheduledTask } from "../durable-engine/decision";
import type { HistoryEvent } from "../durable-engine/history-event";
import type { EngineObserver } from "../durable-engine/observer";
import type { RunLog } from "./run-log";

/** Tells orchestrations step by step. */
export function logDurableRuns(log: RunLog): EngineObserver {
  return {
    episodeEnded({ name, id, status }, decision, durationMs) {
      const { outcome, note } = describe(decision, status);
      log.write({ kind: "orchestrator", name, subject: id, outcome, durationMs, note });
    },
    activityEnded({ name, instanceId, taskId }, outcome, durationMs) {
      const isFailed = outcome.kind === "failed";
      log.write({
        kind: "activity",
        name,
        subject: `${instanceId} #${taskId}`,
        outcome: isFailed ? "Failed" : "Completed",
        durationMs,
        ...(isFailed && { note: outcome.failureDetails?.errorMessage ?? outcome.reason }),
      });
    },
    committed(write) {
      if (write.kind !== "addMessage") return;
      const { instanceId, event } = write.message;
      const told = describeMessage(event);
      if (told) log.write({ kind: "instance", subject: instanceId, ...told });
    },
  };
}

function describe(decision: Decision, before: string): { outcome: string; note: string } {
  const { ending, scheduled } = decision;
  if (ending) return describeEnding(ending);
  const outcome = before === "Suspended" ? before : "Running";
  return { outcome, note: scheduled.map(describeTask).join(", ") || "waits" };
}

function describeEnding(ending: Ending): { outcome: string; note: string } {
  switch (ending.kind) {
    case "completed":
      return { outcome: "Completed", note: "" };
    case "failed":
      return { outcome: "Failed", note: ending.message };
    case "terminated":
      return { outcome: "Terminated", note: ending.reason };
    case "continueAsNew":
      return { outcome: "Running", note: "begins anew" };
  }
}

function describeTask(task: ScheduledTask): string {
  switch (task.kind) {
    case "activity":
      return `calls ${task.name} #${task.id}`;
    case "subOrchestration":
      return `starts ${task.name} ${task.instanceId} #${task.id}`;
    case "timer":
      return `waits until ${task.fireAt} #${task.id}`;
  }
}

/** What came from outside; what an instance tells itself stands in the lines of its own steps. */
function describeMessage(
  event: HistoryEvent,
): { name: string; outcome: string; note?: string } | undefined {
  switch (event.kind) {
    case "executionStarted":
      if (event.generation === null) return undefined;
      return { name: event.name, outcome: "Started", note: event.version ?? "" };
    case "eventRaised":
      return { name: event.name, outcome: "Event" };
    case "executionTerminated":
      return { name: "-", outcome: "Terminate", note: event.reason };
    case "executionSuspended":
      return { name: "-", outcome: "Suspend", note: event.reason };
    case "executionResumed":
      return { name: "-", outcome: "Resume", note: event.reason };
    default:
      return undefined;
  }
}
