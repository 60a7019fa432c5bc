import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { toTypedData, type TypedData } from "./typed-data";

/** A message whose body can't be handed to a function. */
export class UnsupportedBodyError extends Error {}

/**
 * The body of a message that was received with `skipParsingBodyAsJson`, as text. Bytes that are no
 * UTF-8 become U+FFFD, as in Azure: what they were is lost.
 * @throws {UnsupportedBodyError} for anything but one section of bytes. An AMQP value or sequence is
 *   refused in Azure too, and taking it for an empty text would complete a message nobody has read.
 */
export function bodyText(message: ServiceBusReceivedMessage): string {
  const body: unknown = message.body;
  const { bodyType } = message._rawAmqpMessage;
  if (bodyType !== "data" || !(body instanceof Uint8Array))
    throw new UnsupportedBodyError(
      `a message body of AMQP type ${bodyType ?? "unknown"} that is not one section of bytes is not supported`,
    );
  return Buffer.from(body).toString("utf8");
}

/** What goes into `context.triggerMetadata`: properties of the message, then of its JSON body. */
export function triggerMetadata(
  message: ServiceBusReceivedMessage,
  text: string,
): Record<string, TypedData> {
  const all = new Map<string, unknown>();
  for (const [name, value] of Object.entries(messageProperties(message)))
    if (value !== undefined && value !== null) all.set(name, value);
  // A body's property takes the place of the message's with the same name, whatever its case.
  for (const [name, value] of topLevelProperties(text)) {
    for (const known of all.keys())
      if (known.toLowerCase() === name.toLowerCase()) all.delete(known);
    all.set(name, value);
  }
  return Object.fromEntries(Array.from(all, ([name, value]) => [name, toTypedData(value)]));
}

function messageProperties(message: ServiceBusReceivedMessage): Record<string, unknown> {
  const enqueued = message.enqueuedTimeUtc?.toISOString().replace("Z", "");
  const expires = expiryOf(message);
  return {
    MessageId: message.messageId === undefined ? undefined : String(message.messageId),
    // Azure's extension counts from 1, the JavaScript client from 0.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    EnqueuedTimeUtc: enqueued,
    EnqueuedTime: enqueued === undefined ? undefined : `${enqueued}+00:00`,
    ExpiresAtUtc: expires,
    ExpiresAt: `${expires}+00:00`,
    LockToken: message.lockToken,
    ContentType: message.contentType,
    CorrelationId: message.correlationId === undefined ? undefined : String(message.correlationId),
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    ReplyToSessionId: message.replyToSessionId,
    SessionId: message.sessionId,
    PartitionKey: message.partitionKey,
    DeadLetterSource: message.deadLetterSource,
    ApplicationProperties: message.applicationProperties ?? {},
    UserProperties: message.applicationProperties ?? {},
  };
}

/** .NET's latest time stands for a message that never expires. */
function expiryOf(message: ServiceBusReceivedMessage): string {
  const expires = message.expiresAtUtc;
  if (message.timeToLive === undefined || !expires || Number.isNaN(expires.getTime()))
    return "9999-12-31T23:59:59.9999999";
  return expires.toISOString().replace("Z", "");
}

/** As .NET spreads them: objects stay, arrays and nulls are left out, the rest becomes text. */
function topLevelProperties(text: string): [string, unknown][] {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return [];
  let parsed: object;
  try {
    parsed = JSON.parse(trimmed) as object;
  } catch {
    return []; // A body that only looks like JSON has no properties.
  }
  return Object.entries(parsed)
    .map(([name, value]: [string, unknown]): [string, unknown] => [name, spreadValue(value)])
    .filter(([, value]) => value !== undefined);
}

function spreadValue(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
    default:
      return value === null || Array.isArray(value) ? undefined : value;
  }
}
