import { beginInstance } from "./begin-instance";
import type { ScheduledTask } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import { hasEnded, type Instance, type ParentReference } from "./model";
import type { Store, Write } from "./store/store";
import { tellParent } from "./tell-parent";

export interface TaskOptions {
  defaultVersion?: string | undefined;
  strict: boolean;
  timersFireEarlyMs: number;
}

/** What the tasks of one episode begin in. */
export interface BeginContext {
  instance: Instance;
  store: Pick<Store, "instance">;
  options: TaskOptions;
  /** Epoch ms. */
  now: number;
  /** Ids of the children that this episode has begun already. */
  begun: Set<string>;
}

/** The event by which the history keeps that a task was begun. */
export function scheduleEvent(
  task: ScheduledTask,
  now: number,
  options: TaskOptions,
): HistoryEvent {
  const timestamp = toTimestamp(now);
  switch (task.kind) {
    case "activity":
      return { kind: "taskScheduled", timestamp, id: task.id, name: task.name };
    case "timer":
      return { kind: "timerCreated", timestamp, id: task.id, fireAt: task.fireAt };
    case "subOrchestration":
      return {
        kind: "subOrchestrationCreated",
        timestamp,
        id: task.id,
        name: task.name,
        instanceId: task.instanceId,
        version: childVersion(task, options),
      };
  }
}

/** A child that names no version gets the host's default, not its parent's version. */
function childVersion(
  task: ScheduledTask & { kind: "subOrchestration" },
  options: TaskOptions,
): string | null {
  return task.version ?? options.defaultVersion ?? null;
}

/** The writes that set a task going. */
export function beginTask(task: ScheduledTask, context: BeginContext): Write[] {
  const { instance, now, options } = context;
  const { id: instanceId, executionId } = instance;
  switch (task.kind) {
    case "activity": {
      const { name, input, id: taskId } = task;
      return [{ kind: "addWork", work: { instanceId, executionId, taskId, name, input } }];
    }
    case "timer": {
      const dueAt = dueTime(Date.parse(task.fireAt), now, options.timersFireEarlyMs);
      const event = {
        kind: "timerFired" as const,
        timestamp: toTimestamp(now),
        timerId: task.id,
        fireAt: task.fireAt,
      };
      return [{ kind: "addMessage", message: { instanceId, dueAt, executionId, event } }];
    }
    case "subOrchestration":
      return beginChild(task, context);
  }
}

/** Early timers wait a whole number of steps, as Azure Storage's queues wait whole seconds. */
function dueTime(fireAt: number, now: number, stepMs: number): number {
  return stepMs > 0 ? now + Math.floor((fireAt - now) / stepMs) * stepMs : fireAt;
}

function beginChild(
  task: ScheduledTask & { kind: "subOrchestration" },
  { instance, now, store, options, begun }: BeginContext,
): Write[] {
  const parent: ParentReference = {
    name: instance.name,
    instanceId: instance.id,
    executionId: instance.executionId,
    taskId: task.id,
    version: instance.version,
  };
  const existing = store.instance(task.instanceId);
  if (begun.has(task.instanceId) || (existing && !hasEnded(existing))) {
    const message = `An Orchestration instance with the status ${existing?.status ?? "Pending"} already exists.`;
    return [
      tellParent(parent, { kind: "failed", message, details: message, failureDetails: null }, now),
    ];
  }
  begun.add(task.instanceId);
  const { name, input } = task;
  const version = childVersion(task, options);
  return beginInstance({
    id: task.instanceId,
    name,
    version,
    input,
    parent,
    replaces: existing,
    now,
  }).writes;
}
