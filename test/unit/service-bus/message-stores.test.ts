import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredMessage } from "../../../src/local/service-bus/core/message";
import { MemoryStore } from "../../../src/local/service-bus/store/memory-store";
import type { MessageStore } from "../../../src/local/service-bus/store/message-store";
import { SqliteStore } from "../../../src/local/service-bus/store/sqlite-store";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "message-store-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const message = (sequenceNumber: number, more: Partial<StoredMessage> = {}): StoredMessage => ({
  sequenceNumber,
  state: "active",
  content: Buffer.from([0, 255, sequenceNumber]),
  enqueuedAtMs: 123,
  deliveryCount: 0,
  ...more,
});

const stores: [string, () => MessageStore][] = [
  ["memory", () => new MemoryStore()],
  ["SQLite", () => new SqliteStore(join(directory, "new", "messages.sqlite"))],
];

describe.each(stores)("messages kept in %s", (_, open) => {
  let store: MessageStore;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  test("come back as they were, by number and queue", () => {
    const full = message(2, {
      state: "scheduled",
      timeToLiveMs: 5,
      scheduledForMs: 6,
      expiresAtMs: 11,
      deadLetter: { source: "q", reason: "r", description: "d" },
    });
    store.insert("q", full);
    store.insert("q", message(1));
    store.insert("other", message(1));
    expect(store.load("q")).toEqual([message(1), full]);
    expect(store.load("empty")).toEqual([]);
    expect(store.queues().sort()).toEqual(["other", "q"]);
  });

  test("are changed and removed one by one", () => {
    store.insert("q", message(1));
    store.insert("q", message(2));
    const changed = message(1, { state: "deferred", deliveryCount: 4, content: Buffer.from("x") });
    store.update("q", changed);
    store.remove("q", 2);
    store.remove("q", 99);
    expect(store.load("q")).toEqual([changed]);
  });

  test("are copies: changing one in hand doesn't change the store", () => {
    const mine = message(1);
    store.insert("q", mine);
    mine.deliveryCount = 9;
    expect(store.load("q")[0]?.deliveryCount).toBe(0);
  });

  test("counters rise by one, each for itself", () => {
    expect([store.nextNumber("a"), store.nextNumber("a"), store.nextNumber("b")]).toEqual([
      1, 2, 1,
    ]);
  });

  test("an id is noted once, for its entity, until notes of its time are forgotten", () => {
    expect(store.noteMessageId("q", "m", 100, 0)).toBe(true);
    expect(store.noteMessageId("q", "m", 150, 100)).toBe(false);
    expect(store.noteMessageId("other", "m", 150, 100)).toBe(true);
    expect(store.noteMessageId("q", "M", 150, 100)).toBe(true);
    expect(store.noteMessageId("q", "m", 160, 101)).toBe(true);
    expect(store.noteMessageId("q", "M", 160, 101)).toBe(false);
  });

  test("a transaction gives the result of its work, also inside another", () => {
    const result = store.transaction(() => {
      store.insert("q", message(1));
      return store.transaction(() => store.nextNumber("q"));
    });
    expect(result).toBe(1);
    expect(store.load("q")).toHaveLength(1);
  });
});

describe("messages kept in SQLite", () => {
  const file = (): string => join(directory, "messages.sqlite");

  test("survive closing, with the counters and the noted ids", () => {
    const first = new SqliteStore(file());
    first.noteMessageId("q", "m", 5, 0);
    first.insert("q", message(first.nextNumber("q")));
    first.close();
    const second = new SqliteStore(file());
    expect(second.load("q")).toEqual([message(1)]);
    expect(second.nextNumber("q")).toBe(2);
    expect(second.noteMessageId("q", "m", 6, 0)).toBe(false);
    second.close();
  });

  test("a transaction that fails leaves nothing, counters and noted ids included", () => {
    const store = new SqliteStore(file());
    expect(() =>
      store.transaction(() => {
        store.insert("q", message(store.nextNumber("q")));
        store.noteMessageId("q", "m", 5, 0);
        throw new Error("half-way");
      }),
    ).toThrow("half-way");
    expect(store.load("q")).toEqual([]);
    expect(store.nextNumber("q")).toBe(1);
    expect(store.noteMessageId("q", "m", 6, 0)).toBe(true);
    store.close();
  });

  test("a second opener is refused as long as the first has them", () => {
    const first = new SqliteStore(file());
    expect(() => new SqliteStore(file())).toThrow(/locked/);
    first.close();
    new SqliteStore(file()).close();
  });
});
