import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusClient } from "@azure/service-bus";
import { connect, receiveOne } from "./local-namespace";
import { failToStart, runServiceBus, type RunningProgram } from "./program";

let directory: string;
let program: RunningProgram | undefined;
const clients: ServiceBusClient[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await program?.end("SIGKILL");
  program = undefined;
  rmSync(directory, { recursive: true });
});

async function start(...args: string[]): Promise<ServiceBusClient> {
  program = await runServiceBus(...args);
  // After a reconnect the client keeps a timer for its whole timeout, and with it this process.
  const client = connect(program.ready.port, 10, 1500);
  clients.push(client);
  return client;
}

test.each(["SIGTERM", "SIGKILL"] as const)(
  "after %s and a new start every accepted message is there, with its count",
  async (signal) => {
    const before = await start("--state", directory);
    const sender = before.createSender("publish-requests");
    await sender.sendMessages([{ body: "abandoned" }, { body: "completed" }, { body: "locked" }]);
    await sender.scheduleMessages({ body: "scheduled" }, new Date(Date.now() + 700));
    await before.createSender("publication-events").sendMessages({ body: "event" });
    const receiver = before.createReceiver("publish-requests");
    await receiver.abandonMessage(await receiveOne(receiver));
    const held = [
      await receiveOne(receiver),
      await receiveOne(receiver),
      await receiveOne(receiver),
    ];
    expect(held.map(({ body }) => body as string)).toEqual(["abandoned", "completed", "locked"]);
    if (held[1]) await receiver.completeMessage(held[1]);
    await program?.end(signal);

    const after = await start("--state", directory);
    const again = after.createReceiver("publish-requests");
    const received = [await receiveOne(again), await receiveOne(again), await receiveOne(again)];
    expect(received.map(({ body, deliveryCount }) => [body as string, deliveryCount])).toEqual([
      ["abandoned", 1],
      ["locked", 0],
      ["scheduled", 0],
    ]);
    const event = await receiveOne(after.createReceiver("publication-events", "all"));
    expect(event.body).toBe("event");
  },
);

test("without state a restart begins empty", async () => {
  const client = await start("--in-memory");
  await client.createSender("publish-requests").sendMessages({ body: "lost" });
  await program?.end("SIGTERM");
  const receiver = (await start("--in-memory")).createReceiver("publish-requests");
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).toEqual([]);
});

test("senders and receivers go on by themselves after a restart on the same port", async () => {
  const client = await start("--state", directory);
  const port = String(program?.ready.port);
  const waiting = new Map<string, () => void>();
  const arrival = (body: string): Promise<void> =>
    new Promise((resolve) => waiting.set(body, resolve));
  const receiving = client.createReceiver("publish-requests").subscribe({
    async processMessage({ body }) {
      waiting.get(body as string)?.();
    },
    async processError() {
      // The restart is one: the client repeats by itself.
    },
  });
  const sender = client.createSender("publish-requests");
  const before = arrival("before");
  await sender.sendMessages({ body: "before" });
  await before;

  await program?.end("SIGKILL");
  program = await runServiceBus("--state", directory, "--port", port);
  const after = arrival("after");
  await sender.sendMessages({ body: "after" });
  await after;
  await receiving.close();
});

test("a second Service Bus on the same messages, or on the same port, says why it can't start", async () => {
  await start("--state", directory);
  const same = await failToStart("--state", directory);
  expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining(directory) });
  const port = String(program?.ready.port);
  const taken = await failToStart("--in-memory", "--port", port);
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port}`) });
});

test("the sample configuration is what it has without one; mistakes are listed with their lines", async () => {
  const client = await start("--in-memory", "--config", "samples/service-bus.yaml");
  await client.createSender("publish-requests").sendMessages({ body: 1 });
  await client.createSender("publication-events").sendMessages({ body: 2 });
  expect((await receiveOne(client.createReceiver("publication-events", "all"))).body).toBe(2);

  const file = join(directory, "wrong.yaml");
  writeFileSync(file, "queues:\n  - name: a\n    lockDuration: soon\n  - nam: b\n");
  const { code, stderr } = await failToStart("--in-memory", "--config", file);
  expect(code).toBe(2);
  expect(stderr).toContain(`${file}:3: queues[0].lockDuration`);
  expect(stderr).toContain(`${file}:4: queues[1].nam: unknown setting 'nam'`);
});
