import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSender,
} from "@azure/service-bus";
import Long from "long";
import { QueueModel, type ModelLock, type Seen } from "./queue-model";
import type { Settlement, Step } from "./steps";

/** A broker that can end at any moment and come back with what it has stored. */
export interface BrokerUnderTest {
  nowMs: number;
  client: ServiceBusClient;
  pass(ms: number): void;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const QUEUE = "jobs";
const PEEK_AT_ONCE = 250;

interface Links {
  sender: ServiceBusSender;
  receiver: ServiceBusReceiver;
  deadLetters: ServiceBusReceiver;
}

interface Held {
  message: ServiceBusReceivedMessage;
  lock: ModelLock;
  /** Whose link it came over; a deferred message comes over none. */
  link?: ServiceBusReceiver;
}

/** Does steps with a real client, and compares what it sees with the model after each of them. */
export class RandomClient {
  readonly #model: QueueModel;
  readonly #held: Held[] = [];
  #links: Links | undefined;

  private constructor(
    private readonly broker: BrokerUnderTest,
    private readonly count: (what: string) => void,
  ) {
    this.#model = new QueueModel(broker.nowMs);
  }

  /** @throws when something was otherwise than the model says. */
  static async run(
    broker: BrokerUnderTest,
    steps: Step[],
    count: (what: string) => void,
  ): Promise<void> {
    const client = new RandomClient(broker, count);
    try {
      client.#links = await client.#open();
      for (const step of steps) {
        await client.#do(step);
        await client.#compare();
      }
    } finally {
      await broker.close();
    }
  }

  async #do(step: Step): Promise<void> {
    this.count(step.kind);
    switch (step.kind) {
      case "send":
        return this.#send(step.count, step.timeToLiveMs);
      case "schedule":
        return this.#schedule(step.count, step.inMs);
      case "cancel":
        return this.#cancel(step.pick);
      case "receive":
        return this.#receive();
      case "settle":
        return this.#settle(step.pick, step.how);
      case "renew":
        return this.#renew(step.pick);
      case "receiveDeferred":
        return this.#receiveDeferred(step.pick);
      case "takeDeadLetter":
        return this.#takeDeadLetter();
      case "reopen":
        await this.#receiver.close();
        this.#links = { ...this.#opened, receiver: this.#openReceiver() };
        return;
      case "pass":
        this.broker.pass(step.ms);
        return this.#model.pass(step.ms);
      case "restart":
        return this.#restart();
      case "dieIn":
        return step.step.kind === "send"
          ? this.#dieSending(step.step.count, step.afterTurns)
          : this.#dieSettling(step.step.pick, step.step.how, step.afterTurns);
    }
  }

  async #send(count: number, timeToLive: number | undefined): Promise<void> {
    const bodies = this.#model.newBodies(count);
    const more = timeToLive === undefined ? {} : { timeToLive };
    await this.#sender.sendMessages(bodies.map((body) => ({ body, ...more })));
    this.#model.send(bodies, { timeToLiveMs: timeToLive });
  }

  async #schedule(count: number, inMs: number): Promise<void> {
    const bodies = this.#model.newBodies(count);
    const due = new Date(this.broker.nowMs + inMs);
    await this.#sender.scheduleMessages(
      bodies.map((body) => ({ body })),
      due,
    );
    this.#model.send(bodies, { dueInMs: inMs });
  }

  async #cancel(pick: number): Promise<void> {
    const message = choose(this.#model.scheduled(), pick);
    if (!message) return;
    await this.#sender.cancelScheduledMessages(Long.fromNumber(message.sequence));
    this.#model.cancel(message);
  }

  async #receive(): Promise<void> {
    const lock = this.#model.receive();
    const maxWaitTimeInMs = lock ? 5000 : 20;
    const [message] = await this.#receiver.receiveMessages(1, { maxWaitTimeInMs });
    expect(message?.body).toBe(lock?.message.body);
    if (message && lock) this.#held.push({ message, lock, link: this.#receiver });
  }

  async #settle(pick: number, how: Settlement): Promise<void> {
    const held = choose(this.#held, pick);
    if (!held) return;
    this.#letGo(held);
    const work = this.#carryOut(how, held.message);
    if (!this.#model.isValid(held.lock)) {
      this.count("lock lost");
      return expect(work).rejects.toMatchObject({ code: "MessageLockLost" });
    }
    await work;
    this.#model.settle(held.lock, how);
    this.count(how);
  }

  #carryOut(how: Settlement, message: ServiceBusReceivedMessage): Promise<void> {
    switch (how) {
      case "complete":
        return this.#receiver.completeMessage(message);
      case "abandon":
        return this.#receiver.abandonMessage(message);
      case "defer":
        return this.#receiver.deferMessage(message);
      case "deadLetter":
        return this.#receiver.deadLetterMessage(message);
    }
  }

  async #renew(pick: number): Promise<void> {
    const held = choose(this.#held, pick);
    if (!held) return;
    const work = this.#receiver.renewMessageLock(held.message);
    if (!this.#model.isValid(held.lock))
      return void (await expect(work).rejects.toMatchObject({ code: "MessageLockLost" }));
    this.#model.renew(held.lock);
    expect((await work).getTime()).toBe(held.lock.untilMs);
  }

  async #receiveDeferred(pick: number): Promise<void> {
    const wanted = choose(this.#model.deferred(), pick);
    if (!wanted) return;
    const lock = this.#model.receiveDeferred(wanted);
    const work = this.#receiver.receiveDeferredMessages(Long.fromNumber(wanted.sequence));
    if (!lock) return void (await expect(work).rejects.toMatchObject({ code: "MessageNotFound" }));
    const [message] = await work;
    if (message?.body !== wanted.body) throw new Error(`${wanted.body} didn't come`);
    this.#held.push({ message, lock });
  }

  async #takeDeadLetter(): Promise<void> {
    const expected = this.#model.takeDeadLetter();
    if (!expected) return;
    const receiver = this.broker.client.createReceiver(QUEUE, {
      subQueueType: "deadLetter",
      receiveMode: "receiveAndDelete",
    });
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    await receiver.close();
    expect(message?.body).toBe(expected.body);
  }

  async #restart(): Promise<void> {
    await this.broker.restart();
    this.#model.restart();
    this.#links = await this.#open();
  }

  /** Of a batch whose answer was lost either everything is there, or nothing. */
  async #dieSending(count: number, afterTurns: number): Promise<void> {
    const bodies = this.#model.newBodies(count);
    const isDone = await this.#dieDuring(
      this.#sender.sendMessages(bodies.map((body) => ({ body }))),
      afterTurns,
    );
    const { queue } = await this.#peek();
    const arrived = queue.filter(([body]) => bodies.includes(body)).length;
    if (isDone) expect(arrived).toBe(count);
    this.count(isDone ? "answered" : arrived > 0 ? "done, unanswered" : "not done");
    if (arrived > 0) this.#model.send(bodies);
  }

  /**
   * A settlement whose answer was lost has been carried out whole, or not at all. Only one that goes
   * over a link: for the answer to a request the client would wait a minute.
   */
  async #dieSettling(pick: number, how: Settlement, afterTurns: number): Promise<void> {
    const held = choose(this.#held, pick);
    if (!held || held.link !== this.#receiver) return this.#restart();
    this.#letGo(held);
    const before = this.#model.messages();
    const wasValid = this.#model.isValid(held.lock);
    const isDone = await this.#dieDuring(this.#carryOut(how, held.message), afterTurns);
    const { queue } = await this.#peek();
    const isCarriedOut = JSON.stringify(queue) !== JSON.stringify(before);
    if (isDone || !wasValid) expect(isCarriedOut).toBe(wasValid);
    this.count(isDone ? "answered" : isCarriedOut ? "done, unanswered" : "not done");
    if (isCarriedOut) this.#model.settle(held.lock, how);
  }

  async #dieDuring(work: Promise<void>, afterTurns: number): Promise<boolean> {
    const isDone = work.then(
      () => true,
      () => false,
    );
    for (let turn = 0; turn < afterTurns; turn++) await new Promise(setImmediate);
    await this.#restart();
    return isDone;
  }

  /** Everything that is there must be there, and nothing else. */
  async #compare(): Promise<void> {
    const { queue, dead } = await this.#peek();
    expect(queue).toEqual(this.#model.messages());
    expect(dead).toEqual(this.#model.deadLetters());
  }

  async #peek(): Promise<{ queue: Seen[]; dead: Seen[] }> {
    const fromSequenceNumber = Long.ONE;
    const [inQueue, inDead] = await Promise.all([
      this.#receiver.peekMessages(PEEK_AT_ONCE, { fromSequenceNumber }),
      this.#opened.deadLetters.peekMessages(PEEK_AT_ONCE, { fromSequenceNumber }),
    ]);
    return { queue: inQueue.map(seen), dead: inDead.map(seen) };
  }

  get #opened(): Links {
    if (!this.#links) throw new Error("no links are open");
    return this.#links;
  }

  get #sender(): ServiceBusSender {
    return this.#opened.sender;
  }

  get #receiver(): ServiceBusReceiver {
    return this.#opened.receiver;
  }

  /**
   * Links are open before anything happens: a client that is cut off from a broker while it opens
   * one waits a minute for an answer.
   */
  async #open(): Promise<Links> {
    const { client } = this.broker;
    const sender = client.createSender(QUEUE);
    await sender.createMessageBatch();
    return {
      sender,
      receiver: this.#openReceiver(),
      deadLetters: client.createReceiver(QUEUE, { subQueueType: "deadLetter" }),
    };
  }

  #openReceiver(): ServiceBusReceiver {
    return this.broker.client.createReceiver(QUEUE, { maxAutoLockRenewalDurationInMs: 0 });
  }

  #letGo(held: Held): void {
    this.#held.splice(this.#held.indexOf(held), 1);
  }
}

function choose<T>(from: T[], pick: number): T | undefined {
  return from[from.length - 1 - (pick % Math.max(from.length, 1))];
}

const seen = (message: ServiceBusReceivedMessage): Seen => [
  message.body as number,
  message.sequenceNumber?.toNumber() ?? 0,
  message.state,
  message.deliveryCount ?? 0,
];
