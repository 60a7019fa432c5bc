import type { Decision, Ending } from "../decision";
import type { EventOf, HistoryEvent } from "../history-event";
import type { OrchestratorAnswer } from "./action";
import {
  ActionRunner,
  UnsupportedFeatureError,
  type RunnerOptions,
  type WalkState,
} from "./action-runner";
import { ExternalEvents } from "./external-events";
import { NonDeterminismError, OpenTasks } from "./open-tasks";
import { Listings, refuseRetryTimeouts, TrapError } from "./traps";

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
  return new Walk(answer, options).run(history);
}

class Walk {
  readonly #answer: OrchestratorAnswer;
  readonly #options: ReplayOptions;
  readonly #state: WalkState = { now: 0, continueAsNewInput: undefined };
  readonly #tasks = new OpenTasks();
  readonly #events = new ExternalEvents();
  readonly #listings = new Listings();
  readonly #runner: ActionRunner;
  readonly #carryOver: EventOf<"eventRaised">[] = [];
  /** Index of the root that is being waited for. */
  #currentRoot = 0;
  #allRootsDone = false;
  #terminated: string | undefined;
  #isSuspended = false;
  #whileSuspended: HistoryEvent[] = [];

  constructor(answer: OrchestratorAnswer, options: ReplayOptions) {
    this.#answer = answer;
    this.#options = options;
    this.#runner = new ActionRunner(this.#state, this.#tasks, this.#events, options, {
      onLeaf: (action, settlement) => this.#listings.add(action, settlement),
      onLateId: () => this.#refuseLateId(),
    });
  }

  run(history: readonly HistoryEvent[]): Decision {
    try {
      if (this.#options.strict) refuseRetryTimeouts(this.#answer.actions);
      for (const event of history) this.#process(event);
    } catch (error) {
      if (error instanceof UnsupportedFeatureError || error instanceof TrapError)
        return this.#withStatus([], this.#failed(error.message));
      if (error instanceof NonDeterminismError) return this.#nonDeterministic(error);
      throw error;
    }
    // What begins while suspended begins on resume: the next walk will find it again.
    const scheduled = this.#isSuspended ? [] : this.#tasks.unscheduled;
    return this.#withStatus(scheduled, this.#ending());
  }

  #process(event: HistoryEvent): void {
    switch (event.kind) {
      case "orchestratorStarted":
        this.#state.now = Math.max(this.#state.now, Date.parse(event.timestamp));
        break;
      case "executionStarted":
        this.#startRoots(0);
        break;
      case "taskScheduled":
        this.#tasks.confirm("activity", event.id, event.name);
        break;
      case "subOrchestrationCreated":
        this.#tasks.confirm("subOrchestration", event.id, event.name);
        break;
      case "timerCreated":
        this.#tasks.confirm("timer", event.id, undefined);
        break;
      case "executionTerminated":
        this.#terminated ??= event.reason;
        break;
      case "executionSuspended":
        this.#isSuspended = true;
        break;
      case "executionResumed":
        this.#resume();
        break;
      case "orchestratorCompleted":
      case "executionCompleted":
        break;
      default:
        if (this.#isSuspended) this.#whileSuspended.push(event);
        else this.#hear(event);
    }
  }

  #hear(event: HistoryEvent): void {
    switch (event.kind) {
      case "taskCompleted":
      case "subOrchestrationCompleted":
        this.#tasks.complete(event.taskId, { ok: true });
        break;
      case "taskFailed":
      case "subOrchestrationFailed":
        this.#tasks.complete(event.taskId, {
          ok: false,
          isFinal: event.failureDetails?.isNonRetriable ?? false,
        });
        break;
      case "timerFired":
        this.#tasks.complete(event.timerId, { ok: true });
        break;
      case "eventRaised":
        if (this.#state.continueAsNewInput !== undefined) this.#carryOver.push(event);
        else this.#events.raise(event.name);
        break;
      default:
        break;
    }
  }

  #resume(): void {
    this.#isSuspended = false;
    const waiting = this.#whileSuspended;
    this.#whileSuspended = [];
    for (const event of waiting) this.#hear(event);
  }

  /** One after the other: each waits for the one before, however that ends. */
  #startRoots(first: number): void {
    for (let at = first; at < this.#answer.actions.length; at++) {
      const action = this.#answer.actions[at];
      if (action === undefined) break;
      this.#currentRoot = at;
      if (this.#options.strict) this.#listings.refuseOpen(action);
      const settlement = this.#runner.start(action);
      if (!settlement.isSettled) return settlement.then(() => this.#startRoots(at + 1));
    }
    this.#allRootsDone = true;
  }

  #refuseLateId(): void {
    if (this.#options.strict && this.#currentRoot + 1 < this.#answer.actions.length)
      throw new TrapError(
        "a Task.all has failed, and the orchestrator has gone on to its next task while a call with retry (or a timer of several days) in that Task.all was still going on. Azure and the library count the tasks differently from here on and mix up their results. Let no child of a Task.all throw beside such a call: wrap each in a sub-orchestration that returns its failure, or return failures from the activities.",
      );
  }

  #ending(): Ending | undefined {
    if (this.#terminated !== undefined) return { kind: "terminated", reason: this.#terminated };
    if (this.#isSuspended || !this.#allRootsDone || !this.#tasks.isEmpty) return undefined;
    const { error, isDone, output } = this.#answer;
    if (error !== undefined) return this.#failed(error);
    const input = this.#state.continueAsNewInput;
    if (input !== undefined) return { kind: "continueAsNew", input, carryOver: this.#carryOver };
    return isDone ? { kind: "completed", output } : undefined;
  }

  #failed(error: string): Ending {
    return failedEnding(this.#options.functionName, error, this.#answer);
  }

  #nonDeterministic(error: NonDeterminismError): Decision {
    const message = `Non-Deterministic workflow detected: ${error.message}`;
    const ending: Ending = { kind: "failed", message, details: "", failureDetails: null };
    return this.#withStatus(this.#tasks.unscheduled, ending);
  }

  #withStatus(scheduled: Decision["scheduled"], ending: Ending | undefined): Decision {
    const { customStatus } = this.#answer;
    return {
      scheduled,
      ...(ending && { ending }),
      ...(customStatus !== undefined && { customStatus }),
    };
  }
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
