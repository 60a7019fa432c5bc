import { beginInstance, startMessage } from "./begin-instance";
import type { Decision, Ending, ScheduledTask } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import { newPlainId } from "./instance-ids";
import {
  hasEnded,
  type Instance,
  type OrchestrationStatus,
  type ParentReference,
  type StoredMessage,
} from "./model";
import type { Store, Write } from "./store/store";

/** One episode that has been run, on its way into the store. */
export interface RunEpisode {
  instance: Instance;
  messages: readonly StoredMessage[];
  fresh: readonly HistoryEvent[];
  decision: Decision;
  /** Epoch ms. */
  now: number;
}

export interface SettleOptions {
  defaultVersion?: string | undefined;
  strict: boolean;
  timersFireEarlyMs: number;
}

/** All writes of an episode: they are one commit. */
export function settleEpisode(
  episode: RunEpisode,
  store: Pick<Store, "instance">,
  options: SettleOptions,
): Write[] {
  const { ending } = episode.decision;
  const heard: Write = {
    kind: "removeMessages",
    sequences: episode.messages.map((message) => message.sequence),
  };
  if (ending?.kind === "continueAsNew") return [heard, ...beginAnew(episode, ending)];
  if (ending) return [heard, ...finish(episode, ending, options)];
  return [heard, ...goOn(episode, store, options)];
}

function goOn(
  episode: RunEpisode,
  store: Pick<Store, "instance">,
  options: SettleOptions,
): Write[] {
  const { instance, fresh, decision, now } = episode;
  const events: HistoryEvent[] = [
    ...fresh,
    ...decision.scheduled.map((task) => scheduleEvent(task, now, options)),
    { kind: "orchestratorCompleted", timestamp: toTimestamp(now) },
  ];
  const begun = new Set<string>();
  return [
    { kind: "appendHistory", instanceId: instance.id, events },
    { kind: "putInstance", instance: { ...updated(episode), ...suspension(episode) } },
    ...decision.scheduled.flatMap((task) => begin(task, episode, store, options, begun)),
  ];
}

function updated({ instance, decision, now }: RunEpisode): Instance {
  return {
    ...instance,
    customStatus: decision.customStatus ?? instance.customStatus,
    updatedAt: now,
  };
}

/** A suspended instance shows the reason as its output. */
function suspension(episode: RunEpisode): Pick<Instance, "status" | "output"> {
  const last = episode.fresh.findLast(
    (event) => event.kind === "executionSuspended" || event.kind === "executionResumed",
  );
  if (last?.kind === "executionSuspended")
    return { status: "Suspended", output: JSON.stringify(last.reason) };
  if (last === undefined && episode.instance.status === "Suspended")
    return { status: "Suspended", output: episode.instance.output };
  return { status: "Running", output: null };
}

function scheduleEvent(task: ScheduledTask, now: number, options: SettleOptions): HistoryEvent {
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
  options: SettleOptions,
): string | null {
  return task.version ?? options.defaultVersion ?? null;
}

function begin(
  task: ScheduledTask,
  episode: RunEpisode,
  store: Pick<Store, "instance">,
  options: SettleOptions,
  begun: Set<string>,
): Write[] {
  const { instance, now } = episode;
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
      return beginChild(task, episode, store, options, begun);
  }
}

/** Early timers wait a whole number of steps, as Azure Storage's queues wait whole seconds. */
function dueTime(fireAt: number, now: number, stepMs: number): number {
  return stepMs > 0 ? now + Math.floor((fireAt - now) / stepMs) * stepMs : fireAt;
}

function beginChild(
  task: ScheduledTask & { kind: "subOrchestration" },
  { instance, now }: RunEpisode,
  store: Pick<Store, "instance">,
  options: SettleOptions,
  begun: Set<string>,
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

function beginAnew(episode: RunEpisode, ending: Ending & { kind: "continueAsNew" }): Write[] {
  const { instance, now } = episode;
  const next: Instance = {
    ...updated(episode),
    executionId: newPlainId(),
    status: "Running",
    input: ending.input,
    output: null,
  };
  return [
    { kind: "clearHistory", instanceId: instance.id },
    { kind: "dropWork", instanceId: instance.id },
    { kind: "dropMessages", instanceId: instance.id, executionId: instance.executionId },
    { kind: "putInstance", instance: next },
    startMessage(next, now, null),
    ...ending.carryOver.map((event): Write => ({
      kind: "addMessage",
      message: { instanceId: instance.id, dueAt: now, executionId: null, event },
    })),
  ];
}

type FinalEnding = Exclude<Ending, { kind: "continueAsNew" }>;

function finish(episode: RunEpisode, ending: FinalEnding, options: SettleOptions): Write[] {
  const { instance, fresh, decision, now } = episode;
  const status = FINAL_STATUS[ending.kind];
  // Only a non-deterministic orchestration ends with new tasks. Azure writes them into the history,
  // which can't be shown any more then.
  const scheduled = options.strict ? [] : decision.scheduled;
  const events: HistoryEvent[] = [
    ...fresh,
    ...scheduled.map((task) => scheduleEvent(task, now, options)),
    {
      kind: "executionCompleted",
      timestamp: toTimestamp(now),
      status,
      result: resultOf(ending),
      failureDetails: ending.kind === "failed" ? ending.failureDetails : null,
    },
  ];
  return [
    { kind: "appendHistory", instanceId: instance.id, events },
    { kind: "putInstance", instance: { ...updated(episode), status, output: outputOf(ending) } },
    { kind: "dropMessages", instanceId: instance.id },
    { kind: "dropWork", instanceId: instance.id },
    ...(instance.parent ? [tellParent(instance.parent, ending, now)] : []),
  ];
}

const FINAL_STATUS: Record<FinalEnding["kind"], OrchestrationStatus> = {
  completed: "Completed",
  failed: "Failed",
  terminated: "Terminated",
};

/** What the history gets: JSON text for a result, plain text for a failure or a reason. */
function resultOf(ending: FinalEnding): string | null {
  switch (ending.kind) {
    case "completed":
      return ending.output;
    case "failed":
      return ending.message;
    case "terminated":
      return ending.reason;
  }
}

function outputOf(ending: FinalEnding): string | null {
  switch (ending.kind) {
    case "completed":
      return ending.output;
    case "failed":
      return JSON.stringify(ending.output ?? ending.message);
    case "terminated":
      return JSON.stringify(ending.reason);
  }
}

function tellParent(parent: ParentReference, ending: FinalEnding, now: number): Write {
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
