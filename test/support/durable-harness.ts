/**
 * Runs real durable-functions orchestrations in jest, on the local engine, in virtual time.
 *
 *   import { createDurableHarness } from "../support/durable-harness";   // before durable-functions
 *   import * as df from "durable-functions";
 *
 *   const harness = createDurableHarness({
 *     register: () => {
 *       df.app.orchestration("publish", publish);
 *       df.app.activity("writeVersion", { handler: fakeWriteVersion });
 *     },
 *   });
 *   await harness.start("publish", { instanceId: "p1", input: { … } });
 *   const end = await harness.runToEnd("p1");            // jumps from timer to timer
 *   expect(end).toMatchObject({ runtimeStatus: "Completed", output: { … } });
 *
 * Time stands still while something runs, and jumps to the next timer only in `runToEnd` and
 * `advance`. Activities run for real: give them no real waits. `runUntilIdle` lets everything happen
 * that needs no passing of time, e.g. up to the point at which an event is awaited. Each harness has
 * its own functions; run one at a time.
 *
 * A crash after every commit of a run (each must end well on a new engine over the same store):
 *
 *   await crashAtEveryCommit({
 *     register,
 *     begin: (harness) => harness.ensureStarted("publish", { instanceId: "p1", input }),
 *     verify: async (harness) => expect((await harness.runToEnd("p1")).output).toEqual(…),
 *   });
 *
 * One chosen crash: `createDurableHarness({ register, store: crashingStore(store, k, "before") })`, or
 * `crashWhen(store, completesActivity("writeVersion"), "before")` for an activity that has run but
 * whose end was not kept; `runToEnd` and `runUntilIdle` then reject with `HarnessCrashedError`. Go on
 * with a new harness over the plain `store` and the first one's `clock`.
 */
import { EngineHaltedError } from "../../src/local/durable-engine/engine";
import type { HistoryEvent } from "../../src/local/durable-engine/history-event";
import {
  hasEnded,
  type Instance,
  type OrchestrationStatus,
} from "../../src/local/durable-engine/model";
import { MemoryStore } from "../../src/local/durable-engine/store/memory-store";
import type { Store } from "../../src/local/durable-engine/store/store";
import { createDurableHost, type DurableHost } from "../../src/local/durable-wire-v3/durable-host";
import type { FunctionInvoker } from "../../src/local/durable-wire-v3/function-invoker";
import { typedDataToJson } from "../../src/local/functions-host/typed-data";
import { CountingStore, crashingStore, type CrashMoment } from "./durable-crashing-store";
import { freshFunctionApp, invokerOf } from "./durable-functions-core";
import { VirtualClock } from "./durable-virtual-clock";

export { completesActivity, crashingStore, crashWhen } from "./durable-crashing-store";
export { MemoryStore, VirtualClock };

export interface HarnessOptions {
  /** Registers the app's functions, by `df.app.orchestration` and `df.app.activity`. */
  register: () => void;
  /** Default: a new one in memory. */
  store?: Store;
  /** Default: a new one. */
  clock?: VirtualClock;
  /** Default: true, as in the stack. */
  strict?: boolean;
  defaultVersion?: string;
  /** Timers fire up to so much too early; 1000: as in Azure. Default 0. */
  timersFireEarlyMs?: number;
  maxConcurrentActivities?: number;
  /** Hears of each call of an orchestrator that gave an answer. */
  onOrchestrator?: (call: OrchestratorCall) => void;
  /** Virtual time that each call of an orchestrator takes. Default 0. */
  episodeMs?: () => number;
}

/** What an orchestrator was called with, and its answer, both as they go over the wire. */
export interface OrchestratorCall {
  name: string;
  payload: string;
  answer: string;
}

export interface StartOptions {
  instanceId: string;
  input?: unknown;
  version?: string;
}

/** How an orchestration stands; input, output and custom status are parsed. */
export interface HarnessStatus {
  name: string;
  instanceId: string;
  runtimeStatus: OrchestrationStatus;
  input: unknown;
  output: unknown;
  customStatus: unknown;
}

/** The store threw: the engine has halted as a crashed process would. */
export class HarnessCrashedError extends Error {}

/** Nothing will ever happen to the orchestration, or not in time. */
export class HarnessStuckError extends Error {}

/** Longer than any orchestration of ours waits. */
const DEFAULT_MAX_VIRTUAL_MS = 30 * 24 * 60 * 60 * 1000;

export function createDurableHarness(options: HarnessOptions): DurableHarness {
  return new DurableHarness(options);
}

export class DurableHarness {
  readonly clock: VirtualClock;
  readonly host: DurableHost;
  /** What the functions logged. */
  readonly logs: string[] = [];
  readonly #store: CountingStore;
  #crash: Error | undefined;

  constructor(options: HarnessOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.#store = new CountingStore(options.store ?? new MemoryStore());
    const app = freshFunctionApp((entry) => this.logs.push(entry.message));
    options.register();
    this.host = createDurableHost({
      store: this.#store,
      clock: this.clock,
      invoker: this.#observed(invokerOf(app), options),
      options: {
        hubName: "TestHub",
        webhookKey: "test",
        maxConcurrentActivities: options.maxConcurrentActivities ?? 100,
        maxConcurrentOrchestrators: 100,
        defaultVersion: options.defaultVersion,
        strict: options.strict ?? true,
        timersFireEarlyMs: options.timersFireEarlyMs,
      },
      log: () => undefined,
      onFatal: (error) => (this.#crash = error),
    });
    this.host.start();
  }

  /** Number of commits that were made. */
  get commits(): number {
    return this.#store.commits;
  }

  async start(name: string, { instanceId, input, version }: StartOptions): Promise<void> {
    const json = input === undefined ? null : JSON.stringify(input);
    this.host.client.start({ name, instanceId, input: json, version });
  }

  /** Starts it unless it is there already, as what begins again after a crash has to. */
  async ensureStarted(name: string, options: StartOptions): Promise<void> {
    if (!this.#store.instance(options.instanceId)) await this.start(name, options);
  }

  async status(instanceId: string): Promise<HarnessStatus | undefined> {
    const instance = this.#store.instance(instanceId);
    return instance && toStatus(instance);
  }

  async history(instanceId: string): Promise<readonly HistoryEvent[]> {
    return this.#store.history(instanceId);
  }

  async raiseEvent(instanceId: string, name: string, data: unknown = null): Promise<void> {
    this.host.client.raiseEvent(this.#instance(instanceId), name, JSON.stringify(data));
  }

  async terminate(instanceId: string, reason = "terminated by the test"): Promise<void> {
    this.host.client.terminate(this.#instance(instanceId), reason);
  }

  async suspend(instanceId: string, reason = "suspended by the test"): Promise<void> {
    this.host.client.suspend(this.#instance(instanceId), reason);
  }

  async resume(instanceId: string, reason = "resumed by the test"): Promise<void> {
    this.host.client.resume(this.#instance(instanceId), reason);
  }

  /** Until nothing more happens without the passing of time. @throws {HarnessCrashedError} */
  async runUntilIdle(): Promise<void> {
    await this.host.engine.whenIdle();
    if (this.#crash) throw new HarnessCrashedError(this.#crash.message);
  }

  /** Lets virtual time pass, timer by timer. @throws {HarnessCrashedError} */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.runUntilIdle();
    for (let next = this.clock.nextTimer; next !== undefined && next <= end;) {
      this.clock.advanceTo(next);
      await this.runUntilIdle();
      next = this.clock.nextTimer;
    }
    this.clock.advanceTo(end);
    await this.runUntilIdle();
  }

  /**
   * Until the orchestration has ended, jumping from timer to timer.
   * @throws {HarnessStuckError} when that takes more virtual time, or nothing is left to wait for.
   * @throws {HarnessCrashedError}
   */
  async runToEnd(
    instanceId: string,
    { maxVirtualMs = DEFAULT_MAX_VIRTUAL_MS }: { maxVirtualMs?: number } = {},
  ): Promise<HarnessStatus> {
    const deadline = this.clock.now() + maxVirtualMs;
    for (;;) {
      await this.runUntilIdle();
      const instance = this.#instance(instanceId);
      if (hasEnded(instance)) return toStatus(instance);
      const next = this.clock.nextTimer;
      if (next === undefined || next > deadline)
        throw new HarnessStuckError(
          `'${instanceId}' is ${instance.status} and ${next === undefined ? "waits for something that no timer will bring" : `did not end within ${maxVirtualMs} ms of virtual time`}; custom status ${instance.customStatus ?? "none"}`,
        );
      this.clock.advanceTo(next);
    }
  }

  /** Begins nothing new and waits for what runs; the store stays open. */
  async stop(): Promise<void> {
    await this.host.stop();
  }

  #observed(
    invoker: FunctionInvoker,
    { episodeMs = () => 0, onOrchestrator = () => undefined }: HarnessOptions,
  ): FunctionInvoker {
    return {
      kindOf: (name) => invoker.kindOf(name),
      invoke: async (name, data, ...rest) => {
        if (invoker.kindOf(name) !== "orchestrator") return invoker.invoke(name, data, ...rest);
        this.clock.advanceTo(this.clock.now() + episodeMs());
        const answer = await invoker.invoke(name, data, ...rest);
        const payload = data.string ?? "null";
        onOrchestrator({ name, payload, answer: typedDataToJson(answer) ?? "null" });
        return answer;
      },
    };
  }

  #instance(instanceId: string): Instance {
    const instance = this.#store.instance(instanceId);
    if (!instance) throw new Error(`there is no orchestration '${instanceId}'`);
    return instance;
  }
}

function toStatus(instance: Instance): HarnessStatus {
  const parse = (json: string | null): unknown => (json === null ? null : JSON.parse(json));
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: parse(instance.input),
    output: parse(instance.output),
    customStatus: parse(instance.customStatus),
  };
}

export interface CrashRun extends Omit<HarnessOptions, "store" | "clock"> {
  /** Starts what is to run; also called on the second engine, so use `ensureStarted`. */
  begin: (harness: DurableHarness) => Promise<void>;
  /**
   * Runs it to its end and checks what came out. Called for an undisturbed run (crash 0) and after
   * each crash; `crash` is the number of the commit.
   */
  verify: (harness: DurableHarness, crash: number) => Promise<void>;
  /** Default: after. */
  moment?: CrashMoment;
  /** Called before each run, to empty what the fakes have gathered. */
  reset?: () => void;
}

/**
 * Runs something undisturbed, then once per commit of that run with a crash there.
 * @returns the number of crash points.
 */
export async function crashAtEveryCommit(run: CrashRun): Promise<number> {
  run.reset?.();
  const undisturbed = createDurableHarness(run);
  await run.begin(undisturbed);
  await run.verify(undisturbed, 0);
  await undisturbed.runUntilIdle();
  const total = undisturbed.commits;
  await undisturbed.stop();
  for (let k = 1; k <= total; k++) {
    run.reset?.();
    const store = new MemoryStore();
    const clock = new VirtualClock();
    await runIntoCrash(run, crashingStore(store, k, run.moment), clock);
    const second = createDurableHarness({ ...run, store, clock });
    await run.begin(second);
    await run.verify(second, k);
    await second.stop();
  }
  return total;
}

async function runIntoCrash(run: CrashRun, store: Store, clock: VirtualClock): Promise<void> {
  const first = createDurableHarness({ ...run, store, clock });
  try {
    await run.begin(first);
    for (;;) {
      await first.runUntilIdle();
      const next = clock.nextTimer;
      if (next === undefined) break;
      clock.advanceTo(next);
    }
  } catch (error) {
    if (!(error instanceof HarnessCrashedError) && !isHalted(error)) throw error;
  }
  await first.stop();
}

function isHalted(error: unknown): boolean {
  return error instanceof EngineHaltedError;
}
