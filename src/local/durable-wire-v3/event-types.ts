import type { FailureDetails, HistoryEvent } from "../durable-engine/history-event";

/** The numbers by which orchestrator functions know the kinds of events, and their names over HTTP. */
export const EVENT_TYPES = {
  executionStarted: { number: 0, name: "ExecutionStarted" },
  executionCompleted: { number: 1, name: "ExecutionCompleted" },
  executionTerminated: { number: 3, name: "ExecutionTerminated" },
  taskScheduled: { number: 4, name: "TaskScheduled" },
  taskCompleted: { number: 5, name: "TaskCompleted" },
  taskFailed: { number: 6, name: "TaskFailed" },
  subOrchestrationCreated: { number: 7, name: "SubOrchestrationInstanceCreated" },
  subOrchestrationCompleted: { number: 8, name: "SubOrchestrationInstanceCompleted" },
  subOrchestrationFailed: { number: 9, name: "SubOrchestrationInstanceFailed" },
  timerCreated: { number: 10, name: "TimerCreated" },
  timerFired: { number: 11, name: "TimerFired" },
  orchestratorStarted: { number: 12, name: "OrchestratorStarted" },
  orchestratorCompleted: { number: 13, name: "OrchestratorCompleted" },
  eventRaised: { number: 15, name: "EventRaised" },
  executionSuspended: { number: 19, name: "ExecutionSuspended" },
  executionResumed: { number: 20, name: "ExecutionResumed" },
} as const satisfies Record<HistoryEvent["kind"], { number: number; name: string }>;

/** Failure details as the protocol writes them. */
export interface WireFailureDetails {
  ErrorType: string;
  ErrorMessage: string;
  StackTrace: string | null;
  InnerFailure: null;
  IsNonRetriable: boolean;
  Properties: unknown;
}

export function toWireFailureDetails(details: FailureDetails | null): WireFailureDetails | null {
  if (!details) return null;
  return {
    ErrorType: details.errorType,
    ErrorMessage: details.errorMessage,
    StackTrace: details.stackTrace,
    InnerFailure: null,
    IsNonRetriable: details.isNonRetriable,
    Properties: details.properties,
  };
}
