import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { ArmReply } from "./arm-message";
import { queryParameter } from "./arm-message";
import { authenticate, callerOf, type Caller, type TokenRules } from "./auth";
import type { ComputeService } from "./compute-service";
import { metadataEndpoints } from "./metadata";
import { ArmError } from "./errors";
import { delayOf, faultOfRights, faultOnArrival, losesReply } from "./faults/call-faults";
import { foreignWrites } from "./faults/foreign-writer";
import { loggedBody, type RequestLog } from "./request-log";
import type { Router } from "./router";

/** Larger bodies are refused; the service's own limit is 4 MB. */
const LARGEST_BODY = 4 * 1024 * 1024;

export interface FrontDoorParts {
  service: ComputeService;
  router: Router;
  requests: RequestLog;
  log: Logger;
  /** What the token for a path must be like; undefined: no token is asked for. */
  tokenRules: (path: string) => TokenRules | undefined;
  /** Base URL of the login that clients are sent to. */
  loginUrl: string;
}

/** What is known of a call while it is answered. */
interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  rawQuery: string;
  origin: string;
  authorization: string | undefined;
  correlationId: string;
  traceparent: string | undefined;
  caller: Caller;
  /** The caller, where tokens are checked. */
  principal: Caller | undefined;
  rawBody: Buffer;
}

/** Takes calls from the network: faults, token, dispatch, common headers, log. */
export function frontDoor(parts: FrontDoorParts) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(parts, request, response).catch((error: unknown) => {
      parts.log.error({ err: error, url: request.url }, "a call could not be answered");
      response.destroy();
    });
  };
}

async function serve(
  parts: FrontDoorParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const { service, requests } = parts;
  const call = await callOf(request);
  const delayMs = delayOf(service, call);
  const reply = answer(parts, call);
  service.state.flush();
  const body = reply === "cut" ? undefined : reply.body;
  const errorCode = reply === "cut" ? undefined : errorCodeOf(reply);
  const apiVersion = queryParameter(call.query, "api-version");
  requests.add({
    time: new Date().toISOString(),
    caller: call.caller,
    method: call.method,
    path: call.path,
    query: call.rawQuery,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...loggedBody(call.rawBody),
    status: reply === "cut" ? 0 : reply.status,
    ...(errorCode === undefined ? {} : { errorCode }),
    answer: body,
    correlationId: call.correlationId,
    ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
    durationMs: Math.round(performance.now() - started),
  });
  // Late answers come after the effect: a client that dies meanwhile has changed the world.
  if (delayMs > 0) await delay(delayMs);
  if (reply === "cut") {
    request.socket.destroy();
    return;
  }
  send(response, reply, commonHeaders(call, request), body);
}

/** The reply, or "cut" where the connection is to end without one. */
function answer(parts: FrontDoorParts, call: Call): ArmReply | "cut" {
  const { service, log } = parts;
  try {
    service.operations.settle();
    const fault = faultOnArrival(service, call);
    if (fault === "cut") return "cut";
    if (fault !== undefined) throw fault;
    const metadata = metadataEndpoints(call, parts.loginUrl);
    if (metadata !== undefined) return metadata;
    const rules = parts.tokenRules(call.path);
    call.caller =
      rules === undefined ? callerOf(call.authorization) : authenticate(rules, call.authorization);
    if (call.rawBody.length > LARGEST_BODY)
      throw new ArmError(413, "RequestEntityTooLarge", "The request body is larger than 4 MB.");
    call.principal = rules === undefined ? undefined : call.caller;
    const refusal = faultOfRights(service, call);
    if (refusal !== undefined) throw refusal;
    foreignWrites(parts, call, "before");
    const reply = handledBetween(parts, call);
    return reply.status < 300 && losesReply(service, call) ? "cut" : reply;
  } catch (error) {
    if (error instanceof ArmError)
      return { status: error.status, body: error.body, headers: error.more.headers ?? {} };
    log.error({ err: error, path: call.path }, "a request failed inside the stand-in");
    const internal = new ArmError(
      500,
      "InternalServerError",
      `The stand-in failed: ${String(error)}`,
    );
    return { status: 500, body: internal.body };
  }
}

/** Somebody else may write right after a call, also after one that found nothing. */
function handledBetween(parts: FrontDoorParts, call: Call): ArmReply {
  try {
    return parts.router.handle(call);
  } finally {
    foreignWrites(parts, call, "after");
  }
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Past the limit the rest is read and dropped: the client is owed an answer.
    if (size <= LARGEST_BODY + 65_536) chunks.push(chunk);
  }
  const [rawPath = "/", ...queries] = (request.url ?? "/").split("?");
  const rawQuery = queries.join("?");
  const { traceparent } = request.headers;
  const correlation = request.headers["x-ms-correlation-request-id"];
  return {
    method: request.method ?? "GET",
    // Azure CLI's `resource show --resource-type` sends an empty part (`Microsoft.Compute//galleries`).
    path: decoded(rawPath).replace(/\/{2,}/g, "/"),
    query: new URLSearchParams(rawQuery),
    rawQuery,
    origin: `https://${request.headers.host ?? "127.0.0.1"}`,
    authorization: request.headers.authorization,
    correlationId: typeof correlation === "string" ? correlation : randomUUID(),
    traceparent: typeof traceparent === "string" ? traceparent : undefined,
    caller: {},
    principal: undefined,
    rawBody: Buffer.concat(chunks),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % sign names nothing; the router says so
  }
}

function commonHeaders(call: Call, request: IncomingMessage): Record<string, string> {
  const clientRequestId = request.headers["x-ms-client-request-id"];
  return {
    "cache-control": "no-cache",
    "x-ms-request-id": randomUUID(),
    "x-ms-correlation-request-id": call.correlationId,
    "x-ms-routing-request-id": `LOCAL:${call.correlationId}`,
    ...(typeof clientRequestId === "string" ? { "x-ms-client-request-id": clientRequestId } : {}),
  };
}

function send(
  response: ServerResponse,
  reply: ArmReply,
  common: Record<string, string>,
  body: unknown,
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(reply.status, {
    ...common,
    ...reply.headers,
    ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function errorCodeOf({ body }: ArmReply): string | undefined {
  const error = (body as { error?: { code?: unknown } } | undefined)?.error;
  return typeof error?.code === "string" ? error.code : undefined;
}
