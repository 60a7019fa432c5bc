import { RefusedInputError } from "../durable-engine/client-operations";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { empty, json } from "./http-answers";
import type { HttpContext } from "./http-context";
import { listInstances, purgeInstances } from "./instance-list-routes";
import { purgeInstance, showInstance, steerInstance, unknownInstance } from "./instance-routes";
import { urlDecode } from "./management-links";
import { startOrchestrator } from "./orchestrator-routes";

/** Answers one request of the Durable HTTP API. */
export async function handleDurableHttp(
  context: HttpContext,
  request: DurableHttpRequest,
): Promise<DurableHttpResponse> {
  const segments = splitPath(request.path);
  if (!segments) return empty(404);
  const [resource, ...rest] = segments;
  try {
    switch (resource?.toLowerCase()) {
      case "orchestrators":
        return await startOrchestrator(context, request, rest);
      case "instances":
        return instances(context, request, rest);
      case "entities":
        return json(501, { Message: "Entities are not supported by the local durable host." });
      default:
        return empty(404);
    }
  } catch (error) {
    if (error instanceof RefusedInputError) return json(400, { Message: error.message });
    throw error;
  }
}

/** Undefined when a segment can't be part of a path: it is no UTF-8, or hides a slash. */
function splitPath(path: string): string[] | undefined {
  const raw = path.replace(/\/+$/, "").split("/");
  try {
    const segments = raw.map(urlDecode);
    return segments.some((segment) => segment.includes("/")) ? undefined : segments;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function instances(
  context: HttpContext,
  request: DurableHttpRequest,
  [instanceId, ...operation]: string[],
): DurableHttpResponse {
  if (instanceId === undefined) {
    if (request.method === "GET") return listInstances(context, request);
    return request.method === "DELETE" ? purgeInstances(context, request) : empty(404);
  }
  const instance = context.engine.store.instance(instanceId);
  if (!instance) return unknownInstance(request, instanceId, operation[0]);
  if (operation.length > 0)
    return request.method === "POST"
      ? steerInstance(context, request, instance, operation)
      : empty(404);
  if (request.method === "GET") return showInstance(context, request, instance);
  return request.method === "DELETE" ? purgeInstance(context, instance) : empty(404);
}
