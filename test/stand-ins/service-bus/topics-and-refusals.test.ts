import { ServiceBusClient } from "@azure/service-bus";
import { connectionString } from "../../../src/local/service-bus/broker";
import { openNamespace, receiveOne, type LocalNamespace } from "./local-namespace";

let bus: LocalNamespace;
beforeAll(async () => {
  bus = await openNamespace();
});
afterAll(() => bus.close());

describe("a topic", () => {
  test("each subscription gets its own copy, and settles it alone", async () => {
    await bus.client.createSender("events").sendMessages([{ body: 1 }, { body: 2 }]);
    const all = bus.client.createReceiver("Events", "ALL");
    const audit = bus.client.createReceiver("events", "audit");
    for (const body of [1, 2]) {
      const message = await receiveOne(all);
      expect(message.body).toBe(body);
      await all.completeMessage(message);
    }
    const copies = [await receiveOne(audit), await receiveOne(audit)];
    expect(copies.map(({ body }) => body as number)).toEqual([1, 2]);
    for (const copy of copies) await audit.deadLetterMessage(copy);
    const dead = bus.client.createReceiver("events", "audit", { subQueueType: "deadLetter" });
    expect(await receiveOne(dead)).toMatchObject({
      body: 1,
      deadLetterSource: "Events/Subscriptions/audit",
    });
    expect(await all.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });

  test("a message scheduled on it reaches all subscriptions when it is due", async () => {
    const sender = bus.client.createSender("events");
    const due = new Date(Date.now() + 300);
    const numbers = await sender.scheduleMessages([{ body: "due" }, { body: "cancelled" }], due);
    await sender.cancelScheduledMessages(numbers.slice(1));
    for (const subscription of ["all", "audit"]) {
      const message = await receiveOne(bus.client.createReceiver("events", subscription));
      expect(message.body).toBe("due");
      expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
    }
  });
});

describe("what isn't there is refused by name", () => {
  test("an unknown queue, for sending, receiving and peeking", async () => {
    const missing = {
      code: "MessagingEntityNotFound",
      message: expect.stringContaining("'nowhere'"),
    };
    const receiver = bus.client.createReceiver("nowhere");
    await expect(
      bus.client.createSender("nowhere").sendMessages({ body: 1 }),
    ).rejects.toMatchObject(missing);
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject(missing);
    await expect(receiver.peekMessages(1)).rejects.toMatchObject(missing);
  });

  test("an unknown subscription", async () => {
    await expect(
      bus.client.createReceiver("events", "nobody").receiveMessages(1),
    ).rejects.toMatchObject({
      code: "MessagingEntityNotFound",
      message: expect.stringContaining("events/Subscriptions/nobody"),
    });
  });

  test("sessions", async () => {
    await expect(bus.client.acceptNextSession("jobs")).rejects.toThrow(
      /Sessions are not supported by the local Service Bus/,
    );
    // Here the client has a text of its own.
    await expect(bus.client.acceptSession("jobs", "s1")).rejects.toMatchObject({
      code: "SessionCannotBeLocked",
    });
  });

  test("receiving from a topic, and sending to a dead-letter queue", async () => {
    await expect(bus.client.createReceiver("events").receiveMessages(1)).rejects.toThrow(
      /can't be received from the topic 'Events'/,
    );
    await expect(
      bus.client.createSender("jobs/$DeadLetterQueue").sendMessages({ body: 1 }),
    ).rejects.toThrow(/can't be sent to 'jobs\/\$DeadLetterQueue'/);
  });

  test("rules", async () => {
    const rules = bus.client.createRuleManager("events", "all");
    await expect(rules.createRule("mine", { sqlExpression: "1=1" })).rejects.toThrow(
      /'com.microsoft:add-rule' is not supported/,
    );
  });
});

test("any key is good", async () => {
  const client = new ServiceBusClient(
    connectionString(bus.broker.port).replace("SharedAccessKey=local", "SharedAccessKey=other"),
  );
  await client.createSender("jobs").sendMessages({ body: "hello" });
  expect((await receiveOne(client.createReceiver("jobs"))).body).toBe("hello");
  await client.close();
});
