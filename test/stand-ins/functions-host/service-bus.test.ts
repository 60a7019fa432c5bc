import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { startProgram, type ProgramUnderTest } from "../stack/program-under-test";
import {
  cleanUp,
  eventually,
  newDirectory,
  send,
  startHost,
  type HostUnderTest,
} from "./host-under-test";

const CONFIG = `
queues:
  - { name: requests, lockDuration: PT2S, maxDeliveryCount: 2 }
topics:
  - { name: events, subscriptions: [{ name: all }] }
`;

let directory: string;
let broker: ProgramUnderTest;
let client: ServiceBusClient;
let host: HostUnderTest;

function startBroker(port = "0"): Promise<ProgramUnderTest> {
  return startProgram("service-bus", [
    ...["--config", join(directory, "config.yaml"), "--state", join(directory, "bus")],
    ...["--port", port],
  ]);
}

function startApp(): Promise<HostUnderTest> {
  return startHost({
    app: "messages",
    settings: { ServiceBus: broker.facts.connectionString ?? "", QUEUE_NAME: "requests" },
  });
}

interface Seen {
  message: { n?: number };
  metadata?: Record<string, unknown>;
  /** Invocations that ran when this one began, itself among them. */
  running?: number;
}

async function seen(n: number): Promise<Seen[]> {
  const { body } = await send(host.facts.url, { path: "/api/seen" });
  // Empty while the app's process is replaced.
  const all = JSON.parse(body || "[]") as Seen[];
  return all.filter(({ message }) => message.n === n);
}

async function sendTo(entity: string, body: unknown, more = {}): Promise<void> {
  const sender = client.createSender(entity);
  await sender.sendMessages({ body, ...more });
  await sender.close();
}

/** By a client of its own each time: a client that has peeked goes on behind what it saw. */
async function countInQueue(): Promise<number> {
  const counting = new ServiceBusClient(broker.facts.connectionString ?? "");
  const messages = await counting.createReceiver("requests").peekMessages(10);
  await counting.close();
  return messages.length;
}

beforeAll(async () => {
  directory = newDirectory();
  writeFileSync(join(directory, "config.yaml"), CONFIG);
  broker = await startBroker();
  client = new ServiceBusClient(broker.facts.connectionString ?? "", {
    retryOptions: { retryDelayInMs: 200 },
  });
  host = await startApp();
});

afterAll(async () => {
  await client.close();
  await broker.stop();
  cleanUp();
});

test("a message is handed over parsed, with its metadata, and completed", async () => {
  await sendTo(
    "requests",
    { n: 1, image: { name: "x" } },
    { messageId: "m-1", subject: "publish" },
  );
  const [first] = await eventually(
    () => seen(1),
    ({ length }) => length === 1,
  );
  expect(first?.message).toEqual({ n: 1, image: { name: "x" } });
  expect(first?.metadata).toMatchObject({
    messageId: "m-1",
    subject: "publish",
    label: "publish",
    deliveryCount: 1,
    sequenceNumber: expect.any(Number),
    lockToken: expect.any(String),
    applicationProperties: {},
    n: 1,
    image: { name: "x" },
  });
  expect(first?.metadata).not.toHaveProperty("correlationId");
  expect(first?.metadata?.enqueuedTime).toMatch(/^\d{4}-.*\+00:00$/);

  // Sooner than its lock of 2 s ends: otherwise it would only be gone after too many deliveries.
  await eventually(countInQueue, (count) => count === 0, 1000);
});

test("a message that the function throws on is delivered again, then dead-lettered", async () => {
  await sendTo("requests", { n: 2, fail: true });
  const receiver = client.createReceiver("requests", { subQueueType: "deadLetter" });
  const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(dead?.body).toEqual({ n: 2, fail: true });
  if (dead) await receiver.completeMessage(dead);
  await receiver.close();
  const deliveries = (await seen(2)).map(({ metadata }) => metadata?.deliveryCount);
  expect(deliveries).toEqual([1, 2]);
});

test("a body that is no section of bytes is not taken for an empty one, but dead-lettered", async () => {
  const sender = client.createSender("requests");
  await sender.sendMessages({ bodyType: "value", body: 7 });
  await sender.close();
  const receiver = client.createReceiver("requests", { subQueueType: "deadLetter" });
  const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(dead?.body).toBe(7);
  if (dead) await receiver.completeMessage(dead);
  await receiver.close();
});

test("a subscription of a topic is received from", async () => {
  await sendTo("events", { n: 3 });
  await eventually(
    () => seen(3),
    ({ length }) => length === 1,
  );
});

test.each([
  ["is killed", "SIGKILL", 4],
  ["stops and can't wait for it any longer", "SIGTERM", 8],
] as const)(
  "a message under way when the host %s is handled by the next host",
  async (_, signal, n) => {
    await sendTo("requests", { n, hang: true });
    await eventually(
      () => seen(n),
      ({ length }) => length === 1,
    );
    expect(await host.end(signal)).toBe(signal === "SIGTERM" ? 0 : null);
    host = await startApp();
    const [again] = await eventually(
      () => seen(n),
      ({ length }) => length === 1,
    );
    expect(again?.metadata).toMatchObject({ deliveryCount: 2 });
  },
);

test("a message under way when the app's process is killed is handled by the next process", async () => {
  await sendTo("requests", { n: 9, hang: true });
  await eventually(
    () => seen(9),
    ({ length }) => length === 1,
  );
  process.kill(host.facts.workerPid, "SIGKILL");
  const [again] = await eventually(
    () => seen(9),
    ([first]) => first?.metadata?.deliveryCount === 2,
  );
  expect(again?.message).toMatchObject({ n: 9 });
});

test("a message under way when the host is told to stop is completed before it ends", async () => {
  await sendTo("requests", { n: 6, slowMs: 1500 });
  await eventually(
    () => seen(6),
    ({ length }) => length === 1,
  );
  expect(await countInQueue()).toBe(1);
  expect(await host.end("SIGTERM")).toBe(0);
  expect(await countInQueue()).toBe(0);
  host = await startApp();
});

test("after an outage messages arrive again within seconds, and no more at one time than before", async () => {
  // The host is connected: the client can stay deaf for a minute when it loses its first connection.
  await sendTo("requests", { n: 7 });
  await eventually(
    () => seen(7),
    ({ length }) => length === 1,
  );
  const { port } = broker.facts;
  await broker.stop();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  broker = await startBroker(String(port));
  const from = Date.now();
  const sender = client.createSender("requests");
  await sender.sendMessages(Array.from({ length: 16 }, () => ({ body: { n: 5, slowMs: 200 } })));
  await sender.close();
  const handled = await eventually(
    () => seen(5),
    ({ length }) => length === 16,
  );
  expect(Date.now() - from).toBeLessThan(5000);
  // As many as host.json of the app allows.
  expect(Math.max(...handled.map(({ running }) => running ?? 0))).toBe(4);
});
