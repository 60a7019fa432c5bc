import type { HistoryEvent } from "../durable-engine/history-event";
import { EVENT_TYPES, toWireFailureDetails } from "./event-types";
import { parseOrText } from "./json-shape";

export interface HistoryBodyOptions {
  showInput: boolean;
  showOutput: boolean;
}

/** The history holds a task twice, as only a non-deterministic orchestration leaves it. */
export class DuplicateTaskError extends Error {}

type Scheduled = HistoryEvent & { kind: "taskScheduled" | "subOrchestrationCreated" };
type Ended = HistoryEvent & {
  kind: "taskCompleted" | "taskFailed" | "subOrchestrationCompleted" | "subOrchestrationFailed";
};

/**
 * A history as the HTTP API shows it: the engine's own bookkeeping is left out, and the end of a task
 * is told together with its begin.
 * @throws {DuplicateTaskError} as the extension can't show such a history either.
 */
export function historyBody(
  history: readonly HistoryEvent[],
  options: HistoryBodyOptions,
): object[] {
  const scheduled = indexScheduled(history);
  const ended = new Set<Scheduled | undefined>();
  for (const event of history) if ("taskId" in event) ended.add(scheduled.get(scheduleKey(event)));
  return history.flatMap((event) => {
    if (ended.has(event as Scheduled)) return [];
    const fields = shownFields(event, scheduled, options);
    return fields === undefined ? [] : [{ EventType: EVENT_TYPES[event.kind].name, ...fields }];
  });
}

function indexScheduled(history: readonly HistoryEvent[]): Map<string, Scheduled> {
  const scheduled = new Map<string, Scheduled>();
  for (const event of history) {
    if (event.kind !== "taskScheduled" && event.kind !== "subOrchestrationCreated") continue;
    const key = `${EVENT_TYPES[event.kind].name}_${event.id}`;
    if (scheduled.has(key)) throw new DuplicateTaskError(key);
    scheduled.set(key, event);
  }
  return scheduled;
}

function scheduleKey(event: Ended): string {
  const isTask = event.kind === "taskCompleted" || event.kind === "taskFailed";
  const kind = isTask ? "taskScheduled" : "subOrchestrationCreated";
  return `${EVENT_TYPES[kind].name}_${event.taskId}`;
}

/** Undefined: the event is not shown. */
function shownFields(
  event: HistoryEvent,
  scheduled: ReadonlyMap<string, Scheduled>,
  options: HistoryBodyOptions,
): object | undefined {
  const { timestamp: Timestamp } = event;
  const input = (value: string | null): object => (options.showInput ? { Input: value } : {});
  switch (event.kind) {
    case "orchestratorStarted":
    case "orchestratorCompleted":
    case "taskScheduled":
      return undefined;
    case "executionStarted":
      return {
        ...input(event.input),
        Correlation: null,
        ParentTraceContext: null,
        ScheduledStartTime: null,
        Generation: event.generation,
        GenerateNewTrace: false,
        Timestamp,
        FunctionName: event.name,
      };
    case "executionCompleted":
      return {
        OrchestrationStatus: event.status,
        ...shownResult(event.result, options),
        FailureDetails: toWireFailureDetails(event.failureDetails),
        Timestamp,
      };
    case "executionTerminated":
      return { ...input(event.reason), Timestamp };
    case "executionSuspended":
    case "executionResumed":
      return { Reason: event.reason, Timestamp };
    case "subOrchestrationCreated":
      return {
        Name: event.name,
        InstanceId: event.instanceId,
        ...input(null),
        ClientSpanId: null,
        Tags: null,
        Timestamp,
      };
    case "timerCreated":
    case "timerFired":
      return { FireAt: event.fireAt, Timestamp };
    case "eventRaised":
      return { Name: event.name, ...input(event.input), ParentTraceContext: null, Timestamp };
    case "taskCompleted":
    case "subOrchestrationCompleted":
      return {
        ...shownResult(event.result, options),
        Timestamp,
        ...scheduleFields(scheduled.get(scheduleKey(event)), input(null)),
      };
    case "taskFailed":
    case "subOrchestrationFailed":
      return {
        Reason: event.reason,
        Details: event.details,
        FailureDetails: toWireFailureDetails(event.failureDetails),
        Timestamp,
        ...scheduleFields(scheduled.get(scheduleKey(event)), input(null)),
      };
  }
}

function shownResult(result: string | null, options: HistoryBodyOptions): object {
  return options.showOutput ? { Result: parseOrText(result) } : {};
}

function scheduleFields(begin: Scheduled | undefined, input: object): object {
  if (!begin) return {};
  return {
    ScheduledTime: begin.timestamp.replace(/Z$/, "+00:00"),
    FunctionName: begin.name,
    ...(begin.kind === "subOrchestrationCreated" && { InstanceId: begin.instanceId }),
    ...input,
  };
}
