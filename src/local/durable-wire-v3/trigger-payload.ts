import type { Episode } from "../durable-engine/decision";
import type { HistoryEvent } from "../durable-engine/history-event";
import { EVENT_TYPES, toWireFailureDetails } from "./event-types";

/** A timer longer than this is made of several. */
export const MAX_TIMER_MS = 6 * 24 * 60 * 60 * 1000;
/** Length of those. */
export const TIMER_STEP_MS = 3 * 24 * 60 * 60 * 1000;

/** The newest replay schema of which everything is here; 3 would promise entity locks. */
const SCHEMA_VERSION = 2;

/** The text that triggers an orchestrator function. */
export function triggerPayload({ instance, past, fresh }: Episode): string {
  const history = [
    ...past.map(pastText),
    ...fresh.map((event) => JSON.stringify(toWireEvent(event, false))),
  ];
  const others = JSON.stringify({
    input: instance.input === null ? null : (JSON.parse(instance.input) as unknown),
    instanceId: instance.id,
    isReplaying: past.length > 0,
    parentInstanceId: instance.parent?.instanceId ?? null,
    sourceInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: SCHEMA_VERSION,
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    // The misspelling is the protocol's.
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
  return `{"history":[${history.join(",")}],${others.slice(1)}`;
}

/** As long as the event is kept: each episode needs all of them again. */
const pastTexts = new WeakMap<HistoryEvent, string>();

function pastText(event: HistoryEvent): string {
  const known = pastTexts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(toWireEvent(event, PLAYED_KINDS.has(event.kind)));
  pastTexts.set(event, text);
  return text;
}

/** What came in with earlier episodes is marked as played; what those scheduled is not. */
const PLAYED_KINDS: ReadonlySet<HistoryEvent["kind"]> = new Set([
  "executionStarted",
  "taskCompleted",
  "taskFailed",
  "subOrchestrationCompleted",
  "subOrchestrationFailed",
  "timerFired",
  "eventRaised",
  "executionSuspended",
  "executionResumed",
] as const);

function toWireEvent(event: HistoryEvent, isPlayed: boolean): object {
  return {
    EventType: EVENT_TYPES[event.kind].number,
    ...ownFields(event),
    EventId: "id" in event ? event.id : -1,
    IsPlayed: isPlayed,
    Timestamp: event.timestamp,
  };
}

/** Inputs of tasks are null: Durable Task doesn't keep them in the history. */
function ownFields(event: HistoryEvent): object {
  switch (event.kind) {
    case "orchestratorStarted":
    case "orchestratorCompleted":
      return {};
    case "executionStarted":
      return executionStarted(event);
    case "executionCompleted":
      return { OrchestrationStatus: event.status, Result: event.result };
    case "executionTerminated":
      return { Input: event.reason };
    case "executionSuspended":
    case "executionResumed":
      return { Reason: event.reason };
    case "taskScheduled":
      return { Name: event.name, Version: "", Input: null, ParentTraceContext: null, Tags: null };
    case "taskCompleted":
    case "subOrchestrationCompleted":
      return { TaskScheduledId: event.taskId, Result: event.result };
    case "taskFailed":
    case "subOrchestrationFailed":
      return {
        TaskScheduledId: event.taskId,
        Reason: event.reason,
        Details: event.details,
        FailureDetails: toWireFailureDetails(event.failureDetails),
      };
    case "subOrchestrationCreated":
      return {
        Name: event.name,
        Version: event.version,
        InstanceId: event.instanceId,
        Input: null,
        ClientSpanId: null,
        Tags: null,
      };
    case "timerCreated":
      return { FireAt: event.fireAt };
    case "timerFired":
      return { TimerId: event.timerId, FireAt: event.fireAt };
    case "eventRaised":
      return { Name: event.name, Input: event.input, ParentTraceContext: null };
  }
}

function executionStarted(event: HistoryEvent & { kind: "executionStarted" }): object {
  const { parent } = event;
  return {
    OrchestrationInstance: { InstanceId: event.instanceId, ExecutionId: event.executionId },
    ParentInstance: parent && {
      Name: parent.name,
      OrchestrationInstance: { InstanceId: parent.instanceId, ExecutionId: parent.executionId },
      TaskScheduleId: parent.taskId,
      Version: parent.version,
    },
    Name: event.name,
    Version: event.version,
    Input: event.input,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: event.generation,
    GenerateNewTrace: false,
  };
}
