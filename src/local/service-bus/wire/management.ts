import type { AmqpValue } from "../amqp/decode";
import * as encode from "../amqp/encode";
import { forReceiver, toSentMessage } from "../amqp/message-content";
import type { Entity } from "../core/namespace";
import type { Queue } from "../core/queue";
import { messageLockLost, messageNotFound, notAllowed, notImplemented } from "./errors";
import { tokenOfUuid, uuidOfToken } from "./lock-token";
import {
  failed,
  listArgument,
  mapArgument,
  numberArgument,
  ok,
  textArgument,
  type ManagementReply,
  type ManagementRequest,
} from "./management-request";
import { settle, type Settlement } from "./settlement";

type Operation<Target> = (target: Target, request: ManagementRequest) => ManagementReply;

/** What queues, subscriptions and dead-letter queues answer. */
const ofQueues: Record<string, Operation<Queue>> = {
  "com.microsoft:renew-lock": renewLock,
  "com.microsoft:peek-message": peekMessages,
  "com.microsoft:receive-by-sequence-number": receiveDeferred,
  "com.microsoft:update-disposition": updateDisposition,
};

/** What can be sent to, answers these. */
const ofTargets: Record<string, Operation<Scheduling>> = {
  "com.microsoft:schedule-message": scheduleMessages,
  "com.microsoft:cancel-scheduled-message": cancelScheduled,
};

type Scheduling = Pick<Queue, "enqueue" | "cancelScheduled">;

const RECEIVE_AND_DELETE = 0;

/** Carries out a request on an entity's `$management` link. */
export function manage(entity: Entity, request: ManagementRequest): ManagementReply {
  const target = entity.kind === "topic" ? entity.topic : entity.queue;
  const forTarget = ofTargets[request.operation];
  if (forTarget && (entity.kind === "topic" || entity.kind === "queue"))
    return forTarget(target, request);
  const forQueue = ofQueues[request.operation];
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
    numberArgument(request, "from-sequence-number"),
    numberArgument(request, "message-count"),
  );
  if (messages.length === 0) return { status: 204, description: "No messages" };
  const encoded = messages.map((message) =>
    encode.map([["message", encode.binary(forReceiver(message))]]),
  );
  return ok([["messages", encode.list(encoded)]]);
}

function receiveDeferred(queue: Queue, request: ManagementRequest): ManagementReply {
  const numbers = sequenceNumbers(request);
  const encoded =
    numberArgument(request, "receiver-settle-mode") === RECEIVE_AND_DELETE
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
  const settlement = settlementOf(request);
  if (!settlement) {
    const status = textArgument(request, "disposition-status") ?? "";
    return failed(501, notImplemented(`The disposition status '${status}' is`));
  }
  const settled = tokens(request).map((token) => settle(queue, token, settlement));
  return settled.includes(false) ? failed(410, messageLockLost) : ok();
}

function settlementOf(request: ManagementRequest): Settlement | undefined {
  const properties = mapArgument(request, "properties-to-modify");
  const reason = textArgument(request, "deadletter-reason");
  const description = textArgument(request, "deadletter-description");
  switch (textArgument(request, "disposition-status")) {
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
  const messages = listArgument(request, "messages").map((item) => toSentMessage(messageOf(item)));
  return ok([["sequence-numbers", encode.arrayOfLongs(target.enqueue(messages))]]);
}

function cancelScheduled(target: Scheduling, request: ManagementRequest): ManagementReply {
  const cancelled = sequenceNumbers(request).map((number) => target.cancelScheduled(number));
  return cancelled.includes(false) ? failed(404, messageNotFound) : ok();
}

function messageOf(item: AmqpValue): Buffer {
  return bytesOf(item instanceof Map ? (item.get("message") ?? null) : null);
}

function bytesOf(value: AmqpValue): Buffer {
  if (!Buffer.isBuffer(value)) throw new Error("the request lacks binary data");
  return value;
}

function tokens(request: ManagementRequest): string[] {
  return listArgument(request, "lock-tokens").map((uuid) => tokenOfUuid(bytesOf(uuid)));
}

function sequenceNumbers(request: ManagementRequest): number[] {
  return listArgument(request, "sequence-numbers").map(Number);
}
