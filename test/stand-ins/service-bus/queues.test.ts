import type { ServiceBusReceiver, ServiceBusSender } from "@azure/service-bus";
import Long from "long";
import { VirtualClock } from "../../unit/service-bus/virtual-clock";
import { openNamespace, receiveOne, type LocalNamespace } from "./local-namespace";

describe("a queue of the local Service Bus, used through @azure/service-bus", () => {
  let clock: VirtualClock;
  let bus: LocalNamespace;
  let sender: ServiceBusSender;
  let receiver: ServiceBusReceiver;
  let deadLetters: ServiceBusReceiver;

  beforeEach(async () => {
    clock = new VirtualClock();
    bus = await openNamespace({ clock });
    sender = bus.client.createSender("jobs");
    // Renewing by itself would hide when a lock ends.
    receiver = bus.client.createReceiver("jobs", { maxAutoLockRenewalDurationInMs: 0 });
    deadLetters = bus.client.createReceiver("jobs", { subQueueType: "deadLetter" });
  });

  afterEach(() => bus.close());

  const isEmpty = async (from: ServiceBusReceiver): Promise<boolean> =>
    (await from.receiveMessages(1, { maxWaitTimeInMs: 50 })).length === 0 &&
    (await from.peekMessages(1, { fromSequenceNumber: Long.ZERO })).length === 0;

  test("a completed message is gone, and everything the sender said has arrived", async () => {
    const sent = {
      body: { image: "ubuntu" },
      messageId: "m1",
      contentType: "application/json",
      subject: "publish",
      correlationId: "c1",
      to: "somebody",
      replyTo: "back",
      sessionId: "s1",
      partitionKey: "s1",
      timeToLive: 90_000,
      applicationProperties: { text: "x", whole: 3, fraction: 1.5, flag: true, none: null },
    };
    await sender.sendMessages(sent);

    const message = await receiveOne(receiver);
    expect(message).toMatchObject(sent);
    expect(message).toMatchObject({ deliveryCount: 0, state: "active" });
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(message.lockToken).toMatch(/^[0-9a-f-]{36}$/);
    expect(message.enqueuedTimeUtc?.getTime()).toBe(clock.now());
    expect(message.lockedUntilUtc?.getTime()).toBe(clock.now() + 60_000);
    expect(message.expiresAtUtc?.getTime()).toBe(clock.now() + 90_000);

    await receiver.completeMessage(message);
    expect(await isEmpty(receiver)).toBe(true);
  });

  test("bodies and numbers keep their types", async () => {
    const applicationProperties = { large: 2 ** 40, negative: -5, tiny: 1e-9, zero: 0 };
    await sender.sendMessages({ body: [1, "two", { three: 3 }], applicationProperties });
    const message = await receiveOne(receiver);
    expect(message.body).toEqual([1, "two", { three: 3 }]);
    expect(message.applicationProperties).toEqual(applicationProperties);
  });

  test("a message without an id gets one", async () => {
    await sender.sendMessages({ body: "anonymous" });
    expect((await receiveOne(receiver)).messageId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("names ignore letter case", async () => {
    await bus.client.createSender("JOBS").sendMessages({ body: "loud" });
    expect((await receiveOne(receiver)).body).toBe("loud");
  });

  test("an abandoned message comes back first, counted and with its changed properties", async () => {
    await sender.sendMessages([{ body: "first", applicationProperties: { kept: 1 } }, { body: 2 }]);
    await receiver.abandonMessage(await receiveOne(receiver), { why: "busy" });
    const again = await receiveOne(receiver);
    expect(again).toMatchObject({ body: "first", deliveryCount: 1 });
    expect(again.applicationProperties).toEqual({ kept: 1, why: "busy" });
  });

  test("a message that failed as often as allowed is dead-lettered", async () => {
    await sender.sendMessages({ body: "poison" });
    const counts: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      const message = await receiveOne(receiver);
      counts.push(message.deliveryCount);
      await receiver.abandonMessage(message);
    }
    expect(counts).toEqual([0, 1, 2]);
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      body: "poison",
      deliveryCount: 3,
      deadLetterReason: "MaxDeliveryCountExceeded",
      deadLetterErrorDescription: "Message could not be consumed after 3 delivery attempts.",
      deadLetterSource: "jobs",
    });
    expect(await isEmpty(receiver)).toBe(true);
    await deadLetters.completeMessage(dead);
    expect(await isEmpty(deadLetters)).toBe(true);
  });

  test("a message can be dead-lettered with a reason and properties", async () => {
    await sender.sendMessages({ body: "bad", applicationProperties: { kept: "yes" } });
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: "NotAdmitted",
      deadLetterErrorDescription: "targetRegions is empty",
      problems: 2,
    });
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      deadLetterReason: "NotAdmitted",
      deadLetterErrorDescription: "targetRegions is empty",
      deliveryCount: 0,
    });
    expect(dead.applicationProperties).toMatchObject({ kept: "yes", problems: 2 });
  });

  test("when its lock expires a message is delivered again, and the late receiver is told", async () => {
    await sender.sendMessages({ body: "slow" });
    const first = await receiveOne(receiver);
    clock.advance(59_999);
    const renewedUntil = await receiver.renewMessageLock(first);
    expect(renewedUntil.getTime()).toBe(clock.now() + 60_000);
    clock.advance(59_999);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
    clock.advance(1);

    const second = await receiveOne(receiver);
    expect(second).toMatchObject({ body: "slow", deliveryCount: 1 });
    expect(second.lockToken).not.toBe(first.lockToken);
    const lost = { code: "MessageLockLost" };
    await expect(receiver.completeMessage(first)).rejects.toMatchObject(lost);
    await expect(receiver.renewMessageLock(first)).rejects.toMatchObject(lost);
    await receiver.completeMessage(second);
  });

  test("a scheduled message comes when it is due, unless it is cancelled", async () => {
    const due = new Date(clock.now() + 3600_000);
    const numbers = await sender.scheduleMessages([{ body: "later" }, { body: "never" }], due);
    await sender.cancelScheduledMessages(numbers[1] ?? Long.ZERO);
    await sender.sendMessages({ body: "as a property", scheduledEnqueueTimeUtc: due });
    const peeked = await receiver.peekMessages(10);
    expect(peeked.map(({ body, state }) => [body as string, state])).toEqual([
      ["later", "scheduled"],
      ["as a property", "scheduled"],
    ]);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);

    clock.advance(3600_000);
    const received = [await receiveOne(receiver), await receiveOne(receiver)];
    expect(received.map(({ body }) => body as string)).toEqual(["later", "as a property"]);
    await expect(sender.cancelScheduledMessages(numbers[1] ?? Long.ZERO)).rejects.toMatchObject({
      code: "MessageNotFound",
    });
  });

  test("peeking shows messages in any state and takes none", async () => {
    await sender.sendMessages([{ body: "locked" }, { body: "free" }]);
    await receiveOne(receiver);
    const bodies = async (from: number): Promise<unknown[]> =>
      (await receiver.peekMessages(10, { fromSequenceNumber: Long.fromNumber(from) })).map(
        ({ body }) => body as unknown,
      );
    expect(await bodies(1)).toEqual(["locked", "free"]);
    expect(await bodies(2)).toEqual(["free"]);
    expect((await receiveOne(receiver)).body).toBe("free");
  });

  test("a deferred message comes by its number only, until it is settled", async () => {
    await sender.sendMessages({ body: "aside" });
    const message = await receiveOne(receiver);
    const number = message.sequenceNumber ?? Long.ZERO;
    await receiver.deferMessage(message, { step: 1 });
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);

    const [deferred] = await receiver.receiveDeferredMessages(number);
    expect(deferred).toMatchObject({
      body: "aside",
      state: "deferred",
      deliveryCount: 1,
      applicationProperties: { step: 1 },
    });
    if (!deferred) throw new Error("unreachable");
    await receiver.abandonMessage(deferred);
    const [again] = await receiver.receiveDeferredMessages(number);
    expect(again).toMatchObject({ deliveryCount: 2 });
    if (!again) throw new Error("unreachable");
    await receiver.completeMessage(again);
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({
      code: "MessageNotFound",
    });
    expect(await isEmpty(receiver)).toBe(true);
  });

  test("an expired message goes to the dead-letter queue", async () => {
    await sender.sendMessages({ body: "stale", timeToLive: 1000 });
    clock.advance(1000);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
    expect((await receiveOne(deadLetters)).deadLetterReason).toBe("TTLExpiredException");
  });

  test("receive-and-delete leaves nothing behind", async () => {
    await sender.sendMessages({ body: "once" });
    const taker = bus.client.createReceiver("jobs", { receiveMode: "receiveAndDelete" });
    expect((await receiveOne(taker)).body).toBe("once");
    clock.advance(3600_000);
    expect(await isEmpty(receiver)).toBe(true);
  });

  test("a message of 600 kB arrives whole, one beyond the limit is refused", async () => {
    const body = "0123456789".repeat(60_000);
    await sender.sendMessages({ body });
    expect((await receiveOne(receiver)).body === body).toBe(true);
    await expect(sender.sendMessages({ body: body + body })).rejects.toMatchObject({
      code: "MessageSizeExceeded",
    });
  });
});
