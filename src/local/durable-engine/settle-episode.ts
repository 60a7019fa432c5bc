import { startMessage } from "./begin-instance";
import { beginTask, scheduleEvent, type TaskOptions } from "./begin-tasks";
import type { Decision, Ending } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import { newPlainId } from "./instance-ids";
import type { Instance, OrchestrationStatus, StoredMessage } from "./model";
import type { Store, Write } from "./store/store";
import { resultOf, tellParent, type FinalEnding } from "./tell-parent";

/** One episode that has been run, on its way into the store. */
export interface RunEpisode {
  instance: Instance;
  messages: readonly StoredMessage[];
  fresh: readonly HistoryEvent[];
  decision: Decision;
  /** Epoch ms. */
  now: number;
}

/** All writes of an episode: they are one commit. */
export function settleEpisode(
  episode: RunEpisode,
  store: Pick<Store, "instance">,
  options: TaskOptions,
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

function goOn(episode: RunEpisode, store: Pick<Store, "instance">, options: TaskOptions): Write[] {
  const { instance, fresh, decision, now } = episode;
  const events: HistoryEvent[] = [
    ...fresh,
    ...decision.scheduled.map((task) => scheduleEvent(task, now, options)),
    { kind: "orchestratorCompleted", timestamp: toTimestamp(now) },
  ];
  const context = { instance, store, options, now, begun: new Set<string>() };
  return [
    { kind: "appendHistory", instanceId: instance.id, events },
    { kind: "putInstance", instance: { ...updated(episode), ...suspension(episode) } },
    ...decision.scheduled.flatMap((task) => beginTask(task, context)),
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

function finish(episode: RunEpisode, ending: FinalEnding, options: TaskOptions): Write[] {
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
