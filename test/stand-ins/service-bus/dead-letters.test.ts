import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusClient } from "@azure/service-bus";
import { createDeadLetters } from "../../../src/azure/dead-letters";
import { connect } from "./local-namespace";
import { runServiceBus, type RunningProgram } from "./program";

const QUEUE = "publish-requests";

let directory: string;
let program: RunningProgram | undefined;
let client: ServiceBusClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
  program = await runServiceBus("--state", directory);
  client = connect(program.ready.port);
});
afterEach(async () => {
  await client.close();
  await program?.end("SIGKILL");
  rmSync(directory, { recursive: true });
});

/** Messages that the app couldn't admit, as many times as the queue delivers. */
async function deadLettered(...ids: string[]): Promise<void> {
  const sender = client.createSender(QUEUE);
  const receiver = client.createReceiver(QUEUE);
  for (const messageId of ids) {
    const body = Buffer.from(`{ "requestId" : "${messageId}" }`);
    const applicationProperties = { origin: "build" };
    await sender.sendMessages({
      messageId,
      body,
      contentType: "application/json",
      applicationProperties,
    });
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    if (message === undefined) throw new Error("the message didn't come");
    await receiver.deadLetterMessage(message, {
      deadLetterReason: "MaxDeliveryCountExceeded",
      deadLetterErrorDescription: "10 times",
    });
  }
  await Promise.all([sender.close(), receiver.close()]);
}

/** Everything in the queue, taken. */
async function taken() {
  const receiver = client.createReceiver(QUEUE, {
    receiveMode: "receiveAndDelete",
    skipParsingBodyAsJson: true,
  });
  const messages = await receiver.receiveMessages(10, { maxWaitTimeInMs: 1_000 });
  await receiver.close();
  return messages.map(({ messageId, body, contentType, applicationProperties }) => ({
    messageId,
    body: (body as Buffer).toString(),
    contentType,
    applicationProperties,
  }));
}

test("a dead letter goes back to the queue as it was sent but for its id, once, and the others stay", async () => {
  await deadLettered("one", "two", "three");
  const letters = createDeadLetters(client, QUEUE);
  const before = await letters.peek(10);
  expect(before.map(({ messageId, reason }) => [messageId, reason])).toEqual(
    ["one", "two", "three"].map((id) => [id, "MaxDeliveryCountExceeded"]),
  );
  const number = before[1]?.sequenceNumber ?? "";
  expect(await letters.sendBack(number)).toBe("sent");
  expect(await letters.sendBack(number)).toBe("gone");
  expect(await taken()).toEqual([
    {
      messageId: "redrive-2",
      body: '{ "requestId" : "two" }',
      contentType: "application/json",
      applicationProperties: { origin: "build", publishRequestId: "two" },
    },
  ]);
  expect((await letters.peek(10)).map(({ messageId }) => messageId)).toEqual(["one", "three"]);
});

test("of two who send it back at once one does", async () => {
  await deadLettered("one");
  const letters = createDeadLetters(client, QUEUE);
  const [{ sequenceNumber = "" } = {}] = await letters.peek(1);
  const answers = await Promise.all([
    letters.sendBack(sequenceNumber),
    letters.sendBack(sequenceNumber),
  ]);
  expect(answers.filter((answer) => answer === "sent")).toHaveLength(1);
  expect(await taken()).toHaveLength(1);
});

test("while somebody else holds a dead letter under its lock it is held, and stays", async () => {
  await deadLettered("one");
  const letters = createDeadLetters(client, QUEUE);
  const [{ sequenceNumber = "" } = {}] = await letters.peek(1);
  const other = client.createReceiver(QUEUE, { subQueueType: "deadLetter" });
  const [held] = await other.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  expect(await letters.sendBack(sequenceNumber)).toBe("held");
  if (held !== undefined) await other.abandonMessage(held);
  expect(await letters.sendBack(sequenceNumber)).toBe("sent");
});

test("a namespace that has stopped answering is told in time, and the dead letter is still there", async () => {
  await deadLettered("one");
  const [letter] = await createDeadLetters(client, QUEUE).peek(1);
  const letters = createDeadLetters(client, QUEUE, 300);
  program?.process.kill("SIGSTOP");
  try {
    await expect(letters.peek(1)).rejects.toThrow("no answer within 300 ms");
    await expect(letters.sendBack(letter?.sequenceNumber ?? "")).rejects.toThrow("no answer");
  } finally {
    program?.process.kill("SIGCONT");
  }
  const [still] = await createDeadLetters(client, QUEUE).peek(1);
  expect(still ?? (await taken())[0]).toMatchObject({ messageId: "one" });
});
