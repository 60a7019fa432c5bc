import * as encode from "../amqp/encode";
import { forReceiver, toSentMessage } from "../amqp/message-content";
import type { SentMessage } from "../core/message";
import type { Entity } from "../core/namespace";
import type { Queue } from "../core/queue";
import { malformed, messageLockLost, messageNotFound, notAllowed, notImplemented } from "./errors";
import { uuidOfToken } from "./lock-token";
import {
  BadRequest,
  count,
  integer,
  listOf,
  lockToken,
  map,
  messageInMap,
  oneOf,
  optional,
  required,
  text,
} from "./management-arguments";
import { failed, ok, type ManagementReply, type ManagementRequest } from "./management-request";
import { settle, type Settlement } from "./settlement";

type Operation<Target> = (target: Target, request: ManagementRequest) => ManagementReply;

/** What queues, subscriptions and dead-letter queues answer. */
const ofQueues = new Map<string, Operation<Queue>>([
  ["com.microsoft:renew-lock", renewLock],
  ["com.microsoft:peek-message", peekMessages],
  ["com.microsoft:receive-by-sequence-number", receiveDeferred],
  ["com.microsoft:update-disposition", updateDisposition],
]);

/** What can be sent to, answers these. */
const ofTargets = new Map<string, Operation<Scheduling>>([
  ["com.microsoft:schedule-message", scheduleMessages],
  ["com.microsoft:cancel-scheduled-message", cancelScheduled],
]);

type Scheduling = Pick<Queue, "enqueue" | "cancelScheduled">;

/** Of a receiver: AMQP's settle modes "first" and "second". */
const RECEIVE_AND_DELETE = 0;
const PEEK_LOCK = 1;

/** Carries out a request on an entity's `$management` link. */
export function manage(entity: Entity, request: ManagementRequest): ManagementReply {
  try {
    return carryOut(entity, request);
  } catch (error) {
    if (error instanceof BadRequest) return failed(400, error.reason);
    throw error;
  }
}

function carryOut(entity: Entity, request: ManagementRequest): ManagementReply {
  const target = entity.kind === "topic" ? entity.topic : entity.queue;
  const forTarget = ofTargets.get(request.operation);
  if (forTarget && (entity.kind === "topic" || entity.kind === "queue"))
    return forTarget(target, request);
  const forQueue = ofQueues.get(request.operation);
  if (forQueue && entity.kind !== "topic") return forQueue(entity.queue, request);
  if (forTarget ?? forQueue)
    return failed(
      400,
      notAllowed(`'${entity.path}' is not an entity for the operation '${request.operation}'.`),
    );
  return failed(501, notImplemented(`The operation '${request.operation}' is`));
}

function renewLock(queue: Queue, request: ManagementRequest): ManagementReply {
  const ends = tokens(request).map((token) => queue.renew(token));
  const known = ends.filter((end) => end !== undefined);
  if (known.length < ends.length) return failed(410, messageLockLost);
  return ok([["expirations", encode.arrayOfTimestamps(known)]]);
}

function peekMessages(queue: Queue, request: ManagementRequest): ManagementReply {
  const messages = queue.peek(
    required(request, "from-sequence-number", integer),
    required(request, "message-count", count),
  );
  if (messages.length === 0) return { status: 204, description: "No messages" };
  const encoded = messages.map((message) =>
    encode.map([["message", encode.binary(forReceiver(message))]]),
  );
  return ok([["messages", encode.list(encoded)]]);
}

function receiveDeferred(queue: Queue, request: ManagementRequest): ManagementReply {
  const numbers = sequenceNumbers(request);
  const settleMode = required(
    request,
    "receiver-settle-mode",
    oneOf(RECEIVE_AND_DELETE, PEEK_LOCK),
  );
  const encoded =
    settleMode === RECEIVE_AND_DELETE
      ? queue
          .removeDeferred(numbers)
          .map((message) => encode.map([["message", encode.binary(forReceiver(message))]]))
      : queue.lockDeferred(numbers).map(({ message, token, lockedUntilMs }) =>
          encode.map([
            ["message", encode.binary(forReceiver(message, lockedUntilMs))],
            ["lock-token", encode.uuid(uuidOfToken(token))],
          ]),
        );
  if (encoded.length === 0) return failed(404, messageNotFound);
  return ok([["messages", encode.list(encoded)]]);
}

function updateDisposition(queue: Queue, request: ManagementRequest): ManagementReply {
  const status = required(request, "disposition-status", text);
  const settlement = settlementOf(status, request);
  if (!settlement) return failed(501, notImplemented(`The disposition status '${status}' is`));
  const settled = tokens(request).map((token) => settle(queue, token, settlement));
  return settled.includes(false) ? failed(410, messageLockLost) : ok();
}

function settlementOf(status: string, request: ManagementRequest): Settlement | undefined {
  const properties = optional(request, "properties-to-modify", map) ?? [];
  const reason = optional(request, "deadletter-reason", text);
  const description = optional(request, "deadletter-description", text);
  switch (status) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", properties };
    case "defered":
      return { kind: "defer", properties };
    case "suspended":
      return {
        kind: "deadLetter",
        properties,
        ...(reason === undefined ? {} : { reason }),
        ...(description === undefined ? {} : { description }),
      };
    default:
      return undefined;
  }
}

function scheduleMessages(target: Scheduling, request: ManagementRequest): ManagementReply {
  const messages = required(request, "messages", listOf(messageInMap)).map(readMessage);
  return ok([["sequence-numbers", encode.arrayOfLongs(target.enqueue(messages))]]);
}

function cancelScheduled(target: Scheduling, request: ManagementRequest): ManagementReply {
  const cancelled = sequenceNumbers(request).map((number) => target.cancelScheduled(number));
  return cancelled.includes(false) ? failed(404, messageNotFound) : ok();
}

function readMessage(bytes: Buffer): SentMessage {
  try {
    return toSentMessage(bytes);
  } catch (error) {
    throw new BadRequest(malformed(error));
  }
}

function tokens(request: ManagementRequest): string[] {
  return required(request, "lock-tokens", listOf(lockToken));
}

function sequenceNumbers(request: ManagementRequest): number[] {
  return required(request, "sequence-numbers", listOf(integer));
}
