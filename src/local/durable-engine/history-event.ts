import type { OrchestrationStatus, ParentReference } from "./model";

/** What is known of a failure beyond its text, when the app supplies it. */
export interface FailureDetails {
  errorType: string;
  errorMessage: string;
  stackTrace: string | null;
  /** A retry policy gives up at once. */
  isNonRetriable: boolean;
  properties: unknown;
}

/** How a task, a sub-orchestration or an activity failed. */
export interface TaskFailure {
  reason: string;
  /** Null only together with `failureDetails`. */
  details: string | null;
  failureDetails: FailureDetails | null;
}

/**
 * The facts that an instance's history is made of: those of Durable Task, free of any wire format.
 * `timestamp` is ISO 8601; inputs and results are JSON text.
 */
export type HistoryEvent = { timestamp: string } & (
  | { kind: "orchestratorStarted" }
  | { kind: "orchestratorCompleted" }
  | ExecutionStarted
  | {
      kind: "executionCompleted";
      status: OrchestrationStatus;
      result: string | null;
      failureDetails: FailureDetails | null;
    }
  | { kind: "executionTerminated"; reason: string }
  | { kind: "executionSuspended"; reason: string }
  | { kind: "executionResumed"; reason: string }
  | { kind: "taskScheduled"; id: number; name: string }
  | { kind: "taskCompleted"; taskId: number; result: string | null }
  | ({ kind: "taskFailed"; taskId: number } & TaskFailure)
  | {
      kind: "subOrchestrationCreated";
      id: number;
      name: string;
      instanceId: string;
      version: string | null;
    }
  | { kind: "subOrchestrationCompleted"; taskId: number; result: string | null }
  | ({ kind: "subOrchestrationFailed"; taskId: number } & TaskFailure)
  | { kind: "timerCreated"; id: number; fireAt: string }
  | { kind: "timerFired"; timerId: number; fireAt: string }
  | { kind: "eventRaised"; name: string; input: string | null }
);

/** The begin of a generation. */
export interface ExecutionStarted {
  kind: "executionStarted";
  name: string;
  version: string | null;
  input: string | null;
  instanceId: string;
  executionId: string;
  parent: ParentReference | null;
  /** How often a client has started this instance before; null: started by a parent or by itself. */
  generation: number | null;
}

/** One kind of event. */
export type EventOf<K extends HistoryEvent["kind"]> = Extract<HistoryEvent, { kind: K }>;

/** Epoch ms as ISO 8601. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** As each replay of a long history asks for all of them again. */
const times = new WeakMap<HistoryEvent, number>();

/** When it happened (epoch ms). */
export function timeOf(event: HistoryEvent): number {
  const known = times.get(event);
  if (known !== undefined) return known;
  const time = Date.parse(event.timestamp);
  times.set(event, time);
  return time;
}
