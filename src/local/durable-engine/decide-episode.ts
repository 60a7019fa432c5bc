import { customStatusObjection } from "./custom-status";
import type { Decision, Episode, FunctionExecutor } from "./decision";
import { toTimestamp, type HistoryEvent } from "./history-event";
import type { Instance, StoredMessage } from "./model";
import { failedEnding } from "./replay/replay";
import { objectionTo, unknownFunction, withoutUnknownCalls } from "./strictness";
import { versionObstacle, type VersionOptions } from "./versions";

export interface DecideOptions extends VersionOptions {
  strict: boolean;
}

/** What an instance hears in its next episode; the begin of a later generation it hears alone. */
export function messagesFor(instance: Instance, messages: StoredMessage[]): StoredMessage[] {
  const wanted = messages.filter(
    ({ executionId }) => executionId === null || executionId === instance.executionId,
  );
  const begin = wanted.find(({ event }) => event.kind === "executionStarted");
  return begin && instance.status !== "Pending" ? [begin] : wanted;
}

/** The begin of a generation comes first, also when something else was sent before it. */
export function freshEvents(messages: readonly StoredMessage[], now: number): HistoryEvent[] {
  const events = messages.map((message) => message.event);
  return [
    { kind: "orchestratorStarted", timestamp: toTimestamp(now) },
    ...events.filter((event) => event.kind === "executionStarted"),
    ...events.filter((event) => event.kind !== "executionStarted"),
  ];
}

/** Whether an instance has to wait for a host of another version. */
export function waitsForVersion(instance: Instance, options: DecideOptions): boolean {
  const isRejected = options.versionFailureStrategy ?? (options.strict ? "Fail" : "Reject");
  return isRejected === "Reject" && versionObstacle(instance.version, options) !== undefined;
}

/**
 * Runs the orchestrator, and refuses what it may not decide. To be terminated it isn't asked: also one
 * that never comes to an answer can be.
 */
export async function decideEpisode(
  episode: Episode,
  executor: FunctionExecutor,
  options: DecideOptions,
): Promise<Decision> {
  const { instance, fresh } = episode;
  const terminated = fresh.find((event) => event.kind === "executionTerminated");
  if (terminated)
    return { scheduled: [], ending: { kind: "terminated", reason: terminated.reason } };
  if (executor.kindOf(instance.name) !== "orchestrator")
    return failed(instance, unknownFunction(instance.name, "orchestrator"));
  const obstacle = versionObstacle(instance.version, options);
  if (obstacle !== undefined) return failed(instance, obstacle);
  return check(instance, await executor.runOrchestrator(episode), executor, options);
}

function check(
  instance: Instance,
  decision: Decision,
  executor: FunctionExecutor,
  options: DecideOptions,
): Decision {
  const { strict } = options;
  const tooBig =
    decision.customStatus === undefined
      ? undefined
      : customStatusObjection(decision.customStatus, strict);
  if (tooBig !== undefined) return failed(instance, tooBig);
  if (!strict) return withoutUnknownCalls(decision, executor);
  const objection = objectionTo(decision, executor, options);
  return objection === undefined ? decision : failed(instance, objection);
}

function failed(instance: Instance, error: string): Decision {
  return { scheduled: [], ending: failedEnding(instance.name, error) };
}
