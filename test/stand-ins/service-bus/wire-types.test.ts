import { once } from "node:events";
import type { Socket } from "node:net";
import {
  message as codec,
  types,
  type Connection,
  type Message,
  type Receiver,
  type Sender,
} from "rhea";
import { splitItems, splitMap } from "../../../src/local/service-bus/amqp/decode";
import {
  Section,
  sectionValue,
  splitSections,
} from "../../../src/local/service-bus/amqp/message-content";
import { keepBytes, openConnection, openReceiver, receiveBytes, settleWith } from "./amqp-client";
import { openNamespace, type LocalNamespace } from "./local-namespace";

/** AMQP's type codes: .NET throws a cast error, or waits for ever, when it finds another type. */
const INT = 0x71;
const LONG = 0x81;
const TIMESTAMP = 0x83;
const UUID = 0x98;
const STRING = 0xb1;
const SYMBOL = 0xb3;
const ARRAY = 0xf0;

let bus: LocalNamespace;
let connection: Connection;
let replies: Receiver;
let requests: Sender;

beforeEach(async () => {
  bus = await openNamespace();
  connection = await openConnection(bus.broker.port);
  await openManagement("jobs/$management");
});
afterEach(async () => {
  const closed = once(connection, "connection_close");
  connection.close();
  await closed;
  await bus.close();
});

async function openManagement(address: string): Promise<void> {
  replies = connection.open_receiver({ source: address, target: "me", credit_window: 0 });
  requests = connection.open_sender(address);
  keepBytes(replies);
  await Promise.all([once(replies, "receiver_open"), once(requests, "sendable")]);
}

type Codes = Record<string, number | undefined>;

/** The first byte of each value of a map: its type. */
function codesOf(map: Buffer | undefined): Codes {
  const entries = map ? splitMap(map) : [];
  return Object.fromEntries(entries.map(({ key, valueBytes }) => [key, valueBytes[0]]));
}

async function ask(request: Message): Promise<{ bytes: Buffer; facts: Codes; body: Codes }> {
  requests.send({ reply_to: "me", ...request });
  const { bytes } = await receiveBytes(replies);
  const sections = splitSections(bytes);
  return {
    bytes,
    facts: codesOf(sectionValue(sections, Section.applicationProperties)),
    body: codesOf(sectionValue(sections, Section.value)),
  };
}

/** A request whose body is a map; rhea encodes a plain object as one. */
const operation = (name: string, body: object): Message => ({
  message_id: 1,
  application_properties: { operation: `com.microsoft:${name}` },
  body,
});

const PEEK = { "from-sequence-number": 0, "message-count": 1 };

const bodyEntry = (bytes: Buffer, key: string): Buffer => {
  const body = sectionValue(splitSections(bytes), Section.value);
  const entry = body && splitMap(body).find((candidate) => candidate.key === key);
  if (!entry) throw new Error(`the reply has no ${key}`);
  return entry.valueBytes;
};
/** After a wide array's size and count comes the type that all items share. */
const itemCode = (array: Buffer): number | undefined => array[9];

async function deliverOne(): Promise<ReturnType<typeof receiveBytes>> {
  await bus.client.createSender("jobs").sendMessages({ body: "x" });
  const receiver = openReceiver(connection, "jobs");
  return receiveBytes(receiver);
}

test("a reply names its request by the very same message id, whatever its type", async () => {
  for (const id of ["text", 7, types.wrap_uuid(Buffer.alloc(16, 5))]) {
    const { bytes } = await ask({ ...operation("peek-message", PEEK), message_id: id as never });
    const properties = sectionValue(splitSections(bytes), Section.properties);
    const sent = sectionValue(
      splitSections(codec.encode({ message_id: id, body: 0 })),
      Section.properties,
    );
    const [asked] = sent ? splitItems(sent) : [];
    expect(properties && splitItems(properties)[5]?.toString("hex")).toBe(asked?.toString("hex"));
  }
});

test("status codes are int, in both spellings; an error's condition is a symbol", async () => {
  const { facts } = await ask(
    operation("receive-by-sequence-number", {
      "sequence-numbers": [99],
      "receiver-settle-mode": 1,
    }),
  );
  expect(facts).toEqual({
    statusCode: INT,
    statusDescription: STRING,
    "status-code": INT,
    "status-description": STRING,
    errorCondition: SYMBOL,
  });
});

test("$cbs says status-code and status-description, with the same types", async () => {
  await openManagement("$cbs");
  const { facts } = await ask({
    message_id: 1,
    application_properties: { operation: "put-token" },
    body: "token",
  });
  expect(facts).toMatchObject({ "status-code": INT, "status-description": STRING });
});

test("sequence numbers of scheduled messages are an array of longs", async () => {
  const message = codec.encode({ body: "later" });
  const { bytes, body } = await ask(operation("schedule-message", { messages: [{ message }] }));
  expect(body["sequence-numbers"]).toBe(ARRAY);
  expect(itemCode(bodyEntry(bytes, "sequence-numbers"))).toBe(LONG);
});

test("a delivery's tag is the lock token as a .NET GUID; renewing by it answers an array of timestamps", async () => {
  const { delivery } = await deliverOne();
  const tag = delivery.tag as Buffer;
  expect(tag).toHaveLength(16);
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const uuid = Buffer.from(order.map((index) => tag[index] ?? 0));
  const tokens = types.wrap_array([uuid], UUID, undefined);
  const { bytes, body } = await ask(operation("renew-lock", { "lock-tokens": tokens }));
  expect(body["expirations"]).toBe(ARRAY);
  expect(itemCode(bodyEntry(bytes, "expirations"))).toBe(TIMESTAMP);
});

test("a message's annotations and header have the types that .NET casts to", async () => {
  const receiver = openReceiver(connection, "jobs");
  await once(receiver, "receiver_open");
  await bus.client.createSender("jobs").sendMessages({ body: "x" });
  const { bytes, delivery } = await receiveBytes(receiver);
  expect(codesOf(sectionValue(splitSections(bytes), Section.messageAnnotations))).toMatchObject({
    "x-opt-sequence-number": LONG,
    "x-opt-enqueued-time": TIMESTAMP,
    "x-opt-locked-until": TIMESTAMP,
    "x-opt-message-state": INT,
  });
  await settleWith(delivery, (d) =>
    d.modified({ delivery_failed: true, undeliverable_here: true }),
  );
  const deferred = await ask(
    operation("receive-by-sequence-number", {
      "sequence-numbers": [types.wrap_long(1)],
      "receiver-settle-mode": types.wrap_uint(1),
    }),
  );
  const [first] = splitItems(bodyEntry(deferred.bytes, "messages"));
  expect(codesOf(first)["lock-token"]).toBe(UUID);
});

test("a quiet connection is kept alive well within the client's idle time-out", async () => {
  const quiet = await openConnection(bus.broker.port, { idle_time_out: 400 });
  const { socket } = quiet as unknown as { socket: Socket };
  // The client would end the connection if one of these were missing.
  for (let beat = 0; beat < 4; beat++) await once(socket, "data");
  expect(quiet.is_open()).toBe(true);
  quiet.close();
});
