import type { Logger } from "pino";
import type { AppWorker } from "./app-worker";
import type { InvocationResponse } from "./core-module";
import type { FunctionDefinition, InvokeOptions } from "./function-app";
import type { TypedData } from "./typed-data";

/** Runs functions for all triggers, and writes the log of executions. */
export class FunctionRunner {
  constructor(
    private readonly app: Pick<AppWorker, "invoke">,
    private readonly log: Logger,
  ) {}

  /** @throws as {@link AppWorker.invoke} does. */
  async run(
    target: FunctionDefinition,
    data: TypedData,
    options: InvokeOptions = {},
  ): Promise<InvocationResponse> {
    const startedAt = performance.now();
    const outcome = (): object => ({
      function: target.name,
      durationMs: Math.round(performance.now() - startedAt),
    });
    try {
      const response = await this.app.invoke(target, data, options);
      this.log.info(outcome(), "executed");
      return response;
    } catch (error) {
      this.log.error({ ...outcome(), err: error }, "failed");
      throw error;
    }
  }
}
