import type { Logger } from "pino";
import type { AppWorker } from "./app-worker";
import type { InvocationResponse } from "./core-module";
import type { FunctionDefinition, InvokeOptions } from "./function-app";
import type { RunLog } from "./run-log";
import type { TypedData } from "./typed-data";

/** What goes with an invocation. */
export interface RunOptions extends InvokeOptions {
  /** What the log of runs tells this invocation by. */
  subject?: string;
}

/** Triggers whose invocations are logged by those who know more of them: a status, an instance. */
const LOGGED_ELSEWHERE = new Set([
  "httptrigger",
  "orchestrationtrigger",
  "activitytrigger",
  "entitytrigger",
]);

/** Runs functions for all triggers, and writes the logs of executions. */
export class FunctionRunner {
  constructor(
    private readonly app: Pick<AppWorker, "invoke">,
    private readonly log: Logger,
    private readonly runs: RunLog,
  ) {}

  /** @throws as {@link AppWorker.invoke} does. */
  async run(
    target: FunctionDefinition,
    data: TypedData,
    { subject, ...options }: RunOptions = {},
  ): Promise<InvocationResponse> {
    const startedAt = performance.now();
    try {
      const response = await this.app.invoke(target, data, options);
      this.#tell(target, startedAt, subject);
      return response;
    } catch (error) {
      this.#tell(target, startedAt, subject, error as Error);
      throw error;
    }
  }

  #tell(target: FunctionDefinition, startedAt: number, subject = "-", error?: Error): void {
    const durationMs = Math.round(performance.now() - startedAt);
    const { name, trigger } = target;
    if (error) this.log.error({ function: name, durationMs, err: error }, "failed");
    else this.log.info({ function: name, durationMs }, "executed");
    if (LOGGED_ELSEWHERE.has(trigger.type.toLowerCase())) return;
    const kind = trigger.type.replace(/Trigger$/i, "");
    const outcome = error ? "Failed" : "Completed";
    this.runs.write({ kind, name, subject, outcome, durationMs, note: error?.message ?? "" });
  }
}
