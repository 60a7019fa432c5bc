import { once } from "node:events";
import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { Delivery, EventContext } from "rhea";
import { VirtualClock } from "../../unit/service-bus/virtual-clock";
import { openConnection, openReceiver } from "./amqp-client";
import { openNamespace, type LocalNamespace } from "./local-namespace";

let bus: LocalNamespace;
let clock: VirtualClock;
beforeEach(async () => {
  clock = new VirtualClock();
  bus = await openNamespace({ clock, jobs: { maxDeliveryCount: 100 } });
});
afterEach(() => bus.close());

async function send(count: number, first = 0): Promise<void> {
  const sender = bus.client.createSender("jobs");
  const batch = await sender.createMessageBatch();
  for (let n = 0; n < count; n++) expect(batch.tryAddMessage({ body: first + n })).toBe(true);
  await sender.sendMessages(batch);
}

test("a batch of 500 arrives in order", async () => {
  await send(500);
  const receiver = bus.client.createReceiver("jobs", { receiveMode: "receiveAndDelete" });
  const bodies: unknown[] = [];
  while (bodies.length < 500) {
    const some = await receiver.receiveMessages(500, { maxWaitTimeInMs: 5000 });
    bodies.push(...some.map(({ body }) => body as unknown));
  }
  expect(bodies).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

test("of 1,000 messages each is handled by exactly one of 16 concurrent receivers", async () => {
  const seen: number[] = [];
  const perReceiver = new Map<number, number>();
  const errors: unknown[] = [];
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  for (let index = 0; index < 16; index++)
    bus.client.createReceiver("jobs").subscribe(
      {
        async processMessage({ body }: ServiceBusReceivedMessage) {
          seen.push(body as number);
          perReceiver.set(index, (perReceiver.get(index) ?? 0) + 1);
          if (seen.length === 1000) finish();
        },
        async processError({ error }) {
          errors.push(error);
        },
      },
      { maxConcurrentCalls: 2 },
    );
  await send(500);
  await send(500, 500);
  await finished;
  expect(errors).toEqual([]);
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  expect(perReceiver.size).toBe(16);
});

test("a client whose window is smaller than a message gets all of them, and then drains", async () => {
  const sender = bus.client.createSender("jobs");
  for (let n = 0; n < 10; n++) await sender.sendMessages({ body: `${n}`.repeat(400_000) });
  const connection = await openConnection(bus.broker.port, {
    session_buffer_size: { incoming: 3 },
  });
  const receiver = openReceiver(connection, "jobs");
  const digits: string[] = [];
  receiver.on("message", ({ delivery, message }: EventContext) => {
    const body = (message?.body as { content: Buffer }).content.toString();
    expect(body).toHaveLength(400_002);
    digits.push(body.charAt(1));
    delivery?.accept();
  });
  const drained = once(receiver, "receiver_drained");
  receiver.add_credit(30);
  receiver.drain_credit();
  await drained;
  expect(digits).toEqual([..."0123456789"]);
  connection.close();
});

test("3,000 deliveries that nobody ever settles don't block their session", async () => {
  const connection = await openConnection(bus.broker.port, {
    session_buffer_size: { incoming: 10_000 },
  });
  const receiver = openReceiver(connection, "jobs");
  const deliveries: Delivery[] = [];
  let arrived = (): void => undefined;
  receiver.on("message", ({ delivery }: EventContext) => {
    if (delivery) deliveries.push(delivery);
    if (deliveries.length % 1000 === 0) arrived();
  });
  await send(500);
  await send(500);
  for (let round = 1; round <= 3; round++) {
    const all = new Promise<void>((resolve) => (arrived = resolve));
    receiver.add_credit(1000);
    await all;
    expect(deliveries).toHaveLength(round * 1000);
    clock.advance(60_000);
  }
  // A settlement that comes too late is still answered, though the broker has let the delivery go.
  const answer = new Promise<EventContext>((resolve) => receiver.once("settled", resolve));
  deliveries[0]?.accept();
  const outcome = (await answer).delivery?.remote_state as { error?: { condition: string } };
  expect(outcome.error?.condition).toBe("com.microsoft:message-lock-lost");
  connection.close();
});
