import { decode, splitMap, textOf, type MapEntry } from "../amqp/decode";
import * as encode from "../amqp/encode";
import { field, Section, sectionValue, splitSections } from "../amqp/message-content";
import type { AmqpError } from "./rhea-session";

/** A request on a `$cbs` or `$management` link. */
export interface ManagementRequest {
  operation: string;
  /** Encoded, so that the reply carries it with the very same type. */
  messageId: Buffer;
  replyTo: string;
  /** The pairs of the body's map, encoded. */
  body: MapEntry[];
}

export interface ManagementReply {
  status: number;
  description: string;
  condition?: string;
  /** The body's map: keys and encoded values. */
  body?: [key: string, value: Buffer][];
}

const MESSAGE_ID = 0;
const REPLY_TO = 4;
const CORRELATION_ID = 5;
const MAP_CODES = [0xc1, 0xd1];

export const ok = (body: [string, Buffer][] = []): ManagementReply => ({
  status: 200,
  description: "OK",
  body,
});

export function failed(status: number, error: AmqpError): ManagementReply {
  return { status, description: error.description, condition: error.condition };
}

/** @throws when the message isn't a request. */
export function parseRequest(message: Buffer): ManagementRequest {
  const sections = splitSections(message);
  const properties = sectionValue(sections, Section.properties);
  const replyTo = field(properties, REPLY_TO);
  const body = sectionValue(sections, Section.value);
  return {
    operation: operationOf(sectionValue(sections, Section.applicationProperties)),
    messageId: field(properties, MESSAGE_ID) ?? encode.nullValue,
    replyTo: replyTo ? textOf(decode(replyTo)) : "",
    body: body && MAP_CODES.includes(body.readUInt8(0)) ? splitMap(body) : [],
  };
}

function operationOf(applicationProperties: Buffer | undefined): string {
  const entry =
    applicationProperties && splitMap(applicationProperties).find(({ key }) => key === "operation");
  return entry ? textOf(decode(entry.valueBytes)) : "";
}

/**
 * Both spellings of the status: clients read `status-code` from `$cbs` and `statusCode` from
 * `$management`. As int, and the condition as symbol: of other types .NET throws a cast error.
 */
export function encodeReply(request: ManagementRequest, reply: ManagementReply): Buffer {
  const none = Array.from({ length: CORRELATION_ID }, () => encode.nullValue);
  const facts: [string, Buffer][] = [
    ["statusCode", encode.int(reply.status)],
    ["statusDescription", encode.string(reply.description)],
    ["status-code", encode.int(reply.status)],
    ["status-description", encode.string(reply.description)],
  ];
  if (reply.condition !== undefined) facts.push(["errorCondition", encode.symbol(reply.condition)]);
  return Buffer.concat([
    encode.described(Section.properties, encode.list([...none, request.messageId])),
    encode.described(Section.applicationProperties, encode.map(facts)),
    encode.described(Section.value, encode.map(reply.body ?? [])),
  ]);
}
