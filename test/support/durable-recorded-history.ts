import type { FailureDetails, HistoryEvent } from "../../src/local/durable-engine/history-event";
import type { ParentReference } from "../../src/local/durable-engine/model";
import type { Json } from "./durable-recordings";

/** One call of an orchestrator, as its history tells it. */
export interface RecordedEpisode {
  /** Everything up to and with what came in. */
  payloadHistory: Json[];
  past: HistoryEvent[];
  fresh: HistoryEvent[];
  /** The schedule events that the call led to. */
  scheduled: Json[];
}

const SCHEDULE_EVENTS = new Set([4, 7, 10, 14]);
const ORCHESTRATOR_STARTED = 12;
const ORCHESTRATOR_COMPLETED = 13;

/** Takes a recorded history apart into the calls that it grew by. */
export function episodesOf(history: readonly Json[]): RecordedEpisode[] {
  const episodes: RecordedEpisode[] = [];
  let begin = 0;
  for (let at = 1; at <= history.length; at++) {
    if (at < history.length && history[at]?.EventType !== ORCHESTRATOR_STARTED) continue;
    const events = history.slice(begin, at);
    const incoming = events.filter(
      ({ EventType: type }) =>
        !SCHEDULE_EVENTS.has(Number(type)) && type !== ORCHESTRATOR_COMPLETED,
    );
    const before = history.slice(0, begin);
    episodes.push({
      payloadHistory: [...before, ...incoming],
      past: before.flatMap(toEngineEvent),
      fresh: incoming.flatMap(toEngineEvent),
      scheduled: events.filter((event) => SCHEDULE_EVENTS.has(Number(event.EventType))),
    });
    begin = at;
  }
  return episodes;
}

/** A recorded event as the engine keeps it; what the engine doesn't know (EventSent) is left out. */
function toEngineEvent(event: Json): HistoryEvent[] {
  const found = ownFields(event);
  return found ? [{ timestamp: text(event.Timestamp) ?? "", ...found }] : [];
}

type Fields = HistoryEvent extends infer E
  ? E extends HistoryEvent
    ? Omit<E, "timestamp">
    : never
  : never;

function ownFields(event: Json): Fields | undefined {
  const id = Number(event.EventId);
  const taskId = Number(event.TaskScheduledId);
  const name = text(event.Name) ?? "";
  switch (event.EventType) {
    case 0:
      return executionStarted(event, name);
    case 3:
      return { kind: "executionTerminated", reason: text(event.Input) ?? "" };
    case 4:
      return { kind: "taskScheduled", id, name };
    case 5:
      return { kind: "taskCompleted", taskId, result: text(event.Result) };
    case 6:
      return { kind: "taskFailed", taskId, ...failure(event) };
    case 7:
      return {
        kind: "subOrchestrationCreated",
        id,
        name,
        instanceId: text(event.InstanceId) ?? "",
        version: text(event.Version),
      };
    case 8:
      return { kind: "subOrchestrationCompleted", taskId, result: text(event.Result) };
    case 9:
      return { kind: "subOrchestrationFailed", taskId, ...failure(event) };
    case 10:
      return { kind: "timerCreated", id, fireAt: text(event.FireAt) ?? "" };
    case 11:
      return {
        kind: "timerFired",
        timerId: Number(event.TimerId),
        fireAt: text(event.FireAt) ?? "",
      };
    case 12:
      return { kind: "orchestratorStarted" };
    case 13:
      return { kind: "orchestratorCompleted" };
    case 15:
      return { kind: "eventRaised", name, input: text(event.Input) };
    case 19:
      return { kind: "executionSuspended", reason: text(event.Reason) ?? "" };
    case 20:
      return { kind: "executionResumed", reason: text(event.Reason) ?? "" };
    default:
      return undefined;
  }
}

function executionStarted(event: Json, name: string): Fields {
  const instance = event.OrchestrationInstance as Json;
  const parent = event.ParentInstance as Json | null;
  const parentInstance = parent?.OrchestrationInstance as Json | undefined;
  return {
    kind: "executionStarted",
    name,
    version: text(event.Version),
    input: text(event.Input),
    instanceId: text(instance.InstanceId) ?? "",
    executionId: text(instance.ExecutionId) ?? "",
    generation: event.Generation as number | null,
    parent:
      parent &&
      ({
        name: text(parent.Name) ?? "",
        instanceId: text(parentInstance?.InstanceId) ?? "",
        executionId: text(parentInstance?.ExecutionId) ?? "",
        taskId: Number(parent.TaskScheduleId),
        version: text(parent.Version),
      } satisfies ParentReference),
  };
}

function failure(event: Json): {
  reason: string;
  details: string | null;
  failureDetails: FailureDetails | null;
} {
  const details = event.FailureDetails as Json | null;
  return {
    reason: text(event.Reason) ?? "",
    details: text(event.Details),
    failureDetails: details && {
      errorType: text(details.ErrorType) ?? "",
      errorMessage: text(details.ErrorMessage) ?? "",
      stackTrace: text(details.StackTrace),
      isNonRetriable: details.IsNonRetriable === true,
      properties: details.Properties,
    },
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
