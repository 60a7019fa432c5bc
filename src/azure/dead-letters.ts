import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from "@azure/service-bus";
import Long from "long";
import { REQUEST_ID_PROPERTY } from "../domain/request/request-id";
import { DEAD_LETTERS_ANSWER_WITHIN_MS, inTime } from "./answer-within";

/** A request that couldn't even be recorded: Service Bus keeps it, with its reason. */
export interface DeadLetter {
  messageId?: string;
  /** Of one that was sent back before: the id that it was first sent with. */
  requestId?: string;
  sequenceNumber: string;
  enqueuedAt?: string;
  /** Service Bus' reason, `MaxDeliveryCountExceeded` as a rule. */
  reason?: string;
  description?: string;
  deliveryCount: number;
  /** The beginning of the body, as far as it can be shown. */
  body: string;
}

/** The dead-letter queue of the publish requests. */
export interface DeadLetters {
  /** The oldest ones, of this sequence number or a later one; looking takes none away. */
  peek(limit: number, fromSequenceNumber?: string): Promise<DeadLetter[]>;
  /**
   * Sends a dead letter back to the queue, and completes it once the queue has taken the copy. A crash in between leaves
   * both: the next copy is dropped as a duplicate, or joins the run. `held`: somebody else has it under a lock just now.
   */
  sendBack(sequenceNumber: string): Promise<"sent" | "held" | "gone">;
}

const SHOWN_BYTES = 1000;
/** Received at a time while one message is looked for; a queue can't be asked for a certain one. */
const BATCH = 50;
const WAIT_FOR_BATCH_MS = 2_000;
/** What Service Bus writes on a message that it dead-letters: the copy is a new message. */
const OF_DEAD_LETTERS = new Set(["DeadLetterReason", "DeadLetterErrorDescription"]);

export function createDeadLetters(
  client: ServiceBusClient,
  queue: string,
  withinMs = DEAD_LETTERS_ANSWER_WITHIN_MS,
): DeadLetters {
  const receiver = client.createReceiver(queue, {
    subQueueType: "deadLetter",
    skipParsingBodyAsJson: true,
  });
  // Without a start the client goes on behind what it has shown before.
  const peek = (limit: number, fromSequenceNumber: Long): Promise<ServiceBusReceivedMessage[]> =>
    inTime(withinMs, receiver.peekMessages(limit, { fromSequenceNumber }));
  return {
    peek: async (limit, from = "0") => (await peek(limit, Long.fromString(from))).map(read),
    async sendBack(sequenceNumber) {
      const sent = await inTime(withinMs, sendBack(client, queue, sequenceNumber));
      if (sent) return "sent";
      const [next] = await peek(1, Long.fromString(sequenceNumber));
      return next?.sequenceNumber?.toString() === sequenceNumber ? "held" : "gone";
    },
  };
}

/** False when it isn't to be had. */
async function sendBack(
  client: ServiceBusClient,
  queue: string,
  sequenceNumber: string,
): Promise<boolean> {
  const taking = client.createReceiver(queue, {
    subQueueType: "deadLetter",
    skipParsingBodyAsJson: true,
  });
  const sender = client.createSender(queue);
  try {
    const found = await take(taking, sequenceNumber);
    if (found === undefined) return false;
    await sender.sendMessages(copyOf(found));
    await taking.completeMessage(found);
    return true;
  } finally {
    await Promise.all([taking.close(), sender.close()]);
  }
}

/** Receives until the message is there; the others are given back afterwards, or they would come again at once. */
async function take(
  receiver: ServiceBusReceiver,
  sequenceNumber: string,
): Promise<ServiceBusReceivedMessage | undefined> {
  const others: ServiceBusReceivedMessage[] = [];
  try {
    for (;;) {
      const batch = await receiver.receiveMessages(BATCH, { maxWaitTimeInMs: WAIT_FOR_BATCH_MS });
      const found = batch.find((message) => message.sequenceNumber?.toString() === sequenceNumber);
      others.push(...batch.filter((message) => message !== found));
      if (found !== undefined || batch.length === 0) return found;
    }
  } finally {
    await Promise.all(others.map((message) => receiver.abandonMessage(message)));
  }
}

type SentMessage = ServiceBusReceivedMessage["_rawAmqpMessage"];

/**
 * The message as it was sent, byte for byte, but for its MessageId: the queue has seen that, and would take the copy for
 * a duplicate and drop it. The new one is the same however often the letter is sent back.
 */
function copyOf(message: ServiceBusReceivedMessage): SentMessage {
  const { messageId, sequenceNumber, _rawAmqpMessage: sent } = message;
  const own = Object.entries(sent.applicationProperties ?? {}).filter(
    ([name]) => !OF_DEAD_LETTERS.has(name),
  );
  const requestId = messageId === undefined ? {} : { [REQUEST_ID_PROPERTY]: String(messageId) };
  // A message that has expired must not take its end along: the copy lives as the queue has it.
  const { absoluteExpiryTime: _end, creationTime: _begin, ...properties } = sent.properties ?? {};
  return {
    body: message.body as unknown, // of `sent` it is the section that came over the wire, undecoded
    ...(sent.bodyType === undefined ? {} : { bodyType: sent.bodyType }),
    properties: { ...properties, messageId: `redrive-${sequenceNumber?.toString() ?? ""}` },
    // Of a copy that has failed again it is there already.
    applicationProperties: { ...requestId, ...Object.fromEntries(own) },
  };
}

function read(message: ServiceBusReceivedMessage): DeadLetter {
  const { messageId, enqueuedTimeUtc, deadLetterReason, deadLetterErrorDescription } = message;
  const requestId = message.applicationProperties?.[REQUEST_ID_PROPERTY];
  return {
    sequenceNumber: message.sequenceNumber?.toString() ?? "",
    deliveryCount: message.deliveryCount ?? 0,
    body: shown(message.body),
    ...(messageId === undefined ? {} : { messageId: String(messageId) }),
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(enqueuedTimeUtc === undefined ? {} : { enqueuedAt: enqueuedTimeUtc.toISOString() }),
    ...(deadLetterReason === undefined ? {} : { reason: deadLetterReason }),
    ...(deadLetterErrorDescription === undefined
      ? {}
      : { description: deadLetterErrorDescription }),
  };
}

function shown(body: unknown): string {
  if (Buffer.isBuffer(body)) return body.subarray(0, SHOWN_BYTES).toString("utf8");
  if (typeof body === "string") return body.slice(0, SHOWN_BYTES);
  return `a ${body === undefined ? "message without a body" : typeof body} that the trigger can't read`;
}
