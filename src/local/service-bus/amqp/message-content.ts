import { randomUUID } from "node:crypto";
import type { MessageState, SentMessage, StoredMessage } from "../core/message";
import {
  decode,
  endOfValue,
  splitDescribed,
  splitItems,
  splitMap,
  textOf,
  type AmqpValue,
  type MapEntry,
} from "./decode";
import * as encode from "./encode";

/** The sections of an AMQP message, by their numeric descriptors. */
export const Section = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  value: 0x77,
} as const;

/** A section cut out of a message: its value's bytes, and all of its bytes. */
export interface MessageSection {
  code: number;
  value: Buffer;
  bytes: Buffer;
}

/** What a message says about itself, set by the queues at each delivery. */
const STATE_CODES: Record<MessageState, number> = { active: 0, deferred: 1, scheduled: 2 };
const SCHEDULED_FOR = "x-opt-scheduled-enqueue-time";
const HEADER_TTL = 2;
const HEADER_FIELDS_KEPT = 2;

/** Positions in the properties section. */
export const Property = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  groupId: 10,
  replyToGroupId: 12,
} as const;

/** Cuts an encoded message into its sections. @throws on malformed bytes. */
export function splitSections(content: Buffer): MessageSection[] {
  const sections: MessageSection[] = [];
  for (let offset = 0; offset < content.length;) {
    const end = endOfValue(content, offset);
    const bytes = content.subarray(offset, end);
    const { descriptor, value } = splitDescribed(bytes);
    if (typeof descriptor !== "number") throw new Error(`unknown section ${textOf(descriptor)}`);
    sections.push({ code: descriptor, value, bytes });
    offset = end;
  }
  return sections;
}

export function sectionValue(sections: MessageSection[], code: number): Buffer | undefined {
  return sections.find((section) => section.code === code)?.value;
}

/** The messages of a batch: each of its data sections is one. */
export function splitBatch(content: Buffer): Buffer[] {
  return splitSections(content)
    .filter((section) => section.code === Section.data)
    .map((section) => asBytes(decode(section.value)));
}

/** A field of a list-like section, encoded; undefined when it is absent or null. */
export function field(list: Buffer | undefined, index: number): Buffer | undefined {
  const item = list && splitItems(list)[index];
  return item && decode(item) !== null ? item : undefined;
}

/**
 * What the queues need to know of a message that a sender has sent.
 * @throws on bytes that a receiver couldn't read.
 */
export function toSentMessage(sent: Buffer): SentMessage {
  const { content, messageId } = withMessageId(splitSections(sent));
  const sections = splitSections(content);
  entriesOf(sections, Section.applicationProperties);
  const annotations = entriesOf(sections, Section.messageAnnotations);
  const scheduled = annotations.find((entry) => entry.key === SCHEDULED_FOR);
  const ttl = field(sectionValue(sections, Section.header), HEADER_TTL);
  return {
    content,
    messageId,
    timeToLiveMs: ttl && asNumber(decode(ttl)),
    scheduledForMs: scheduled && asNumber(decode(scheduled.valueBytes)),
  };
}

/** As the service does: clients rely on every message having an id. */
function withMessageId(sections: MessageSection[]): { content: Buffer; messageId: string } {
  const properties = sectionValue(sections, Section.properties);
  const given = field(properties, Property.messageId);
  if (given) return { content: join(sections), messageId: textOf(decode(given)) };
  const messageId = randomUUID().replaceAll("-", "");
  const others = properties ? splitItems(properties).slice(1) : [];
  const list = encode.list([encode.string(messageId), ...others]);
  return { content: join(replaced(sections, Section.properties, list)), messageId };
}

/** The message with application properties added or replaced. */
export function withProperties(content: Buffer, changes: MapEntry[]): Buffer {
  if (changes.length === 0) return content;
  const sections = splitSections(content);
  const present = entriesOf(sections, Section.applicationProperties);
  // Keys come as symbols in annotations, but application properties have strings.
  const added = changes.map((entry) => ({ ...entry, keyBytes: encode.string(entry.key) }));
  const merged = encode.mergedMap(present, added);
  return join(replaced(sections, Section.applicationProperties, merged));
}

/** The bytes that a receiver gets: what was sent, under a header and annotations of our own. */
export function forReceiver(message: StoredMessage, lockedUntilMs?: number): Buffer {
  const { reason, description } = message.deadLetter ?? {};
  const content = withProperties(message.content, [
    ...(reason === undefined ? [] : [entry("DeadLetterReason", encode.string(reason))]),
    ...(description === undefined
      ? []
      : [entry("DeadLetterErrorDescription", encode.string(description))]),
  ]);
  const sections = splitSections(content);
  const annotations = encode.mergedMap(
    entriesOf(sections, Section.messageAnnotations),
    brokerAnnotations(message, lockedUntilMs),
  );
  const rest = replaced(sections, Section.messageAnnotations, annotations);
  return join(replaced(rest, Section.header, headerOf(message, sections)));
}

function headerOf(message: StoredMessage, sections: MessageSection[]): Buffer {
  const sent = sectionValue(sections, Section.header);
  const kept = sent ? splitItems(sent).slice(0, HEADER_FIELDS_KEPT) : [];
  while (kept.length < HEADER_FIELDS_KEPT) kept.push(encode.nullValue);
  const ttl = message.timeToLiveMs;
  return encode.list([
    ...kept,
    ttl === undefined ? encode.nullValue : encode.uint(Math.min(ttl, 0xffffffff)),
    encode.nullValue,
    encode.uint(message.deliveryCount),
  ]);
}

function brokerAnnotations(message: StoredMessage, lockedUntilMs?: number): MapEntry[] {
  const number = encode.long(message.sequenceNumber);
  const entries = [
    entry("x-opt-sequence-number", number),
    entry("x-opt-enqueue-sequence-number", number),
    entry("x-opt-enqueued-time", encode.timestamp(message.enqueuedAtMs)),
    entry("x-opt-message-state", encode.int(STATE_CODES[message.state])),
  ];
  if (lockedUntilMs !== undefined)
    entries.push(entry("x-opt-locked-until", encode.timestamp(lockedUntilMs)));
  if (message.deadLetter)
    entries.push(entry("x-opt-deadletter-source", encode.string(message.deadLetter.source)));
  return entries;
}

function entry(key: string, valueBytes: Buffer): MapEntry {
  return { key, keyBytes: encode.symbol(key), valueBytes };
}

export function entriesOf(sections: MessageSection[], code: number): MapEntry[] {
  const value = sectionValue(sections, code);
  return value ? splitMap(value) : [];
}

/** The sections with one replaced, or added where the order of sections wants it. */
function replaced(sections: MessageSection[], code: number, value: Buffer): MessageSection[] {
  const section = { code, value, bytes: encode.described(code, value) };
  const before = sections.filter((other) => other.code < code);
  const after = sections.filter((other) => other.code > code);
  return [...before, section, ...after];
}

function join(sections: MessageSection[]): Buffer {
  return Buffer.concat(sections.map((section) => section.bytes));
}

function asNumber(value: AmqpValue): number | undefined {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}

function asBytes(value: AmqpValue): Buffer {
  if (!Buffer.isBuffer(value)) throw new Error("binary data is expected");
  return value;
}
