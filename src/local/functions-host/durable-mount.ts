import type { DurableFunctionKind, FunctionInvoker } from "../durable-wire-v3/function-invoker";
import type { DurableHost } from "../durable-wire-v3/durable-host";
import type { RegisteredFunction } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import type { HttpReply, HttpRequest } from "./http-server";

const kinds: Record<string, DurableFunctionKind> = {
  orchestrationtrigger: "orchestrator",
  activitytrigger: "activity",
  entitytrigger: "entity",
};

/** Lets the durable engine call the app's orchestrators, activities and entities by name. */
export function createInvoker(
  functions: () => Iterable<RegisteredFunction>,
  runner: Pick<FunctionRunner, "run">,
): FunctionInvoker {
  const find = (name: string): RegisteredFunction | undefined => {
    for (const target of functions())
      if (target.name.toLowerCase() === name.toLowerCase()) return target;
    return undefined;
  };
  return {
    kindOf: (name) => kinds[find(name)?.trigger.type.toLowerCase() ?? ""],
    async invoke(name, data, triggerMetadata) {
      const target = find(name);
      if (!target) throw new Error(`the app has no function ${name}`);
      return (await runner.run(target, data, { triggerMetadata })).returnValue ?? null;
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
