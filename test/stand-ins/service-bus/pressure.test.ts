import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import type { EventContext, Receiver } from "rhea";
import { VirtualClock } from "../../unit/service-bus/virtual-clock";
import { openConnection, openReceiver } from "./amqp-client";
import { connect, openNamespace, receiveOne, type LocalNamespace } from "./local-namespace";

const LOCK_MS = 60_000;
const AMQP_HEADER = Buffer.from("414d515000010000", "hex");
const SASL_HEADER = Buffer.from("414d515003010000", "hex");

let bus: LocalNamespace;
let clock: VirtualClock;
const warnings: string[] = [];
const noteWarning = (warning: Error): void => void warnings.push(warning.message);

beforeEach(async () => {
  clock = new VirtualClock();
  warnings.length = 0;
  process.on("warning", noteWarning);
  bus = await openNamespace({ clock, jobs: { maxDeliveryCount: 100, lockDurationMs: LOCK_MS } });
});
afterEach(async () => {
  process.off("warning", noteWarning);
  await bus.close();
});

async function send(count: number, size = 10): Promise<void> {
  const sender = bus.client.createSender("jobs");
  for (let n = 0; n < count; n++) await sender.sendMessages({ body: `${n}`.padEnd(size, ".") });
  await sender.close();
}

/** Takes everything that comes to an official client, until `count` have come. */
async function takeAll(count: number): Promise<number[]> {
  const receiver = bus.client.createReceiver("jobs", { receiveMode: "receiveAndDelete" });
  const bodies: number[] = [];
  while (bodies.length < count) {
    const message = await receiveOne(receiver);
    bodies.push(parseInt(String(message.body)));
  }
  return bodies.sort((a, b) => a - b);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

function arrivals(receiver: Receiver, count: number): Promise<void> {
  let arrived = 0;
  return new Promise((resolve) => {
    receiver.on("message", () => {
      if (++arrived === count) resolve();
    });
  });
}

test("a client that stops reading holds up nobody, and what it was given comes back", async () => {
  const lazy = await openConnection(bus.broker.port, { session_buffer_size: { incoming: 10_000 } });
  const hoarder = openReceiver(lazy, "jobs");
  await once(hoarder, "receiver_open");
  (lazy as unknown as { socket: Socket }).socket.pause();
  hoarder.add_credit(20);
  await send(60, 300_000);
  // The hoarder's credit is used up by then; all others come to whoever reads.
  const first = await takeAll(40);
  clock.advance(LOCK_MS);
  const second = await takeAll(20);
  expect([...first, ...second].sort((a, b) => a - b)).toEqual(numbers(60));
  (lazy as unknown as { socket: Socket }).socket.destroy();
});

test("a client whose window is full is given no more, however much credit it has", async () => {
  const lazy = await openConnection(bus.broker.port, { session_buffer_size: { incoming: 3 } });
  const hoarder = openReceiver(lazy, "jobs");
  await once(hoarder, "receiver_open");
  hoarder.add_credit(20);
  await new Promise(setImmediate);
  (lazy as unknown as { socket: Socket }).socket.pause();
  // Three fit into the hoarder's window, and the fourth waits for room in it; no more are kept for it.
  await send(10);
  expect(await takeAll(6)).toEqual([4, 5, 6, 7, 8, 9]);
  (lazy as unknown as { socket: Socket }).socket.destroy();
  clock.advance(LOCK_MS);
  expect(await takeAll(4)).toEqual([0, 1, 2, 3]);
});

test("receivers of one session whose window holds barely one message all go on", async () => {
  const connection = await openConnection(bus.broker.port, {
    // In frames; a message here has five.
    session_buffer_size: { incoming: 6 },
    max_frame_size: 65_536,
  });
  const receivers = [openReceiver(connection, "jobs"), openReceiver(connection, "jobs")];
  const bodies: number[] = [];
  const all = new Promise<void>((resolve) => {
    for (const receiver of receivers)
      receiver.on("message", ({ delivery, message }: EventContext) => {
        const { content } = message?.body as { content: Buffer };
        bodies.push(parseInt(String(JSON.parse(content.toString()))));
        delivery?.accept();
        if (bodies.length === 12) resolve();
      });
  });
  await send(12, 300_000);
  for (const receiver of receivers) receiver.add_credit(6);
  await all;
  expect(bodies.sort((a, b) => a - b)).toEqual(numbers(12));
  connection.close();
});

test("300 links on one connection, opened and closed, leave no listener behind", async () => {
  const connection = await openConnection(bus.broker.port);
  // Ours, not the broker's: this client shares the process.
  connection.setMaxListeners(0);
  for (let round = 0; round < 3; round++) {
    const links = Array.from({ length: 50 }, () => [
      openReceiver(connection, "jobs"),
      connection.open_sender("jobs"),
    ]).flat();
    await Promise.all(
      links.map((link) => once(link, link.is_sender() ? "sendable" : "receiver_open")),
    );
    for (const link of links) link.close();
    await Promise.all(
      links.map((link) => once(link, link.is_sender() ? "sender_close" : "receiver_close")),
    );
  }
  expect(warnings).toEqual([]);
  connection.close();
});

test("100 connections share the messages, and closing all of them at once loses none", async () => {
  const connections = await Promise.all(numbers(100).map(() => openConnection(bus.broker.port)));
  const receivers = connections.map((connection) => openReceiver(connection, "jobs"));
  const all = Promise.all(receivers.map((receiver) => arrivals(receiver, 1)));
  for (const receiver of receivers) receiver.add_credit(1);
  await send(100);
  await all;
  for (const connection of connections)
    (connection as unknown as { socket: Socket }).socket.destroy();
  clock.advance(LOCK_MS);
  expect(await takeAll(100)).toEqual(numbers(100));
});

test("a message of 20 MB is refused by name though the client doesn't keep to the limit", async () => {
  const connection = await openConnection(bus.broker.port);
  const sender = connection.open_sender("jobs");
  await once(sender, "sendable");
  const answer = once(sender, "rejected") as Promise<[EventContext]>;
  sender.send({ body: "x".repeat(20_000_000) });
  const [{ delivery }] = await answer;
  const { error } = delivery?.remote_state as { error: { condition: string; description: string } };
  expect(error).toMatchObject({
    condition: "amqp:link:message-size-exceeded",
    description: expect.stringContaining("1048576"),
  });
  // The link goes on.
  sender.send({ body: "small" });
  await once(sender, "accepted");
  connection.close();
});

/** Bytes of which a broker must not die; the last ones are different each time, and told. */
function* hostileBytes(): Generator<[name: string, bytes: Buffer]> {
  yield ["nothing", Buffer.alloc(0)];
  yield ["HTTP", Buffer.from("POST /jobs/messages HTTP/1.1\r\nHost: x\r\n\r\n")];
  yield ["half a header", AMQP_HEADER.subarray(0, 5)];
  yield ["another version", Buffer.from("414d515000020000", "hex")];
  yield ["a frame of 4 GB", Buffer.concat([AMQP_HEADER, Buffer.from("ffffffff02000000", "hex")])];
  yield [
    "a frame shorter than its header",
    Buffer.concat([AMQP_HEADER, Buffer.from("0000000302000000", "hex")]),
  ];
  yield ["SASL without a mechanism", Buffer.concat([SASL_HEADER, frame(1, "005341c003014000")])];
  yield ["a transfer before open", Buffer.concat([AMQP_HEADER, frame(0, "005314c0040243434300")])];
  yield ["deep nesting", Buffer.concat([AMQP_HEADER, frame(0, "00".repeat(5000))])];
  yield ["an unknown performative", Buffer.concat([AMQP_HEADER, frame(0, "0053ffc0020140")])];
  const random = generator(Number(process.env["RANDOM_CLIENT_SEED"] ?? 1));
  for (let n = 0; n < 60; n++) {
    const junk = Buffer.from(Array.from({ length: 200 }, () => random() & 0xff));
    const header = n % 2 ? AMQP_HEADER : SASL_HEADER;
    yield [
      `junk ${junk.toString("hex")}`,
      Buffer.concat([header, frame(n % 2 ? 0 : 1, junk.toString("hex"))]),
    ];
  }
}

function frame(type: number, hex: string): Buffer {
  const body = Buffer.from(hex, "hex");
  const header = Buffer.from([0, 0, 0, 0, 2, type, 0, 0]);
  header.writeUInt32BE(header.length + body.length);
  return Buffer.concat([header, body]);
}

/** The same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}

test("bytes that aren't AMQP end their own connection only", async () => {
  const witness = connect(bus.broker.port);
  const sender = witness.createSender("jobs");
  let count = 0;
  for (const [name, bytes] of hostileBytes()) {
    const socket = connectSocket(bus.broker.port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => undefined);
    socket.end(bytes);
    socket.resume();
    await once(socket, "close");
    count++;
    await sender.sendMessages({ body: `0 after ${name}` });
  }
  expect(await takeAll(count)).toHaveLength(count);
  await witness.close();
});
