import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";
import { createDeadLetters } from "../../../src/azure/dead-letters";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { listFailures } from "../../../src/functions/read-failures";
import { redriveDeadLetter } from "../../../src/functions/redrive-dead-letter";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { managedImageExample } from "../../support/request-factory";
import { connect } from "./local-namespace";
import { runServiceBus, type RunningProgram } from "./program";

const QUEUE = "requests";
const DELIVERIES = 3;
const WORLD = `
subscriptions: []
serviceBus:
  queues:
    - name: ${QUEUE}
      maxDeliveryCount: ${DELIVERIES}
      deadLetteringOnMessageExpiration: true
      requiresDuplicateDetection: true
`;
const ADA = { who: "Ada", why: "storage is back" };
const BODY = JSON.stringify(managedImageExample());

let directory: string;
let program: RunningProgram | undefined;
let client: ServiceBusClient;
let app: FakeFunctionApp;
let handledMessages: ServiceBusReceivedMessage[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
  const world = join(directory, "world.yaml");
  writeFileSync(world, WORLD);
  program = await runServiceBus("--state", directory, "--world", world);
  client = connect(program.ready.port);
  handledMessages = [];
  app = createFakeFunctionApp();
  app.dependencies.deadLetters = createDeadLetters(client, QUEUE);
});
afterEach(async () => {
  await client.close();
  await program?.end("SIGKILL");
  rmSync(directory, { recursive: true });
});

const send = async (
  messageId: string,
  { publishRequestId, ...more }: { timeToLive?: number; publishRequestId?: string } = {},
): Promise<void> => {
  const sender = client.createSender(QUEUE);
  await sender.sendMessages({
    messageId,
    body: Buffer.from(BODY),
    applicationProperties: {
      origin: "build",
      ...(publishRequestId === undefined ? {} : { publishRequestId }),
    },
    ...more,
  });
  await sender.close();
};

/** Everything that comes from the queue, each handled by the trigger as the host does it. */
async function handle(most = 10): Promise<void> {
  const receiver = client.createReceiver(QUEUE, { skipParsingBodyAsJson: true });
  for (let handled = 0; handled < most; handled++) {
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 1_000 });
    if (message === undefined) break;
    handledMessages.push(message);
    await settle(message, receiver);
  }
  await receiver.close();
}

async function settle(
  message: ServiceBusReceivedMessage,
  receiver: ReturnType<ServiceBusClient["createReceiver"]>,
): Promise<void> {
  const { messageId, enqueuedTimeUtc, deliveryCount, applicationProperties } = message;
  const metadata = { messageId, enqueuedTimeUtc, deliveryCount, applicationProperties };
  try {
    await publishFromQueue(app.dependencies)(
      message.body,
      app.durable.client,
      invocation(metadata),
    );
    await receiver.completeMessage(message);
  } catch {
    await receiver.abandonMessage(message);
  }
}

const shown = async () => {
  const answer = await listFailures(app.dependencies)(httpRequest("failures"), invocation());
  return readAnswer(answer).body["deadLetters"] as {
    messageId: string;
    reason: string;
    body: string;
    deliveryCount: number;
    sequenceNumber: string;
    links: { redrive: string };
  }[];
};

const redrive = async (sequenceNumber: string): Promise<number | undefined> => {
  const request = httpRequest(`dead-letters/${sequenceNumber}/redrive`, {
    method: "POST",
    body: JSON.stringify(ADA),
    params: { sequenceNumber },
  });
  return readAnswer(await redriveDeadLetter(app.dependencies)(request, invocation())).status;
};

/** Makes a dead letter as the broker does. */
const WAYS: Record<string, { reason: string; make: (messageId: string) => Promise<void> }> = {
  "that couldn't be admitted as often as it is delivered": {
    reason: "MaxDeliveryCountExceeded",
    make: async (messageId) => {
      await send(messageId);
      app.away.add("documents");
      await handle(DELIVERIES);
      app.away.clear();
    },
  },
  "that has expired before anybody took it": {
    reason: "TTLExpiredException",
    make: async (messageId) => {
      await send(messageId, { timeToLive: 1 });
      await handle(1);
    },
  },
};

describe.each(Object.entries(WAYS))("a message %s", (_name, { reason, make }) => {
  it("shows up with reason and body, and is redriven to one run, however often that is asked", async () => {
    await make("m-1");
    const letters = await shown();
    expect(letters).toMatchObject([{ messageId: "m-1", reason, body: BODY.slice(0, 1000) }]);
    const [{ sequenceNumber, links } = { sequenceNumber: "", links: { redrive: "" } }] = letters;
    expect(links.redrive).toBe(`/api/dead-letters/${sequenceNumber}/redrive`);
    expect(app.durable.started).toEqual([]);

    const statuses = await Promise.all([redrive(sequenceNumber), redrive(sequenceNumber)]);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(await redrive(sequenceNumber)).toBe(404);
    await handle();
    expect(app.durable.started).toMatchObject([{ input: { requestId: "m-1" } }]);
    expect(await shown()).toEqual([]);
    const {
      timeToLive,
      applicationProperties,
      _rawAmqpMessage: raw,
    } = handledMessages.at(-1) ?? {};
    expect({ timeToLive, applicationProperties }).toEqual({
      applicationProperties: { origin: "build", publishRequestId: "m-1" },
    });
    expect(raw?.properties?.absoluteExpiryTime).toBeUndefined();
  }, 30_000);
});

test("a crash after the queue has taken the copy leaves both: redriven again, it is one message and one run", async () => {
  const { make } = WAYS["that couldn't be admitted as often as it is delivered"] ?? {};
  await make?.("m-1");
  const [letter] = await shown();
  // The copy is there, and the process gone before it could complete the letter.
  await send(`redrive-${letter?.sequenceNumber ?? ""}`, { publishRequestId: "m-1" });
  expect(await redrive(letter?.sequenceNumber ?? "")).toBe(202);
  handledMessages = [];
  await handle();
  expect(handledMessages).toHaveLength(1);
  expect(app.durable.started).toMatchObject([{ input: { requestId: "m-1" } }]);
  expect(await shown()).toEqual([]);
});

test("the sender's own second try is dropped, a dead letter that is sent back isn't", async () => {
  const { make } = WAYS["that couldn't be admitted as often as it is delivered"] ?? {};
  await make?.("m-1");
  handledMessages = [];
  await send("m-1");
  await handle();
  expect(handledMessages).toEqual([]);
  const [letter] = await shown();
  await redrive(letter?.sequenceNumber ?? "");
  await handle();
  expect(handledMessages).toHaveLength(1);
});

test("a dead letter that was sent back and failed again is shown with the id that it was first sent with", async () => {
  const { make } = WAYS["that couldn't be admitted as often as it is delivered"] ?? {};
  await make?.("m-1");
  const [letter] = await shown();
  await redrive(letter?.sequenceNumber ?? "");
  app.away.add("documents");
  await handle(DELIVERIES);
  expect(await shown()).toMatchObject([
    { messageId: `redrive-${letter?.sequenceNumber ?? ""}`, requestId: "m-1" },
  ]);
});
