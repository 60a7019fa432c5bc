import type { ServiceBusClient } from "@azure/service-bus";
import Long from "long";
import { createDeadLetters } from "../../../src/azure/dead-letters";

/** A dead-letter queue with one message; what is done to queue and message, in its order. */
function withOne(send: () => Promise<void>) {
  const done: string[] = [];
  const message = { sequenceNumber: Long.fromNumber(7), body: "", _rawAmqpMessage: {} };
  const step = (name: string) => async (): Promise<void> => void done.push(name);
  const receiver = {
    receiveMessages: async () => [message],
    peekMessages: async () => [message],
    completeMessage: step("completed"),
    abandonMessage: step("abandoned"),
    close: async () => undefined,
  };
  const sender = {
    sendMessages: async () => {
      await send();
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
