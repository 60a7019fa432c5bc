import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";
import { connect } from "./local-namespace";
import { failToStart, runServiceBus, type RunningProgram } from "./program";

const WORLD = `
subscriptions: []
serviceBus:
  queues:
    - name: scratch
    - { name: once, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: PT20S }
    - { name: brief, defaultMessageTimeToLive: PT1S, deadLetteringOnMessageExpiration: true }
  topics:
    - name: news
      requiresDuplicateDetection: true
      subscriptions:
        - name: everything
        - name: nothing
          rules: []
        - name: failed
          rules: [{ name: label, sqlFilter: { sqlExpression: "sys.Label = 'failed'" } }]
        - name: west
          rules:
            - name: region
              correlationFilter: { contentType: application/json, properties: { region: westus } }
            - name: all-regions
              correlationFilter: { properties: { regions: 40 } }
`;

let directory: string;
let program: RunningProgram | undefined;
let client: ServiceBusClient;

async function start(): Promise<void> {
  const world = join(directory, "world.yaml");
  writeFileSync(world, WORLD);
  program = await runServiceBus("--state", directory, "--world", world);
  client = connect(program.ready.port);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
  await start();
});
afterEach(async () => {
  await client.close();
  await program?.end("SIGKILL");
  rmSync(directory, { recursive: true });
});

/** Everything that is in a queue or subscription, in order. */
async function contentOf(queue: string, subscription?: string): Promise<unknown[]> {
  const receiver =
    subscription === undefined
      ? client.createReceiver(queue)
      : client.createReceiver(queue, subscription);
  const messages = await receiver.peekMessages(100);
  return messages.map(({ body }: ServiceBusReceivedMessage) => body as unknown);
}

test("queues of the world file stand beside the app's own", async () => {
  await client.createSender("scratch").sendMessages({ body: "mine" });
  await client.createSender("publish-requests").sendMessages({ body: "the app's" });
  expect(await contentOf("scratch")).toEqual(["mine"]);
  expect(await contentOf("publish-requests")).toEqual(["the app's"]);
});

test("a message id that came within the window is accepted and dropped, also after a kill", async () => {
  const sender = client.createSender("once");
  await sender.sendMessages([
    { body: 1, messageId: "a" },
    { body: 2, messageId: "a" },
    { body: 3, messageId: "b" },
  ]);
  await sender.scheduleMessages({ body: 4, messageId: "b" }, new Date(Date.now() + 60_000));
  // Without an id of its own each message gets a new one.
  await sender.sendMessages([{ body: 5 }, { body: 6 }]);
  expect(await contentOf("once")).toEqual([1, 3, 5, 6]);

  await client.close();
  await program?.end("SIGKILL");
  await start();
  await client.createSender("once").sendMessages({ body: 7, messageId: "b" });
  await client.createSender("scratch").sendMessages([
    { body: 1, messageId: "a" },
    { body: 2, messageId: "a" },
  ]);
  expect(await contentOf("once")).toEqual([1, 3, 5, 6]);
  expect(await contentOf("scratch")).toEqual([1, 2]);
});

test("a subscription gets what its rules select, each message once", async () => {
  await client.createSender("news").sendMessages([
    { body: "a", subject: "failed" },
    { body: "b", subject: "Failed", applicationProperties: { region: "westus" } },
    {
      body: "c",
      contentType: "application/json",
      applicationProperties: { region: "westus", regions: 40 },
    },
    { body: "d", applicationProperties: { regions: 40 } },
    { body: "e", messageId: "e" },
    { body: "e again", messageId: "e" },
  ]);
  expect(await contentOf("news", "everything")).toEqual(["a", "b", "c", "d", "e"]);
  expect(await contentOf("news", "nothing")).toEqual([]);
  expect(await contentOf("news", "failed")).toEqual(["a"]);
  expect(await contentOf("news", "west")).toEqual(["c", "d"]);
});

test("the queue's own time to live dead-letters what nobody took", async () => {
  await client.createSender("brief").sendMessages({ body: "stale", timeToLive: 3600_000 });
  const dead = client.createReceiver("brief", { subQueueType: "deadLetter" });
  const [message] = await dead.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(message).toMatchObject({ body: "stale", deadLetterReason: "TTLExpiredException" });
});

test("mistakes in the world file's section, and names that the app has, stop the start", async () => {
  const world = join(directory, "wrong.yaml");
  writeFileSync(world, "serviceBus:\n  queues:\n    - name: publish-requests\n      size: 3\n");
  const { code, stderr } = await failToStart("--in-memory", "--world", world);
  expect(code).toBe(2);
  expect(stderr).toContain(`${world}:3: 'publish-requests' is already defined in`);
  expect(stderr).toContain(`${world}:4: serviceBus.queues[0].size: unknown setting 'size'`);
});
