import type { Clock } from "./clock";
import { decideEpisode, freshEvents, messagesFor, waitsForVersion } from "./decide-episode";
import { CallAbortedError, type Decision, type Episode, type FunctionExecutor } from "./decision";
import { EndListeners } from "./end-listeners";
import type { EngineLog, EngineOptions, EngineParts } from "./engine-parts";
import { LostProcesses } from "./lost-processes";
import { hasEnded, type Instance, type StoredMessage, type WorkItem } from "./model";
import type { EngineObserver } from "./observer";
import { outcomeEvent } from "./outcome-event";
import { ReadyInstances } from "./ready-instances";
import { settleEpisode } from "./settle-episode";
import type { Store, Write } from "./store/store";

/** Thrown by what is asked of an engine that halted. */
export class EngineHaltedError extends Error {}

/**
 * Runs orchestrations: hands messages to orchestrators, activities to their functions, and keeps
 * what comes of it. Every step is one commit; whatever the process dies in is done again after the
 * next start, from the last commit on.
 */
export class DurableEngine {
  readonly clock: Clock;
  readonly options: EngineOptions;
  readonly executor: FunctionExecutor;
  readonly #store: Store;
  readonly #log: EngineLog;
  readonly #onFatal: (error: Error) => void;
  readonly #observer: EngineObserver | undefined;
  readonly #ready = new ReadyInstances();
  readonly #lost = new LostProcesses();
  readonly #endListeners = new EndListeners();
  readonly #inFlight = new Set<Promise<void>>();
  #work: WorkItem[] = [];
  #runningActivities = 0;
  /** Messages due up to here are known to `#ready`; never goes back, also when the clock does. */
  #sweptTo = -Infinity;
  #isRunning = false;
  #halted: Error | undefined;
  #isPumpQueued = false;
  #cancelTimer: () => void = () => undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(parts: EngineParts) {
    this.clock = parts.clock;
    this.options = parts.options;
    this.executor = parts.executor;
    this.#store = parts.store;
    this.#log = parts.log;
    this.#onFatal = (error) => parts.onFatal(error);
    this.#observer = parts.observer;
  }

  /** What has been committed. */
  get store(): Omit<Store, "commit" | "close"> {
    return this.#store;
  }

  /** Takes up everything that the store holds. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#sweptTo = -Infinity;
    this.#work = this.#store.work();
    this.#queuePump();
  }

  /** Begins nothing new and waits for what runs. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancelTimer();
    await Promise.all(this.#inFlight);
  }

  /** Resolves when nothing runs and nothing could run before the next timer, or the engine halted. */
  whenIdle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** The instance as it stands when it has ended, at the latest at `deadline` (epoch ms). */
  async whenEnded(instanceId: string, deadline: number): Promise<Instance | undefined> {
    const instance = this.#store.instance(instanceId);
    if (instance && !hasEnded(instance))
      await this.#endListeners.wait(instanceId, this.clock, deadline);
    return this.#store.instance(instanceId);
  }

  /**
   * One commit, and what follows from it. A store that can't commit halts the engine: going on with
   * state that is not kept would be worse than a crash.
   * @throws {EngineHaltedError}
   */
  commit(writes: readonly Write[]): void {
    if (this.#halted) throw new EngineHaltedError(`the engine has halted: ${this.#halted.message}`);
    try {
      this.#store.commit(writes);
    } catch (error) {
      this.#halt(error instanceof Error ? error : new Error(String(error)));
      throw new EngineHaltedError(`a commit failed: ${String(error)}`);
    }
    for (const write of writes) this.#notice(write);
    this.#queuePump();
  }

  #notice(write: Write): void {
    if (write.kind === "addMessage" && write.message.dueAt <= this.#sweptTo)
      this.#ready.add(write.message.instanceId);
    else if (write.kind === "addWork") this.#work.push(write.work);
    else if (write.kind === "putInstance") this.#endListeners.notice(write.instance);
    this.#observer?.committed(write);
  }

  #halt(error: Error): void {
    this.#halted = error;
    this.#isRunning = false;
    this.#cancelTimer();
    this.#log("error", `the durable store can't be written: ${error.message}`);
    this.#onFatal(error);
    this.#settleIdle();
  }

  /** Later in this turn of the loop, so that messages that come together are heard together. */
  #queuePump(): void {
    if (!this.#isRunning || this.#isPumpQueued) return;
    this.#isPumpQueued = true;
    setImmediate(() => {
      this.#isPumpQueued = false;
      if (this.#isRunning) this.#pump();
      this.#settleIdle();
    });
  }

  #pump(): void {
    const now = Math.max(this.clock.now(), this.#sweptTo);
    for (const instanceId of this.#store.instancesDue(this.#sweptTo, now))
      this.#ready.add(instanceId);
    this.#sweptTo = now;
    this.#ready.wake(this.clock.now());
    this.#startEpisodes();
    this.#startActivities();
    if (this.#runningActivities === 0 && this.#ready.runningCount === 0) {
      // Nothing would come of waiting.
      this.#ready.wake(Infinity);
      this.#startEpisodes();
    }
    this.#setTimer(now);
  }

  #setTimer(now: number): void {
    this.#cancelTimer();
    const next = Math.min(this.#store.nextDue(now) ?? Infinity, this.#ready.nextWake ?? Infinity);
    if (next < Infinity) this.#cancelTimer = this.clock.setTimer(next, () => this.#queuePump());
  }

  /**
   * An instance rests as long as its episode took, while anything else runs: every episode replays
   * all, so a large fan-out that heard each result by itself would take time by the square of its size.
   * This way what comes in meanwhile is heard together, and episodes take at most half of the time.
   */
  #startEpisodes(): void {
    while (this.#ready.runningCount < this.options.maxConcurrentOrchestrators) {
      const instanceId = this.#ready.take((id) => this.#lost.has(id));
      if (instanceId === undefined) break;
      const beganAt = this.clock.now();
      const repeat = (): void => this.#ready.add(instanceId);
      this.#track(this.#runEpisode(instanceId), repeat, () => {
        const endedAt = this.clock.now();
        this.#ready.done(instanceId, endedAt, endedAt - beganAt);
      });
    }
  }

  #startActivities(): void {
    while (this.#runningActivities < this.options.maxConcurrentActivities) {
      const work = this.#work.shift();
      if (!work) break;
      if (!this.#store.hasWork(work)) continue;
      this.#runningActivities++;
      const repeat = (): void => void this.#work.push(work);
      this.#track(this.#runActivity(work), repeat, () => this.#runningActivities--);
    }
  }

  #track(run: Promise<void>, repeat: () => void, onDone: () => void): void {
    const tracked = run
      .catch((error: unknown) => {
        if (error instanceof EngineHaltedError) return;
        if (error instanceof CallAbortedError) return repeat();
        // Only a mistake in the engine itself comes here: it must not go unseen.
        this.#halt(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        onDone();
        this.#inFlight.delete(tracked);
        this.#queuePump();
        this.#settleIdle();
      });
    this.#inFlight.add(tracked);
  }

  async #runEpisode(instanceId: string): Promise<void> {
    const instance = this.#store.instance(instanceId);
    const messages = this.#store.messages(instanceId, this.#sweptTo);
    if (messages.length === 0) return;
    const wanted = instance && !hasEnded(instance) ? messagesFor(instance, messages) : [];
    if (!instance || wanted.length === 0) {
      const sequences = messages.map((message) => message.sequence);
      return this.commit([{ kind: "removeMessages", sequences }]);
    }
    if (waitsForVersion(instance, this.options)) return;
    await this.#runOrchestrator(instance, wanted);
    if (wanted.length < messages.length) this.#ready.add(instanceId);
  }

  async #runOrchestrator(instance: Instance, messages: StoredMessage[]): Promise<void> {
    const instanceId = instance.id;
    const startedAt = this.clock.now();
    const fresh = freshEvents(messages, startedAt);
    const episode = { instance, past: this.#store.history(instanceId), fresh };
    const decision = await this.#decide(episode);
    // Purged meanwhile: nothing of it may come back.
    if (this.#store.instance(instanceId)?.executionId !== instance.executionId) return;
    const now = this.clock.now();
    const { defaultVersion, strict, timersFireEarlyMs = 0 } = this.options;
    this.commit(
      settleEpisode({ instance, messages, fresh, decision, now }, this.#store, {
        defaultVersion,
        strict,
        timersFireEarlyMs,
      }),
    );
    this.#observer?.episodeEnded(instance, decision, now - startedAt);
  }

  #decide(episode: Episode): Promise<Decision> {
    const decide = (): Promise<Decision> => decideEpisode(episode, this.executor, this.options);
    return this.options.strict ? this.#lost.count(episode.instance, decide) : decide();
  }

  async #runActivity(work: WorkItem): Promise<void> {
    const startedAt = this.clock.now();
    const outcome = await this.executor.runActivity(work);
    // The instance may have ended, or begun anew, meanwhile.
    if (this.#halted || !this.#store.hasWork(work)) return;
    const now = this.clock.now();
    const { instanceId, executionId } = work;
    this.commit([
      { kind: "removeWork", work },
      {
        kind: "addMessage",
        message: { instanceId, executionId, dueAt: now, event: outcomeEvent(work, outcome, now) },
      },
    ]);
    this.#observer?.activityEnded(work, outcome, now - startedAt);
  }

  #isIdle(): boolean {
    if (this.#halted) return this.#inFlight.size === 0;
    return (
      !this.#isPumpQueued &&
      this.#ready.isEmpty &&
      this.#runningActivities === 0 &&
      this.#work.length === 0
    );
  }

  #settleIdle(): void {
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const waiter of waiters) waiter();
  }
}
