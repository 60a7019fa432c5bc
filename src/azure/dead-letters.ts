import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";
import Long from "long";

/** A request that couldn't even be recorded: Service Bus keeps it, with its reason. */
export interface DeadLetter {
  messageId?: string;
  sequenceNumber: string;
  enqueuedAt?: string;
  /** Service Bus' reason, `MaxDeliveryCountExceeded` as a rule. */
  reason?: string;
  description?: string;
  deliveryCount: number;
  /** The beginning of the body, as far as it can be shown. */
  body: string;
}

/** The dead-letter queue of the publish requests, only looked at. */
export interface DeadLetters {
  /** The oldest ones; looking takes none away. */
  peek(limit: number): Promise<DeadLetter[]>;
}

const SHOWN_BYTES = 1000;

export function createDeadLetters(client: ServiceBusClient, queue: string): DeadLetters {
  const receiver = client.createReceiver(queue, {
    subQueueType: "deadLetter",
    skipParsingBodyAsJson: true,
  });
  return {
    async peek(limit) {
      // Without a start the client goes on behind what it has shown before.
      const messages = await receiver.peekMessages(limit, { fromSequenceNumber: Long.ZERO });
      return messages.map(read);
    },
  };
}

function read(message: ServiceBusReceivedMessage): DeadLetter {
  const { messageId, enqueuedTimeUtc, deadLetterReason, deadLetterErrorDescription } = message;
  return {
    sequenceNumber: message.sequenceNumber?.toString() ?? "",
    deliveryCount: message.deliveryCount ?? 0,
    body: shown(message.body),
    ...(messageId === undefined ? {} : { messageId: String(messageId) }),
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
