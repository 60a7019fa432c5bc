import { CallAbortedError, ProcessLostError } from "../durable-engine/decision";
import type { DurableHost } from "../durable-wire-v3/durable-host";
import type { DurableFunctionKind, FunctionInvoker } from "../durable-wire-v3/function-invoker";
import { NoWorkerError } from "./app-worker";
import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import type { HttpReply, HttpRequest } from "./http-server";
import { WorkerExitError } from "./worker-process";

const kinds: Record<string, DurableFunctionKind> = {
  orchestrationtrigger: "orchestrator",
  activitytrigger: "activity",
  entitytrigger: "entity",
};

/** What the durable engine may call. */
export interface InvokerParts {
  functions: readonly FunctionDefinition[];
  runner: Pick<FunctionRunner, "run">;
  /** Whether the host is about to end: it takes the app's process with it. */
  isStopping: () => boolean;
}

/** Lets the durable engine call the app's orchestrators, activities and entities by name. */
export function createInvoker({ functions, runner, isStopping }: InvokerParts): FunctionInvoker {
  const byName = new Map(functions.map((target) => [target.name.toLowerCase(), target]));
  const kindOf = (name: string): DurableFunctionKind | undefined =>
    kinds[byName.get(name.toLowerCase())?.trigger.type.toLowerCase() ?? ""];
  return {
    kindOf,
    async invoke(name, data, triggerMetadata) {
      const target = byName.get(name.toLowerCase());
      if (!target) throw new Error(`the app has no function ${name}`);
      try {
        return (await runner.run(target, data, { triggerMetadata })).returnValue ?? null;
      } catch (error) {
        const isLost = error instanceof WorkerExitError;
        if (error instanceof NoWorkerError || (isLost && isStopping()))
          throw new CallAbortedError(error.message);
        // As Azure does: an orchestrator that lost its process is called again, as it has no effects.
        // An activity has failed, whatever it may have done already; unless the host itself ends.
        if (isLost && kindOf(name) === "orchestrator") throw new ProcessLostError(error.message);
        throw error;
      }
    },
  };
}

/** Hands an HTTP request to the Durable HTTP API. */
export async function answerDurable(
  host: DurableHost,
  request: HttpRequest,
  pathAfterBase: string,
  baseUrl: string,
): Promise<HttpReply> {
  const { method, query, headers } = request;
  const body = request.body.toString("utf8");
  return host.handleHttp({ method, path: pathAfterBase, query, headers, body, baseUrl });
}
