import type { Action, RetryPolicy } from "./action";
import type { ExternalEvents } from "./external-events";
import type { OpenTasks } from "./open-tasks";
import { Settlement, type Result } from "./settlement";
import type { Listings } from "./traps";
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

type CallAction = Action & { kind: "callActivity" | "callSubOrchestration" };
type LeafAction = Exclude<Action, { actions: Action[] }>;

/** The orchestrator asked for something that this engine has not got. */
export class UnsupportedFeatureError extends Error {}

/**
 * Turns what the orchestrator asks for into tasks: as Durable Task's own orchestration context does or,
 * with `listings`, as the JavaScript library has counted them.
 */
export class ActionRunner {
  readonly #state: WalkState;
  readonly #tasks: OpenTasks;
  readonly #events: ExternalEvents;
  readonly #options: RunnerOptions;
  readonly #listings: Listings | undefined;

  constructor(
    state: WalkState,
    tasks: OpenTasks,
    events: ExternalEvents,
    options: RunnerOptions,
    listings?: Listings,
  ) {
    this.#state = state;
    this.#tasks = tasks;
    this.#events = events;
    this.#options = options;
    this.#listings = listings;
  }

  /** @throws {UnsupportedFeatureError} naming the feature. */
  start(action: Action): Settlement {
    if (action.kind === "whenAny") return this.#any(action.actions);
    if (action.kind === "whenAll") return this.#all(action.actions);
    const settlement = this.#startLeaf(action);
    this.#listings?.add(action, settlement);
    return settlement;
  }

  #startLeaf(action: LeafAction): Settlement {
    switch (action.kind) {
      case "callActivity": {
        const { name, input } = action;
        return this.#call(action, () =>
          this.#tasks.start({ kind: "activity", name, input }, action),
        );
      }
      case "callSubOrchestration":
        return this.#call(action, () => this.#startSubOrchestration(action));
      case "createTimer":
        return this.#createTimer(action);
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
    const instanceId = action.instanceId ?? `${this.#options.executionId}:${this.#tasks.nextId}`;
    return this.#tasks.start(
      { kind: "subOrchestration", name, input, version: version ?? null, instanceId },
      action,
    );
  }

  #startTimer(fireAt: number, origin: Action): Settlement {
    return this.#tasks.start({ kind: "timer", fireAt: toTimestamp(fireAt) }, origin);
  }

  #createTimer(action: Action & { kind: "createTimer" }): Settlement {
    const { fireAt, isCancelled } = action;
    // The library has let it run until it was cancelled.
    if (isCancelled && !this.#listings) {
      this.#tasks.startCancelled({ kind: "timer", fireAt: toTimestamp(fireAt) }, action);
      return Settlement.of({ ok: false });
    }
    if (fireAt - this.#state.now <= this.#options.maxTimerMs)
      return this.#startTimer(fireAt, action);
    const whole = new Settlement();
    const step = (): void => {
      const stepEnd = Math.min(fireAt, this.#state.now + this.#options.timerStepMs);
      this.#startTimer(stepEnd, action).then(() => {
        if (this.#state.now >= fireAt) whole.settle({ ok: true });
        else step();
      });
    };
    step();
    return whole;
  }

  #call(action: CallAction, call: () => Settlement): Settlement {
    const policy = action.retry;
    if (!policy) return call();
    const whole = new Settlement();
    const firstAttemptAt = this.#state.now;
    const attempt = (number: number): void =>
      call().then((result) => {
        if (result.ok) return whole.settle(result);
        const delayMs = this.#retryDelay(policy, number, firstAttemptAt, result);
        // The JavaScript library waits for a timer here: an orchestration in this state hangs.
        if (delayMs === 0) return whole.settle(result);
        // Durable Task schedules a timer also after the last attempt; the library counts on it.
        if (number === policy.maxAttempts)
          return this.#startTimer(this.#state.now, action).then(() => whole.settle(result));
        this.#startTimer(this.#state.now + delayMs, action).then(() => attempt(number + 1));
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

  /** In Azure it ends with the last child; the library goes on with the first failure. */
  #all(actions: Action[]): Settlement {
    const whole = new Settlement();
    let left = actions.length;
    let ok = true;
    for (const action of actions)
      this.start(action).then((result) => {
        ok &&= result.ok;
        if (--left === 0 || (!ok && this.#listings)) whole.settle({ ok });
      });
    return whole;
  }
}
