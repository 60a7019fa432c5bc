import { timeOf, type EventOf, type HistoryEvent } from "../history-event";
import type { OrchestratorAnswer } from "./action";
import { ActionRunner, type RunnerOptions, type WalkState } from "./action-runner";
import { ExternalEvents } from "./external-events";
import { OpenTasks } from "./open-tasks";
import type { Listings } from "./traps";

/**
 * One run of an answer's actions against a history: as Durable Task runs them or, with `listings`, as
 * the JavaScript library has run them (which knows neither suspension nor schedule events).
 */
export class Walk {
  readonly tasks = new OpenTasks();
  readonly carryOver: EventOf<"eventRaised">[] = [];
  terminated: string | undefined;
  isSuspended = false;
  /** Everything that the orchestrator listed is through. */
  allRootsDone = false;
  readonly #answer: OrchestratorAnswer;
  readonly #listings: Listings | undefined;
  readonly #state: WalkState = { now: 0, continueAsNewInput: undefined };
  readonly #events = new ExternalEvents();
  readonly #runner: ActionRunner;
  #whileSuspended: HistoryEvent[] = [];

  constructor(answer: OrchestratorAnswer, options: RunnerOptions, listings?: Listings) {
    this.#answer = answer;
    this.#listings = listings;
    this.#runner = new ActionRunner(this.#state, this.tasks, this.#events, options, listings);
  }

  /** JSON text; set once the orchestrator has asked to begin anew. */
  get continueAsNewInput(): string | undefined {
    return this.#state.continueAsNewInput;
  }

  /** @throws {NonDeterminismError | UnsupportedFeatureError | TrapError} */
  process(event: HistoryEvent): void {
    switch (event.kind) {
      case "orchestratorStarted":
        this.#state.now = Math.max(this.#state.now, timeOf(event));
        break;
      case "executionStarted":
        this.#startRoots(0);
        break;
      case "taskScheduled":
      case "subOrchestrationCreated":
      case "timerCreated":
        if (!this.#listings) this.#confirm(event);
        break;
      case "executionTerminated":
        this.terminated ??= event.reason;
        break;
      case "executionSuspended":
        this.isSuspended = !this.#listings;
        break;
      case "executionResumed":
        this.#resume();
        break;
      case "orchestratorCompleted":
      case "executionCompleted":
        break;
      default:
        if (this.isSuspended) this.#whileSuspended.push(event);
        else this.#hear(event);
    }
  }

  #confirm(event: EventOf<"taskScheduled" | "subOrchestrationCreated" | "timerCreated">): void {
    if (event.kind === "timerCreated") this.tasks.confirm("timer", event.id, undefined);
    else if (event.kind === "taskScheduled") this.tasks.confirm("activity", event.id, event.name);
    else this.tasks.confirm("subOrchestration", event.id, event.name);
  }

  #hear(event: HistoryEvent): void {
    switch (event.kind) {
      case "taskCompleted":
      case "subOrchestrationCompleted":
        this.tasks.complete(event.taskId, { ok: true });
        break;
      case "taskFailed":
      case "subOrchestrationFailed":
        this.tasks.complete(event.taskId, {
          ok: false,
          isFinal: event.failureDetails?.isNonRetriable ?? false,
        });
        break;
      case "timerFired":
        this.tasks.complete(event.timerId, { ok: true });
        break;
      case "eventRaised":
        if (this.continueAsNewInput !== undefined) this.carryOver.push(event);
        else this.#events.raise(event.name);
        break;
      default:
        break;
    }
  }

  #resume(): void {
    this.isSuspended = false;
    const waiting = this.#whileSuspended;
    this.#whileSuspended = [];
    for (const event of waiting) this.#hear(event);
  }

  /** One after the other: each waits for the one before, however that ends. */
  #startRoots(first: number): void {
    for (let at = first; at < this.#answer.actions.length; at++) {
      const action = this.#answer.actions[at];
      if (action === undefined) break;
      this.#listings?.refuseOpen(action);
      const settlement = this.#runner.start(action);
      if (!settlement.isSettled) return settlement.then(() => this.#startRoots(at + 1));
    }
    this.allRootsDone = true;
  }
}
