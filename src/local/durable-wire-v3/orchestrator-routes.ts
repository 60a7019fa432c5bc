import { hasEnded } from "../durable-engine/model";
import { InstanceExistsError } from "../durable-engine/client-operations";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { empty, invalidJson, json } from "./http-answers";
import { startedAnswer, type HttpContext } from "./http-context";
import { parseOrText } from "./json-shape";
import { statusBody } from "./status-body";

/** `POST orchestrators/{name}[/{id}]`: begins an orchestration, and waits for it when asked to. */
export async function startOrchestrator(
  context: HttpContext,
  request: DurableHttpRequest,
  [name, instanceId, ...rest]: string[],
): Promise<DurableHttpResponse> {
  if (request.method !== "POST" || name === undefined || rest.length > 0) return empty(404);
  let input: string | null = null;
  try {
    if (request.body !== "") input = JSON.stringify(JSON.parse(request.body));
  } catch (error) {
    return invalidJson((error as Error).message);
  }
  try {
    const version = request.query.get("version") ?? undefined;
    const instance = context.client.start({ name, instanceId, input, version });
    const answer = startedAnswer(context, request, instance);
    const timeout = request.query.get("timeout");
    return timeout === null ? answer : await waitForEnd(context, instance.id, timeout, answer);
  } catch (error) {
    if (error instanceof InstanceExistsError) return json(409, { Message: error.message });
    throw error;
  }
}

async function waitForEnd(
  context: HttpContext,
  instanceId: string,
  timeoutSeconds: string,
  otherwise: DurableHttpResponse,
): Promise<DurableHttpResponse> {
  const deadline = context.engine.clock.now() + Number(timeoutSeconds) * 1000;
  if (Number.isNaN(deadline)) return json(400, { Message: "timeout must be a number of seconds" });
  const instance = await context.engine.whenEnded(instanceId, deadline);
  if (!instance || !hasEnded(instance)) return otherwise;
  if (instance.status === "Completed") return json(200, parseOrText(instance.output));
  const flags = { showInput: true, showHistory: false, showHistoryOutput: false };
  return json(
    200,
    statusBody(instance, flags, () => []),
  );
}
