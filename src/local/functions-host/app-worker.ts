import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { InvocationResponse } from "./core-module";
import type { FunctionDefinition, InvokeOptions } from "./function-app";
import type { RunLog } from "./run-log";
import { formatTimeSpan } from "./time-span";
import type { TypedData } from "./typed-data";
import { WorkerProcess, type WorkerSetup } from "./worker-process";

/** An invocation that took longer than host.json's `functionTimeout`. */
export class FunctionTimeoutError extends Error {}

/** No process that runs the app came up in time: the invocation has not begun. */
export class NoWorkerError extends Error {}

/**
 * Pause before the app is started again, for each process but one in a row that ended without having
 * answered anything (the next would hardly do better); for at most so many.
 */
const PAUSE_MS = 200;
const MAX_PAUSES = 25;

/** How long an invocation waits for a process that runs the app. */
const WAIT_MS = 10_000;

export interface AppWorkerParts {
  setup: WorkerSetup;
  /** Infinity: no limit. */
  functionTimeoutMs: number;
  log: Logger;
  runs: RunLog;
}

/**
 * The function app, in a process of its own that is replaced whenever it ends. As in Azure a function
 * that takes too long ends the process, and everything else that runs in it.
 */
export class AppWorker {
  /** Where invocations go. */
  #current: Promise<WorkerProcess>;
  /** Takes the place of `#current` when that ends, or is made to. */
  #successor: Promise<WorkerProcess>;
  #process: WorkerProcess;
  #isStopping = false;
  #uselessEnds = 0;
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly parts: AppWorkerParts) {
    this.#process = new WorkerProcess(parts.setup);
    this.#current = Promise.resolve(this.#process);
    this.#successor = this.#follow(this.#process);
  }

  /**
   * Loads the app into the first process.
   * @throws as {@link WorkerProcess.load} does.
   */
  start(): Promise<FunctionDefinition[]> {
    return this.#process.load();
  }

  /** Of the process that runs the app at this moment. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Runs a function, as soon as a process is there.
   * @throws what the function threw, {@link FunctionTimeoutError}, {@link NoWorkerError}, or
   *   `WorkerExitError` when the process ended meanwhile.
   */
  async invoke(
    target: FunctionDefinition,
    data: TypedData,
    options: InvokeOptions = {},
  ): Promise<InvocationResponse> {
    const run = this.#invoke(target, data, options);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /** Waits until no invocation is running. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /** Runs the `appTerminate` hooks for at most `graceMs` and ends the process; what runs in it fails. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await this.#process.terminate(graceMs);
  }

  async #invoke(
    target: FunctionDefinition,
    data: TypedData,
    options: InvokeOptions,
  ): Promise<InvocationResponse> {
    const worker = await inTime(
      WAIT_MS,
      this.#current,
      () => new NoWorkerError("no process came up that runs the app"),
    );
    const run = worker.invoke(target, data, options);
    return inTime(this.parts.functionTimeoutMs, run, () => this.#endLate(worker, target));
  }

  /** One function can't be stopped: its process is, and nothing more goes there. */
  #endLate(worker: WorkerProcess, target: FunctionDefinition): Error {
    if (worker === this.#process) this.#current = this.#successor;
    worker.kill();
    const limit = formatTimeSpan(this.parts.functionTimeoutMs);
    return new FunctionTimeoutError(
      `Timeout value of ${limit} was exceeded by function: Functions.${target.name}`,
    );
  }

  /** @returns the process that takes the place of `worker` once that has ended. */
  async #follow(worker: WorkerProcess): Promise<WorkerProcess> {
    const why = await worker.exited;
    if (this.#isStopping) return worker;
    this.#uselessEnds = worker.hasAnswered ? 0 : this.#uselessEnds + 1;
    this.#tell(worker, "Ended", `${why}; the app is started again`);
    const next = this.#startAnew();
    this.#current = next;
    return next;
  }

  #tell({ pid }: WorkerProcess, outcome: string, note: string): void {
    this.parts.log.error({ pid }, note);
    this.parts.runs.write({ kind: "worker", name: "-", outcome, note });
  }

  async #startAnew(): Promise<WorkerProcess> {
    for (;;) {
      await delay(PAUSE_MS * Math.min(Math.max(this.#uselessEnds - 1, 0), MAX_PAUSES));
      if (this.#isStopping) return this.#process;
      const worker = new WorkerProcess(this.parts.setup);
      this.#process = worker;
      try {
        await worker.load();
        this.#successor = this.#follow(worker);
        return worker;
      } catch (error) {
        worker.kill();
        this.#uselessEnds++;
        if (this.#isStopping) return worker;
        this.#tell(worker, "Failed", `the app can't be started again: ${(error as Error).message}`);
      }
    }
  }
}

/** Node's timers hold at most 2^31-1 ms. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What `work` gives, unless that takes longer than `ms`: then what `late` makes is thrown. */
async function inTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    if (ms < MAX_TIMEOUT_MS) timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
