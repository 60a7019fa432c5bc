import { readSource } from "../../../src/local/functions-host/service-bus-trigger";
import type { RegisteredFunction } from "../../../src/local/functions-host/function-app";

function receiver(options: Record<string, unknown>): RegisteredFunction {
  const trigger = { type: "serviceBusTrigger", direction: "in" as const, ...options };
  return {
    name: "onMessage",
    bindings: { message: trigger },
    trigger,
    triggerName: "message",
    callback: () => null,
  };
}

test.each([
  [{ queueName: "%QUEUE%" }, { queue: "requests" }],
  [{ queueName: "requests/$DeadLetterQueue" }, { queue: "requests", subQueue: "deadLetter" }],
  [
    { topicName: "outcomes", subscriptionName: "all" },
    { topic: "outcomes", subscription: "all" },
  ],
  [
    { topicName: "outcomes", subscriptionName: "all/$deadletterqueue" },
    { topic: "outcomes", subscription: "all", subQueue: "deadLetter" },
  ],
])("the trigger %j receives from %j", (options, source) => {
  expect(readSource(receiver(options), { QUEUE: "requests" })).toEqual(source);
});

test.each([
  [{ queueName: "q", isSessionsEnabled: true }, /isSessionsEnabled: true is not supported/],
  [{ queueName: "q", cardinality: "many" }, /cardinality: "many" is not supported/],
  [{ queueName: "q", autoCompleteMessages: false }, /autoCompleteMessages: false is not supported/],
  [{ queueName: "%MISSING%" }, /app setting MISSING/],
  [{ topicName: "outcomes" }, /neither a queue nor a topic with a subscription/],
])("the trigger %j is refused by name", (options, message) => {
  expect(() => readSource(receiver(options), {})).toThrow(message);
});
