import type { ServiceBusClient } from "@azure/service-bus";
import Long from "long";
import { createDeadLetters } from "../../../src/azure/dead-letters";

interface Copy {
  properties: object;
  applicationProperties: object;
}

/** A dead-letter queue with one message; what is done to queue and message, in its order. */
function withOne(send: (copy: Copy) => Promise<void>, applicationProperties: object = {}) {
  const done: string[] = [];
  const sent = { properties: { messageId: "m-1", subject: "s" }, applicationProperties };
  const message = {
    sequenceNumber: Long.fromNumber(7),
    messageId: "m-1",
    body: "",
    _rawAmqpMessage: sent,
  };
  const step = (name: string) => async (): Promise<void> => void done.push(name);
  const receiver = {
    receiveMessages: async () => [message],
    peekMessages: async () => [message],
    completeMessage: step("completed"),
    abandonMessage: step("abandoned"),
    close: async () => undefined,
  };
  const sender = {
    sendMessages: async (copy: Copy) => {
      await send(copy);
      done.push("sent");
    },
    close: async () => undefined,
  };
  const client = { createReceiver: () => receiver, createSender: () => sender };
  const deadLetters = createDeadLetters(client as unknown as ServiceBusClient, "publish-requests");
  return { deadLetters, done };
}

test("a dead letter is completed once the queue has taken its copy, and not before", async () => {
  const { deadLetters, done } = withOne(async () => undefined);
  expect(await deadLetters.sendBack("7")).toBe("sent");
  expect(done).toEqual(["sent", "completed"]);
});

test("a dead letter whose copy the queue doesn't take stays where it is", async () => {
  const { deadLetters, done } = withOne(() => Promise.reject(new Error("the queue is full")));
  await expect(deadLetters.sendBack("7")).rejects.toThrow("the queue is full");
  expect(done).toEqual([]);
});

test.each([
  ["of a request's own message", {}, "m-1"],
  ["of a copy that has failed again", { publishRequestId: "m-0" }, "m-0"],
])(
  "the copy %s has a MessageId that the queue hasn't seen, and the request's id beside it",
  async (_of, own, requestId) => {
    const copies: Copy[] = [];
    const { deadLetters } = withOne(async (copy) => void copies.push(copy), {
      ...own,
      origin: "build",
    });
    await deadLetters.sendBack("7");
    expect(copies).toMatchObject([
      {
        properties: { messageId: "redrive-7", subject: "s" },
        applicationProperties: { publishRequestId: requestId, origin: "build" },
      },
    ]);
  },
);
