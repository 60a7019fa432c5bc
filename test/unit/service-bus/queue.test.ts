import { Queue, type QueueSettings } from "../../../src/local/service-bus/core/queue";
import type { Intake } from "../../../src/local/service-bus/core/intake";
import { Topic, type Rule } from "../../../src/local/service-bus/core/topic";
import type { SentMessage } from "../../../src/local/service-bus/core/message";
import { MemoryStore } from "../../../src/local/service-bus/store/memory-store";
import { VirtualClock } from "./virtual-clock";

const LOCK_MS = 60_000;

function setUp(more: Partial<QueueSettings> = {}) {
  const clock = new VirtualClock(1_000_000);
  const store = new MemoryStore();
  const environment = { clock, store };
  const settings: QueueSettings = {
    lockDurationMs: LOCK_MS,
    maxDeliveryCount: 3,
    deadLetterOnExpiration: true,
    ...more,
  };
  const open = (): Queue =>
    new Queue("Jobs", settings, environment, new Queue("Jobs/$Dead", settings, environment));
  const queue = open();
  return { clock, store, environment, settings, queue, open };
}

const draft = (text: string, more: Partial<SentMessage> = {}): SentMessage => ({
  content: Buffer.from(text),
  messageId: text,
  ...more,
});

const textOf = (message: { content: Buffer } | undefined): string | undefined =>
  message?.content.toString();

function lock(queue: Queue | undefined, onEnd?: () => void) {
  const taken = queue?.lockNext(onEnd);
  if (!taken) throw new Error("nothing to lock");
  return taken;
}

describe("order", () => {
  test("messages are delivered in the order of their arrival, numbered from 1", () => {
    const { queue } = setUp();
    expect(queue.enqueue([draft("a"), draft("b")])).toEqual([1, 2]);
    expect(queue.enqueue([draft("c")])).toEqual([3]);
    expect([1, 2, 3, 4].map(() => textOf(queue.takeNext()))).toEqual(["a", "b", "c", undefined]);
  });

  test("a message given back goes to its old place", () => {
    const { queue } = setUp();
    queue.enqueue([draft("a"), draft("b"), draft("c")]);
    const [a, b] = [lock(queue), lock(queue)];
    queue.abandon(b.token);
    queue.release(a.token);
    expect([1, 2, 3].map(() => textOf(queue.takeNext()))).toEqual(["a", "b", "c"]);
  });

  test("whoever waits is told of each message that becomes available", () => {
    const { queue, clock } = setUp();
    let told = 0;
    queue.onAvailable = () => told++;
    queue.enqueue([draft("now"), draft("later", { scheduledForMs: clock.now() + 10 })]);
    expect(told).toBe(1);
    clock.advance(10);
    expect(told).toBe(2);
    queue.abandon(lock(queue).token);
    expect(told).toBe(3);
    lock(queue);
    clock.advance(LOCK_MS);
    expect(told).toBe(4);
  });
});

describe("locks", () => {
  test("a locked message is hidden until its lock expires, and that counts as a delivery", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a")]);
    let ended = 0;
    const first = lock(queue, () => ended++);
    expect(first.lockedUntilMs).toBe(clock.now() + LOCK_MS);
    clock.advance(LOCK_MS - 1);
    expect(queue.lockNext()).toBeUndefined();
    expect(ended).toBe(0);
    clock.advance(1);
    expect(ended).toBe(1);
    const second = lock(queue);
    expect(second.message.deliveryCount).toBe(1);
    expect(second.token).not.toBe(first.token);
  });

  test("renewing moves the end; a lost lock can be neither renewed nor settled", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a")]);
    const { token } = lock(queue);
    clock.advance(LOCK_MS - 1);
    expect(queue.renew(token)).toBe(clock.now() + LOCK_MS);
    clock.advance(LOCK_MS - 1);
    expect(queue.lockNext()).toBeUndefined();
    clock.advance(1);
    expect(queue.renew(token)).toBeUndefined();
    const outcomes = [
      queue.complete(token),
      queue.abandon(token),
      queue.release(token),
      queue.defer(token),
      queue.deadLetter(token, {}),
    ];
    expect(outcomes).toEqual([false, false, false, false, false]);
    expect(textOf(queue.takeNext())).toBe("a");
  });

  test("a lock is settled once", () => {
    const { queue, store } = setUp();
    queue.enqueue([draft("a")]);
    const { token } = lock(queue);
    expect([queue.complete(token), queue.complete(token)]).toEqual([true, false]);
    expect(store.load("jobs")).toEqual([]);
  });

  test("a released message counts no delivery, however often", () => {
    const { queue } = setUp({ maxDeliveryCount: 1 });
    queue.enqueue([draft("a")]);
    for (let i = 0; i < 5; i++) queue.release(lock(queue).token);
    expect(lock(queue).message.deliveryCount).toBe(0);
  });

  test("when the store refuses a settlement the message stays available", () => {
    const { queue, store } = setUp();
    queue.enqueue([draft("a")]);
    const { token } = lock(queue);
    jest.spyOn(store, "remove").mockImplementationOnce(() => {
      throw new Error("disk full");
    });
    expect(() => queue.complete(token)).toThrow("disk full");
    expect(textOf(lock(queue).message)).toBe("a");
  });
});

describe("dead letters", () => {
  test.each(["abandon", "expiry"] as const)(
    "the last allowed failure by %s dead-letters the message with the reason",
    (by) => {
      const { queue, clock } = setUp();
      queue.enqueue([draft("a")]);
      for (let i = 0; i < 3; i++) {
        const { token, message } = lock(queue);
        expect(message.deliveryCount).toBe(i);
        if (by === "abandon") queue.abandon(token);
        else clock.advance(LOCK_MS);
      }
      expect(queue.lockNext()).toBeUndefined();
      const dead = lock(queue.deadLetters).message;
      expect(dead).toMatchObject({ sequenceNumber: 1, deliveryCount: 3 });
      expect(dead.deadLetter).toEqual({
        source: "Jobs",
        reason: "MaxDeliveryCountExceeded",
        description: "Message could not be consumed after 3 delivery attempts.",
      });
    },
  );

  test("a dead-letter queue has no limit of deliveries and loses nothing by dead-lettering", () => {
    const { queue } = setUp();
    queue.enqueue([draft("a")]);
    queue.deadLetter(lock(queue).token, { reason: "first" });
    for (let i = 0; i < 5; i++) queue.deadLetters?.abandon(lock(queue.deadLetters).token);
    queue.deadLetters?.deadLetter(lock(queue.deadLetters).token, { reason: "second" });
    expect(lock(queue.deadLetters).message.deadLetter).toEqual({
      source: "Jobs",
      reason: "second",
    });
  });

  test("changes that come with a settlement are kept", () => {
    const { queue } = setUp();
    queue.enqueue([draft("a")]);
    const edit = (content: Buffer): Buffer => Buffer.concat([content, Buffer.from("+")]);
    queue.abandon(lock(queue).token, edit);
    queue.defer(lock(queue).token, edit);
    const deferred = queue.lockDeferred([1])[0];
    queue.deadLetter(deferred?.token ?? "", {}, edit);
    expect(textOf(lock(queue.deadLetters).message)).toBe("a+++");
  });
});

describe("time to live", () => {
  test("an expired message is dead-lettered where that is configured", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { timeToLiveMs: 100 })]);
    clock.advance(100);
    expect(queue.peek(1, 10)).toEqual([]);
    expect(lock(queue.deadLetters).message.deadLetter?.reason).toBe("TTLExpiredException");
  });

  test("elsewhere it is dropped", () => {
    const { queue, clock, store } = setUp({ deadLetterOnExpiration: false });
    queue.enqueue([draft("a", { timeToLiveMs: 100 })]);
    clock.advance(100);
    expect(queue.lockNext()).toBeUndefined();
    expect(store.queues()).toEqual([]);
  });

  test("the shorter of the message's and the queue's time holds", () => {
    const { queue, clock } = setUp({ defaultTimeToLiveMs: 500 });
    queue.enqueue([draft("a"), draft("b", { timeToLiveMs: 900 }), draft("c", { timeToLiveMs: 1 })]);
    const expiries = queue.peek(1, 3).map(({ expiresAtMs }) => (expiresAtMs ?? 0) - clock.now());
    expect(expiries).toEqual([500, 500, 1]);
  });

  test("a locked message expires when it is given back, not before", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { timeToLiveMs: 100 })]);
    const { token } = lock(queue);
    clock.advance(200);
    expect(queue.deadLetters?.peek(1, 1)).toEqual([]);
    queue.abandon(token);
    expect(queue.lockNext()).toBeUndefined();
    expect(queue.deadLetters?.peek(1, 1)).toHaveLength(1);
  });
});

describe("scheduled and deferred messages", () => {
  test("a scheduled message joins the end of the queue when due, under a new number", () => {
    const { queue, clock, store } = setUp();
    queue.enqueue([draft("later", { scheduledForMs: clock.now() + 50, timeToLiveMs: 100 })]);
    queue.enqueue([draft("now")]);
    clock.advance(50);
    expect(queue.peek(1, 9).map((m) => [textOf(m), m.sequenceNumber, m.state])).toEqual([
      ["now", 2, "active"],
      ["later", 3, "active"],
    ]);
    expect(store.load("jobs")).toHaveLength(2);
    clock.advance(100);
    expect(queue.deadLetters?.peek(1, 9).map(textOf)).toEqual(["later"]);
  });

  test("a cancelled message never comes, and is cancelled once", () => {
    const { queue, clock, store } = setUp();
    const [number = 0] = queue.enqueue([draft("a", { scheduledForMs: clock.now() + 50 })]);
    expect([queue.cancelScheduled(number), queue.cancelScheduled(number)]).toEqual([true, false]);
    clock.advance(50);
    expect(queue.lockNext()).toBeUndefined();
    expect(store.queues()).toEqual([]);
  });

  test("a moment in the past means at once", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { scheduledForMs: clock.now() - 1 })]);
    expect(textOf(lock(queue).message)).toBe("a");
  });

  test("a deferred message comes by number, and returns to its state when abandoned", () => {
    const { queue } = setUp();
    queue.enqueue([draft("a")]);
    queue.defer(lock(queue).token);
    expect(queue.lockNext()).toBeUndefined();
    const [first] = queue.lockDeferred([1, 7]);
    expect(first?.message).toMatchObject({ state: "deferred", deliveryCount: 1 });
    expect(queue.lockDeferred([1])).toEqual([]);
    queue.abandon(first?.token ?? "");
    expect(queue.removeDeferred([1]).map((m) => m.deliveryCount)).toEqual([2]);
    expect(queue.peek(1, 1)).toEqual([]);
  });

  test("a deferred message outlives its time until somebody asks for it", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { timeToLiveMs: 100 })]);
    queue.defer(lock(queue).token);
    clock.advance(1000);
    expect(queue.peek(1, 1)).toHaveLength(1);
    expect(queue.lockDeferred([1])).toEqual([]);
    expect(lock(queue.deadLetters).message.deadLetter?.reason).toBe("TTLExpiredException");
  });

  test("peeking shows all states by number, from where it is asked to", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("locked"), draft("deferred"), draft("free")]);
    queue.enqueue([draft("scheduled", { scheduledForMs: clock.now() + 50 })]);
    lock(queue);
    queue.defer(lock(queue).token);
    expect(queue.peek(1, 9).map((m) => [textOf(m), m.state])).toEqual([
      ["locked", "active"],
      ["deferred", "deferred"],
      ["free", "active"],
      ["scheduled", "scheduled"],
    ]);
    expect(queue.peek(2, 2).map(textOf)).toEqual(["deferred", "free"]);
  });
});

describe("a new start on the same store", () => {
  test("every message is where it was; locks are gone and what is overdue happens", () => {
    const { queue, clock, open } = setUp();
    queue.enqueue([draft("completed"), draft("locked"), draft("deferred"), draft("stale")]);
    queue.enqueue([draft("due", { scheduledForMs: clock.now() + 50 })]);
    queue.enqueue([draft("expiring", { timeToLiveMs: 10 })]);
    queue.complete(lock(queue).token);
    lock(queue);
    queue.defer(lock(queue).token);
    queue.abandon(lock(queue).token);
    queue.close();
    clock.advance(100);

    const again = open();
    clock.advance(0);
    expect(again.peek(1, 9).map((m) => [textOf(m), m.state, m.deliveryCount])).toEqual([
      ["locked", "active", 0],
      ["deferred", "deferred", 1],
      ["stale", "active", 1],
      ["due", "active", 0],
    ]);
    expect(again.deadLetters?.peek(1, 9).map(textOf)).toEqual(["expiring"]);
    expect(again.enqueue([draft("next")])).toEqual([8]);
  });

  test("a message that is gone leaves no timer behind", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { timeToLiveMs: 5 }), draft("b", { timeToLiveMs: 5 })]);
    queue.complete(lock(queue).token);
    queue.takeNext();
    expect(clock.pending).toBe(0);
  });

  test("a closed queue leaves no timer behind", () => {
    const { queue, clock } = setUp();
    queue.enqueue([draft("a", { timeToLiveMs: 5 }), draft("b", { scheduledForMs: 1e12 })]);
    lock(queue);
    queue.close();
    expect(clock.pending).toBe(0);
  });
});

describe("a topic", () => {
  function topicSetUp() {
    const { environment, settings, clock } = setUp();
    const subscriptions = ["x", "y"].map(
      (name) => new Queue(`T/Subscriptions/${name}`, settings, environment),
    );
    const open = (more: Intake = {}, rules: Record<number, Rule[]> = {}): Topic =>
      new Topic(
        "T",
        more,
        subscriptions.map((queue, index) => ({ queue, rules: rules[index] })),
        environment,
      );
    return { clock, subscriptions, topic: open(), open, environment };
  }

  test("each subscription gets a copy of its own, numbered for itself", () => {
    const { topic, subscriptions } = topicSetUp();
    const [x, y] = subscriptions;
    x?.enqueue([draft("only x")]);
    topic.enqueue([draft("both")]);
    expect(x?.peek(1, 9).map((m) => m.sequenceNumber)).toEqual([1, 2]);
    expect(y?.peek(1, 9).map((m) => m.sequenceNumber)).toEqual([1]);
    y?.complete(lock(y).token);
    expect(x?.peek(1, 9).map(textOf)).toEqual(["only x", "both"]);
  });

  test("a scheduled message waits in the topic, also over a new start, and can be cancelled", () => {
    const { topic, open, subscriptions, clock, environment } = topicSetUp();
    const at = clock.now() + 50;
    const [, cancelled = 0] = topic.enqueue([
      draft("due", { scheduledForMs: at, timeToLiveMs: 10 }),
      draft("cancelled", { scheduledForMs: at }),
    ]);
    expect(topic.cancelScheduled(cancelled)).toBe(true);
    topic.close();
    const again = open();
    expect(subscriptions[0]?.peek(1, 9)).toEqual([]);
    clock.advance(50);
    expect(subscriptions.map((s) => s.peek(1, 9).map(textOf))).toEqual([["due"], ["due"]]);
    expect(subscriptions[0]?.peek(1, 9)[0]?.expiresAtMs).toBe(at + 10);
    again.close();
    expect(environment.store.load("t")).toEqual([]);
  });

  test("a subscription with rules gets what one of them selects, once, also what was scheduled", () => {
    const { open, subscriptions, clock } = topicSetUp();
    const starting = (letter: string): Rule => ({
      name: letter,
      selects: (content) => content.toString().startsWith(letter),
    });
    const topic = open({}, { 0: [starting("a"), starting("ab")], 1: [] });
    topic.enqueue([draft("ab"), draft("b"), draft("a", { scheduledForMs: clock.now() + 50 })]);
    topic.enqueue([draft("c", { scheduledForMs: clock.now() + 50 })]);
    clock.advance(50);
    expect(subscriptions.map((s) => s.peek(1, 9).map(textOf))).toEqual([["ab", "a"], []]);
    topic.close();
  });

  test("the topic's own time to live and window for duplicates hold for all subscriptions", () => {
    const { open, subscriptions, clock } = topicSetUp();
    const topic = open({ defaultTimeToLiveMs: 100, duplicateWindowMs: 1000 });
    expect(topic.enqueue([draft("a"), draft("a"), draft("b")])).toEqual([1, 2, 3]);
    expect(subscriptions.map((s) => s.peek(1, 9).map(textOf))).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    clock.advance(100);
    expect(subscriptions.flatMap((s) => s.peek(1, 9))).toEqual([]);
    topic.close();
  });
});

describe("duplicates", () => {
  const WINDOW = { duplicateWindowMs: 1000 };

  test("an id that came within the window is dropped, whatever became of the first message", () => {
    const { queue, clock } = setUp(WINDOW);
    queue.enqueue([draft("a")]);
    queue.complete(lock(queue).token);
    clock.advance(1000);
    expect(queue.enqueue([draft("a"), draft("b"), draft("b")])).toEqual([2, 3, 4]);
    expect(queue.peek(1, 9).map(textOf)).toEqual(["b"]);
    clock.advance(1);
    queue.enqueue([draft("a")]);
    expect(queue.peek(1, 9).map(textOf)).toEqual(["b", "a"]);
  });

  test("a duplicate doesn't prolong the window; a cancelled message stays noted", () => {
    const { queue, clock } = setUp(WINDOW);
    const later = { scheduledForMs: clock.now() + 10_000 };
    const [number = 0] = queue.enqueue([draft("a", later)]);
    queue.cancelScheduled(number);
    clock.advance(900);
    queue.enqueue([draft("a")]);
    expect(queue.peek(1, 9)).toEqual([]);
    clock.advance(101);
    queue.enqueue([draft("a")]);
    expect(queue.peek(1, 9)).toHaveLength(1);
  });

  test("without a window nothing is a duplicate; each entity has its own", () => {
    const { queue, settings, environment } = setUp();
    queue.enqueue([draft("a"), draft("a")]);
    expect(queue.peek(1, 9)).toHaveLength(2);
    for (const name of ["One", "Two"]) {
      const other = new Queue(name, { ...settings, ...WINDOW }, environment);
      other.enqueue([draft("a"), draft("a")]);
      expect(other.peek(1, 9)).toHaveLength(1);
    }
  });
});
