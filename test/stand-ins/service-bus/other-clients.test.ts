import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import {
  filter,
  message as codec,
  types,
  type Connection,
  type EventContext,
  type Sender,
  type Source,
} from "rhea";
import { splitMap } from "../../../src/local/service-bus/amqp/decode";
import {
  Section,
  sectionValue,
  splitSections,
} from "../../../src/local/service-bus/amqp/message-content";
import { keepBytes, openConnection, openReceiver, receiveBytes, settleWith } from "./amqp-client";
import { openNamespace, receiveOne, type LocalNamespace } from "./local-namespace";

let bus: LocalNamespace;
let connection: Connection;
beforeEach(async () => {
  bus = await openNamespace({ jobs: { maxDeliveryCount: 2 } });
  connection = await openConnection(bus.broker.port);
});
afterEach(async () => {
  const closed = once(connection, "connection_close");
  connection.close();
  await closed;
  await bus.close();
});

/** How rhea shows an absent source or target. */
const nullTerminus = types.wrap(null);

async function send(address: string, message: object): Promise<void> {
  const sender = connection.open_sender(address);
  await once(sender, "sendable");
  sender.send(message as Parameters<Sender["send"]>[0]);
  await once(sender, "accepted");
}

const hexProperties = (bytes: Buffer): Record<string, string> => {
  const value = sectionValue(splitSections(bytes), Section.applicationProperties);
  const entries = value ? splitMap(value) : [];
  return Object.fromEntries(entries.map((e) => [e.key, e.valueBytes.toString("hex")]));
};

test("addresses may have a leading slash, as .NET sends them", async () => {
  await send("/jobs", { body: "slash" });
  const received = await receiveBytes(openReceiver(connection, "/JOBS"));
  await settleWith(received.delivery, (delivery) => delivery.accept());
});

test("MSSBCBS, the one mechanism that .NET knows, is offered", async () => {
  const start = (done: (error: undefined, response: Buffer) => void): void =>
    done(undefined, Buffer.alloc(0));
  const other = await openConnection(bus.broker.port, {
    sasl_mechanisms: { MSSBCBS: () => ({ start }) },
  });
  expect(other.is_open()).toBe(true);
  other.close();
});

test("40 sessions on one connection work side by side", async () => {
  const sessions = Array.from({ length: 40 }, () => connection.create_session());
  await Promise.all(
    sessions.map(async (session, index) => {
      session.begin();
      const sender = session.open_sender("jobs");
      await once(sender, "sendable");
      sender.send({ body: index });
      await once(sender, "accepted");
    }),
  );
  expect(await bus.client.createReceiver("jobs").peekMessages(50)).toHaveLength(40);
});

test("a link is answered with the client's settle modes and a maximum size", async () => {
  const sender = connection.open_sender({
    target: "jobs",
    snd_settle_mode: 1,
    rcv_settle_mode: 0,
  });
  await once(sender, "sender_open");
  expect([sender.snd_settle_mode, sender.rcv_settle_mode]).toEqual([1, 0]);
  expect(sender.max_message_size).toBe(1_048_576);
  const receiver = openReceiver(connection, "jobs");
  await once(receiver, "receiver_open");
  expect(receiver.rcv_settle_mode).toBe(1);
});

test("a refused link has a null terminus, then is detached with the reason", async () => {
  const sender = connection.open_sender("nowhere");
  await Promise.all([once(sender, "sender_open"), once(sender, "sender_error")]);
  expect(sender.target).toEqual(nullTerminus);
  expect(sender.error).toMatchObject({
    condition: "amqp:not-found",
    description: "The messaging entity 'nowhere' could not be found.",
  });
  const receiver = openReceiver(connection, "nowhere");
  await Promise.all([once(receiver, "receiver_open"), once(receiver, "receiver_error")]);
  expect(receiver.source).toEqual(nullTerminus);
  expect(receiver.error).toMatchObject({ condition: "amqp:not-found" });
});

test("transactions are refused by name", async () => {
  // rhea says on the console that it doesn't know coordinators.
  jest.spyOn(console, "warn").mockImplementationOnce(() => undefined);
  const sender = connection.open_sender({ target: {} });
  const attach = (sender as unknown as { local: { attach: { target: unknown } } }).local.attach;
  const coordinator = 0x30;
  attach.target = types.described(types.wrap_ulong(coordinator), types.wrap_list([]));
  await once(sender, "sender_error");
  expect(sender.error).toMatchObject({
    condition: "amqp:not-implemented",
    description: "Transactions are not supported by the local Service Bus.",
  });
});

test.each<[what: string, address: string, more: object, named: string]>([
  ["a selector", "jobs", { filter: filter.selector("color = 'red'") }, "filter 'jms-selector'"],
  ["an invented filter", "jobs", { filter: { "my:filter": types.wrap(1) } }, "filter 'my:filter'"],
  ["browsing", "jobs", { distribution_mode: "copy" }, "distribution mode 'copy'"],
  [
    "a filter of replies",
    "jobs/$management",
    { filter: filter.selector("a = 1") },
    "filter 'jms-selector'",
  ],
])("%s is refused by name, and no message is taken", async (_, address, more, named) => {
  await send("jobs", { body: "kept" });
  const receiver = connection.open_receiver({ source: { address, ...more } as Source });
  await Promise.all([once(receiver, "receiver_open"), once(receiver, "receiver_error")]);
  expect(receiver.source).toEqual(nullTerminus);
  expect(receiver.error).toMatchObject({
    condition: "amqp:not-implemented",
    description: `The ${named} of a receiver is not supported by the local Service Bus.`,
  });
  expect((await receiveOne(bus.client.createReceiver("jobs"))).body).toBe("kept");
});

test("a released message isn't counted, however often it comes", async () => {
  await send("jobs", { body: "again" });
  const receiver = openReceiver(connection, "jobs");
  for (let i = 0; i < 4; i++) {
    const { delivery } = await receiveBytes(receiver);
    await settleWith(delivery, (d) => d.release());
  }
  const message = await receiveOne(bus.client.createReceiver("jobs"));
  expect(message).toMatchObject({ body: "again", deliveryCount: 0 });
});

test("typed values keep their types, in what is sent and in what settlements add", async () => {
  const properties = {
    whole: types.wrap_int(42),
    fraction: types.wrap_float(1.5),
    long: types.wrap_long(Buffer.from("7fffffffffffffff", "hex")),
  };
  await send("jobs", { application_properties: properties, body: types.wrap_short(3) });
  const receiver = openReceiver(connection, "jobs");
  const deadLetters = openReceiver(connection, "jobs/$deadletterqueue");
  keepBytes(receiver);

  const sent = hexProperties(codec.encode({ application_properties: properties }));
  const first = await receiveBytes(receiver);
  expect(hexProperties(first.bytes)).toEqual(sent);
  const body = sectionValue(splitSections(first.bytes), Section.value);
  expect(body?.toString("hex")).toBe("610003");

  await settleWith(first.delivery, (delivery) =>
    delivery.modified({
      delivery_failed: true,
      message_annotations: { abandoned: types.wrap_int(1) },
    }),
  );
  const second = await receiveBytes(receiver);
  expect(hexProperties(second.bytes)).toEqual({ ...sent, abandoned: "5401" });

  await settleWith(second.delivery, (delivery) =>
    delivery.reject({
      condition: "com.microsoft:dead-letter",
      info: { DeadLetterReason: "R", rejected: types.wrap_int(2) },
    }),
  );
  const dead = await receiveBytes(deadLetters);
  expect(hexProperties(dead.bytes)).toEqual({
    ...sent,
    abandoned: "5401",
    rejected: "5402",
    DeadLetterReason: Buffer.concat([Buffer.from([0xb1, 0, 0, 0, 1]), Buffer.from("R")]).toString(
      "hex",
    ),
  });
});

test("what isn't AMQP, and what is malformed, does no harm to others", async () => {
  const garbage = connectSocket(bus.broker.port, "127.0.0.1");
  garbage.end("GET / HTTP/1.1\r\n\r\n");
  garbage.resume();
  await once(garbage, "close");

  const sender = connection.open_sender("jobs");
  await once(sender, "sendable");
  sender.send(Buffer.from("not a message"), undefined, 0);
  const [refused] = (await once(sender, "rejected")) as [EventContext];
  expect(refused.delivery?.remote_state).toMatchObject({
    error: { condition: "amqp:decode-error" },
  });
  await send("jobs", { body: "fine" });
  expect((await receiveOne(bus.client.createReceiver("jobs"))).body).toBe("fine");
});
