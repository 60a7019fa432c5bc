import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ServiceBusClient } from "@azure/service-bus";
import { DemoError } from "./demo-error";

const QUEUE = "publish-requests";

/** A request, and the identity under which it will be found again. */
export interface OutgoingRequest {
  requestId: string;
  body: object;
}

/**
 * Reads a request file. What is wrong with the request itself is for the app to say.
 * @throws {DemoError} when there is no file or no JSON object in it.
 */
export function readRequest(file: string): OutgoingRequest {
  const body = parseObject(file, readText(file));
  const requestId =
    "requestId" in body && typeof body.requestId === "string" && body.requestId !== ""
      ? body.requestId
      : `demo-${randomUUID()}`;
  return { requestId, body };
}

/** The version that it asks for; empty where it asks for none, which the app will say. */
export function versionOf({ body }: OutgoingRequest): string {
  const { version } = (body as { image?: { version?: unknown } }).image ?? {};
  return typeof version === "string" ? version : "";
}

/**
 * Puts the request on the queue, as any sender in the company would. A request with an id of its own may be sent again,
 * so each message of it has another: the queue drops a MessageId that it has seen.
 */
export async function sendRequest(
  connectionString: string,
  { requestId, body }: OutgoingRequest,
): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  try {
    const sender = client.createSender(QUEUE);
    const messageId = "requestId" in body ? randomUUID() : requestId;
    await sender.sendMessages({ messageId, contentType: "application/json", body });
  } finally {
    await client.close();
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DemoError(`can't read the request: ${(error as Error).message}`);
  }
}

function parseObject(file: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DemoError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new DemoError(`${file} must hold a JSON object; samples/request.json is one`);
}
