import { InstanceExistsError } from "../durable-engine/client-operations";
import { hasEnded, type Instance } from "../durable-engine/model";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { DuplicateTaskError } from "./history-body";
import { empty, exception, invalidJson, json } from "./http-answers";
import { startedAnswer, type HttpContext } from "./http-context";
import { parseStatusFlags, statusBody } from "./status-body";

/** `GET instances/{id}`: how it stands; 200 when it has ended, 202 while it goes on. */
export function showInstance(
  { engine }: HttpContext,
  request: DurableHttpRequest,
  instance: Instance,
): DurableHttpResponse {
  const flags = parseStatusFlags(request.query);
  try {
    const body = statusBody(instance, flags, () => engine.store.history(instance.id));
    if (!hasEnded(instance)) return json(202, body, stillGoing(request));
    const asError = request.query.get("returnInternalServerErrorOnFailure")?.toLowerCase();
    return json(instance.status === "Failed" && asError === "true" ? 500 : 200, body);
  } catch (error) {
    if (error instanceof DuplicateTaskError)
      return exception(
        400,
        "One or more of the arguments submitted is incorrect",
        "System.ArgumentException",
        `An item with the same key has already been added. Key: ${error.message}`,
      );
    throw error;
  }
}

function stillGoing(request: DurableHttpRequest): Record<string, string> {
  const query = request.query.toString();
  const location = request.baseUrl + request.path + (query === "" ? "" : `?${query}`);
  return { location, "retry-after": "5" };
}

/** `DELETE instances/{id}` */
export function purgeInstance({ client }: HttpContext, instance: Instance): DurableHttpResponse {
  if (!hasEnded(instance))
    return json(
      412,
      `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instance.id} has status ${instance.status}`,
    );
  client.purge([instance]);
  return json(200, { instancesDeleted: 1 });
}

/** `POST instances/{id}/{operation}` */
export function steerInstance(
  context: HttpContext,
  request: DurableHttpRequest,
  instance: Instance,
  [operation, eventName]: string[],
): DurableHttpResponse {
  const reason = request.query.get("reason") ?? "";
  switch (operation?.toLowerCase()) {
    case "raiseevent":
      return raiseEvent(context, request, instance, eventName);
    case "terminate":
      if (hasEnded(instance)) return empty(410);
      context.client.terminate(instance, reason);
      return empty(202);
    case "suspend":
      return toggle(instance, "suspend", () => context.client.suspend(instance, reason));
    case "resume":
      return toggle(instance, "resume", () => context.client.resume(instance, reason));
    case "rewind":
      return rewind(instance);
    case "restart":
      return restart(context, request, instance);
    default:
      return empty(404);
  }
}

function raiseEvent(
  { client }: HttpContext,
  request: DurableHttpRequest,
  instance: Instance,
  eventName: string | undefined,
): DurableHttpResponse {
  if (eventName === undefined) return empty(404);
  if (hasEnded(instance)) return empty(410);
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    return json(400, { Message: "Only application/json request content is supported" });
  let input: string;
  try {
    input = JSON.stringify(JSON.parse(request.body));
  } catch (error) {
    return invalidJson((error as Error).message);
  }
  client.raiseEvent(instance, eventName, input);
  return empty(202);
}

function toggle(
  instance: Instance,
  operation: "suspend" | "resume",
  run: () => void,
): DurableHttpResponse {
  if (hasEnded(instance)) return empty(410);
  if ((instance.status === "Suspended") === (operation === "suspend"))
    return exception(
      500,
      "Something went wrong while processing your request",
      "System.InvalidOperationException",
      `Cannot ${operation} the orchestration instance ${instance.id} because instance is in the ${instance.status} state.`,
    );
  run();
  return empty(202);
}

function rewind(instance: Instance): DurableHttpResponse {
  if (instance.status !== "Failed")
    return json(
      412,
      `This orchestration has status ${instance.status}, but only orchestrations in the "Failed" state can be rewound.`,
    );
  return json(501, {
    Message: "Rewind is not supported by the local durable host: start the orchestration again.",
  });
}

function restart(
  context: HttpContext,
  request: DurableHttpRequest,
  instance: Instance,
): DurableHttpResponse {
  const keepsId = request.query.get("restartWithNewInstanceId")?.toLowerCase() === "false";
  try {
    const again = context.client.start({
      name: instance.name,
      instanceId: keepsId ? instance.id : undefined,
      input: instance.input,
      version: instance.version ?? undefined,
    });
    return startedAnswer(context, request, again);
  } catch (error) {
    if (!(error instanceof InstanceExistsError)) throw error;
    return exception(
      409,
      "A non-terminal instance with this instance ID already exists.",
      "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
      error.message,
    );
  }
}

/** What is answered for an instance that isn't there. */
export function unknownInstance(
  request: DurableHttpRequest,
  instanceId: string,
  operation: string | undefined,
): DurableHttpResponse {
  if (request.method !== "POST") return empty(404);
  switch (operation?.toLowerCase()) {
    case "rewind":
      // The dollar is Azure's.
      return json(404, `No orchestration with instance ID "$${instanceId}" found.`);
    case "restart":
      return exception(
        400,
        "InstanceId does not match a valid orchestration instance.",
        "System.ArgumentException",
        `No instance with ID '${instanceId}' was found. (Parameter 'instanceId')`,
      );
    default:
      return empty(404);
  }
}
