import type { Logger } from "pino";
import type { InvocationResponse } from "./core-module";
import type { FunctionApp, InvokeOptions, RegisteredFunction } from "./function-app";
import type { TypedData } from "./typed-data";

/** An invocation that took longer than host.json's `functionTimeout`. */
export class FunctionTimeoutError extends Error {}

/** Runs functions for all triggers: keeps the time limit and writes the log of executions. */
export class FunctionRunner {
  constructor(
    private readonly app: FunctionApp,
    private readonly timeoutMs: number,
    private readonly log: Logger,
  ) {}

  /**
   * @throws what the function threw, or {@link FunctionTimeoutError}. A handler that ran out of time
   *   is left to itself: Azure would end its whole worker process.
   */
  async run(
    target: RegisteredFunction,
    data: TypedData,
    options: InvokeOptions = {},
  ): Promise<InvocationResponse> {
    const startedAt = performance.now();
    const outcome = (): object => ({
      function: target.name,
      durationMs: Math.round(performance.now() - startedAt),
    });
    try {
      const response = await this.#inTime(target, this.app.invoke(target, data, options));
      this.log.info(outcome(), "executed");
      return response;
    } catch (error) {
      this.log.error({ ...outcome(), err: error }, "failed");
      throw error;
    }
  }

  async #inTime<T>(target: RegisteredFunction, work: Promise<T>): Promise<T> {
    if (this.timeoutMs === Infinity) return work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `Timeout value of ${this.timeoutMs} ms was exceeded by function: ${target.name}`;
      timer = setTimeout(() => reject(new FunctionTimeoutError(message)), this.timeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
