import type { Action, RetryPolicy } from "./action";
import type { ExternalEvents } from "./external-events";
import type { OpenTasks } from "./open-tasks";
import { Settlement, type Result } from "./settlement";
import { toTimestamp } from "../history-event";

/** What the walk knows while it runs. */
export interface WalkState {
  /** Epoch ms: the time of the episode that is being walked. */
  now: number;
  /** JSON text; set once the orchestrator has asked to begin anew. */
  continueAsNewInput: string | undefined;
}

export interface RunnerOptions {
  executionId: string;
  /** A longer timer is a row of shorter ones. */
  maxTimerMs: number;
  /** Length of those. */
  timerStepMs: number;
}

type LeafAction = Exclude<Action, { actions: Action[] }>;

/** Hears what the runner does. */
export interface RunObserver {
  onLeaf(action: Action, settlement: Settlement): void;
  /**
   * A retry, or a long timer, takes an id while a `whenAll` around it has failed already: the
   * JavaScript library has gone on to the next task by then, and counts differently.
   */
  onLateId(): void;
}

/** The orchestrator asked for something that this engine has not got. */
export class UnsupportedFeatureError extends Error {}

/** Turns what the orchestrator asks for into tasks, as Durable Task's own orchestration context does. */
export class ActionRunner {
  readonly #state: WalkState;
  readonly #tasks: OpenTasks;
  readonly #events: ExternalEvents;
  readonly #options: RunnerOptions;
  readonly #observer: RunObserver;
  /** How many `whenAll`s have a failed child and wait for the others. */
  #failedAlls = 0;

  constructor(
    state: WalkState,
    tasks: OpenTasks,
    events: ExternalEvents,
    options: RunnerOptions,
    observer: RunObserver,
  ) {
    this.#state = state;
    this.#tasks = tasks;
    this.#events = events;
    this.#options = options;
    this.#observer = observer;
  }

  /** @throws {UnsupportedFeatureError} naming the feature. */
  start(action: Action): Settlement {
    if (action.kind === "whenAny") return this.#any(action.actions);
    if (action.kind === "whenAll") return this.#all(action.actions);
    const settlement = this.#startLeaf(action);
    this.#observer.onLeaf(action, settlement);
    return settlement;
  }

  #startLeaf(action: LeafAction): Settlement {
    switch (action.kind) {
      case "callActivity": {
        const { name, input } = action;
        return this.#call(action.retry, () => this.#tasks.start({ kind: "activity", name, input }));
      }
      case "callSubOrchestration":
        return this.#call(action.retry, () => this.#startSubOrchestration(action));
      case "createTimer":
        return this.#createTimer(action.fireAt, action.isCancelled);
      case "waitForEvent":
        return this.#events.waitFor(action.name);
      case "continueAsNew":
        this.#state.continueAsNewInput = action.input;
        return Settlement.of({ ok: true });
      case "unsupported":
        throw new UnsupportedFeatureError(
          `${action.feature} is not supported by the local durable host.`,
        );
    }
  }

  #startSubOrchestration(action: Action & { kind: "callSubOrchestration" }): Settlement {
    const { name, input, version } = action;
    return this.#tasks.start({
      kind: "subOrchestration",
      name,
      input,
      version: version ?? null,
      instanceId: action.instanceId ?? `${this.#options.executionId}:${this.#tasks.nextId}`,
    });
  }

  #startTimer(fireAt: number): Settlement {
    return this.#tasks.start({ kind: "timer", fireAt: toTimestamp(fireAt) });
  }

  #createTimer(fireAt: number, isCancelled: boolean): Settlement {
    if (isCancelled) {
      this.#tasks.startCancelled({ kind: "timer", fireAt: toTimestamp(fireAt) });
      return Settlement.of({ ok: false });
    }
    if (fireAt - this.#state.now <= this.#options.maxTimerMs) return this.#startTimer(fireAt);
    const whole = new Settlement();
    const step = (): void => {
      this.#startTimer(Math.min(fireAt, this.#state.now + this.#options.timerStepMs)).then(() => {
        if (this.#state.now >= fireAt) return whole.settle({ ok: true });
        this.#noticeLateId();
        step();
      });
    };
    step();
    return whole;
  }

  #call(policy: RetryPolicy | undefined, call: () => Settlement): Settlement {
    if (!policy) return call();
    const whole = new Settlement();
    const firstAttemptAt = this.#state.now;
    const attempt = (number: number): void =>
      call().then((result) => {
        if (result.ok) return whole.settle(result);
        const delayMs = this.#retryDelay(policy, number, firstAttemptAt, result);
        // The JavaScript library waits for a timer here: an orchestration in this state hangs.
        if (delayMs === 0) return whole.settle(result);
        this.#noticeLateId();
        // Durable Task schedules a timer also after the last attempt; the library counts on it.
        if (number === policy.maxAttempts)
          return this.#startTimer(this.#state.now).then(() => whole.settle(result));
        this.#startTimer(this.#state.now + delayMs).then(() => {
          this.#noticeLateId();
          attempt(number + 1);
        });
      });
    attempt(1);
    return whole;
  }

  /** 0: give up without a timer. */
  #retryDelay(policy: RetryPolicy, attempt: number, firstAt: number, failure: Result): number {
    const expired = this.#state.now >= firstAt + (policy.timeoutMs ?? Infinity);
    if (expired || failure.isFinal) return 0;
    const delayMs = policy.firstIntervalMs * policy.backoffCoefficient ** (attempt - 1);
    return Math.min(delayMs, policy.maxIntervalMs);
  }

  #any(actions: Action[]): Settlement {
    const whole = new Settlement();
    for (const action of actions) this.start(action).then(() => whole.settle({ ok: true }));
    return whole;
  }

  /** Ends with the last child, also when an earlier one has failed. */
  #all(actions: Action[]): Settlement {
    const whole = new Settlement();
    let left = actions.length;
    let ok = true;
    for (const action of actions)
      this.start(action).then((result) => {
        if (ok && !result.ok) {
          ok = false;
          this.#failedAlls++;
        }
        if (--left > 0) return;
        if (!ok) this.#failedAlls--;
        whole.settle({ ok });
      });
    return whole;
  }

  #noticeLateId(): void {
    if (this.#failedAlls > 0) this.#observer.onLateId();
  }
}
