import type { Decision, Ending } from "../decision";
import type { HistoryEvent } from "../history-event";
import type { OrchestratorAnswer } from "./action";
import { UnsupportedFeatureError, type RunnerOptions } from "./action-runner";
import { NonDeterminismError } from "./open-tasks";
import { Listings, refuseDifferentCounts, refuseRetryTimeouts, TrapError } from "./traps";
import { Walk } from "./walk";

export interface ReplayOptions extends RunnerOptions {
  functionName: string;
  /** Fails the instance, naming the trap, where Azure would hang or differ in silence. */
  strict: boolean;
}

/**
 * Finds out what is new in an orchestrator's answer. Neither side sends ids: both count. So the
 * answer's actions are run against the whole history just as Durable Task runs an orchestration;
 * what the history has not scheduled by then is new.
 */
export function replay(
  answer: OrchestratorAnswer,
  history: readonly HistoryEvent[],
  options: ReplayOptions,
): Decision {
  const { customStatus } = answer;
  const decision = decide(answer, history, options);
  return customStatus === undefined ? decision : { ...decision, customStatus };
}

function decide(
  answer: OrchestratorAnswer,
  history: readonly HistoryEvent[],
  options: ReplayOptions,
): Decision {
  const walk = new Walk(answer, options);
  try {
    const error = runThrough(walk, history);
    if (options.strict) refuseTraps(answer, history, options, walk);
    if (error) return nonDeterministic(walk, error);
  } catch (error) {
    if (error instanceof UnsupportedFeatureError || error instanceof TrapError)
      return { scheduled: [], ending: failedEnding(options.functionName, error.message) };
    throw error;
  }
  const ending = endingOf(walk, answer, options);
  // What begins while suspended begins on resume: the next walk will find it again.
  const scheduled = walk.isSuspended ? [] : walk.tasks.unscheduled;
  return ending ? { scheduled, ending } : { scheduled };
}

/** @returns what the history and the orchestrator disagree about. */
function runThrough(walk: Walk, history: readonly HistoryEvent[]): NonDeterminismError | undefined {
  try {
    for (const event of history) walk.process(event);
    return undefined;
  } catch (error) {
    if (error instanceof NonDeterminismError) return error;
    throw error;
  }
}

/** @throws {TrapError} */
function refuseTraps(
  answer: OrchestratorAnswer,
  history: readonly HistoryEvent[],
  options: ReplayOptions,
  azure: Walk,
): void {
  refuseRetryTimeouts(answer.actions);
  const library = new Walk(answer, options, new Listings());
  for (const event of history) library.process(event);
  refuseDifferentCounts(azure.tasks, library.tasks);
}

function endingOf(
  walk: Walk,
  answer: OrchestratorAnswer,
  options: ReplayOptions,
): Ending | undefined {
  if (walk.terminated !== undefined) return { kind: "terminated", reason: walk.terminated };
  if (walk.isSuspended || !walk.allRootsDone || !walk.tasks.isEmpty) return undefined;
  const { error, isDone, output } = answer;
  if (error !== undefined) return failedEnding(options.functionName, error, answer);
  const { continueAsNewInput: input, carryOver } = walk;
  if (input !== undefined) return { kind: "continueAsNew", input, carryOver };
  return isDone ? { kind: "completed", output } : undefined;
}

function nonDeterministic(walk: Walk, error: NonDeterminismError): Decision {
  const message = `Non-Deterministic workflow detected: ${error.message}`;
  return {
    scheduled: walk.tasks.unscheduled,
    ending: { kind: "failed", message, details: "", failureDetails: null },
  };
}

/** How an orchestrator's failure is told to its history, its parent and its clients. */
export function failedEnding(
  functionName: string,
  error: string,
  answer?: Pick<OrchestratorAnswer, "failureDetails">,
): Ending {
  const details = answer?.failureDetails ?? null;
  return {
    kind: "failed",
    message: `Orchestrator function '${functionName}' failed: ${error}`,
    ...(details && { output: `${details.errorType}: ${details.errorMessage}` }),
    details: `Message: ${error}, StackTrace:    at ${functionName} (the local durable host keeps no .NET stack)`,
    failureDetails: details,
  };
}
