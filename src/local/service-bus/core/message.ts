/** A message as a sender hands it in. */
export interface Draft {
  /** The encoded message; the queues never look inside. */
  content: Buffer;
  timeToLiveMs?: number | undefined;
  /** Not to be delivered before this moment. */
  scheduledForMs?: number | undefined;
}

/** A draft as it comes to an entity; its id tells whether it came before. */
export interface SentMessage extends Draft {
  messageId: string;
}

/** Why a message sits in a dead-letter queue. */
export interface DeadLetterFacts {
  /** The queue or subscription that the message was in. */
  source: string;
  reason?: string | undefined;
  description?: string | undefined;
}

export type MessageState = "active" | "deferred" | "scheduled";

/** A message that a queue keeps. */
export interface StoredMessage {
  /** Unique in its queue, rising with the order of arrival. */
  sequenceNumber: number;
  state: MessageState;
  content: Buffer;
  enqueuedAtMs: number;
  timeToLiveMs?: number | undefined;
  scheduledForMs?: number | undefined;
  expiresAtMs?: number | undefined;
  /** Deliveries that ended without a result so far. */
  deliveryCount: number;
  deadLetter?: DeadLetterFacts | undefined;
}

/** Changes the encoded message, as a settlement may ask for. */
export type EditContent = (content: Buffer) => Buffer;

/** Puts `message` in order of sequence numbers; usually it is the last, or nearly. */
export function insertInOrder(messages: StoredMessage[], message: StoredMessage): void {
  let index = messages.length;
  while (index > 0 && (messages[index - 1]?.sequenceNumber ?? 0) > message.sequenceNumber) index--;
  messages.splice(index, 0, message);
}

/** Takes the message out of the list; false when it isn't there. */
export function removeFrom(messages: StoredMessage[], message: StoredMessage): boolean {
  const index = messages.indexOf(message);
  if (index < 0) return false;
  messages.splice(index, 1);
  return true;
}

/**
 * Gives a draft its place in a queue.
 * @param defaultTimeToLiveMs what the queue allows at most.
 */
export function stamp(
  draft: Draft,
  sequenceNumber: number,
  nowMs: number,
  defaultTimeToLiveMs: number | undefined,
): StoredMessage {
  const scheduled = draft.scheduledForMs !== undefined && draft.scheduledForMs > nowMs;
  const timeToLiveMs = shorter(draft.timeToLiveMs, defaultTimeToLiveMs);
  const startsAtMs = scheduled ? draft.scheduledForMs : nowMs;
  return {
    sequenceNumber,
    state: scheduled ? "scheduled" : "active",
    content: draft.content,
    enqueuedAtMs: nowMs,
    scheduledForMs: draft.scheduledForMs,
    timeToLiveMs,
    expiresAtMs: timeToLiveMs === undefined ? undefined : (startsAtMs ?? nowMs) + timeToLiveMs,
    deliveryCount: 0,
  };
}

function shorter(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

export function isExpired(message: StoredMessage, nowMs: number): boolean {
  return message.expiresAtMs !== undefined && message.expiresAtMs <= nowMs;
}
