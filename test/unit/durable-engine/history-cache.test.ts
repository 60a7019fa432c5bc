import type { HistoryEvent } from "../../../src/local/durable-engine/history-event";
import type { Instance } from "../../../src/local/durable-engine/model";
import { HistoryCache } from "../../../src/local/durable-engine/store/history-cache";

function events(count: number): HistoryEvent[] {
  return Array.from({ length: count }, (_, id) => ({
    kind: "taskScheduled",
    timestamp: "2026-11-24T15:00:00.000Z",
    id,
    name: "a",
  }));
}

/** Reads from a cache over a store in which every history has three events. */
function reader(cache: HistoryCache): { read: (id: string) => number; reads: string[] } {
  const reads: string[] = [];
  const read = (id: string): number =>
    cache.get(id, () => {
      reads.push(id);
      return events(3);
    }).length;
  return { read, reads };
}

test("a history is read once, and grows by what is committed", () => {
  const cache = new HistoryCache(100);
  const { read, reads } = reader(cache);
  expect(read("a")).toBe(3);
  cache.notice({ kind: "appendHistory", instanceId: "a", events: events(2) });
  cache.notice({ kind: "appendHistory", instanceId: "b", events: events(9) });
  expect(read("a")).toBe(5);
  expect(read("b")).toBe(3);
  expect(reads).toEqual(["a", "b"]);
});

test("what was handed out doesn't change when the history grows", () => {
  const cache = new HistoryCache(100);
  const handedOut = cache.get("a", () => events(3));
  cache.notice({ kind: "appendHistory", instanceId: "a", events: events(2) });
  expect(handedOut).toHaveLength(3);
});

test.each([
  ["cleared", { kind: "clearHistory", instanceId: "a" }],
  ["removed with its instance", { kind: "removeInstance", instanceId: "a" }],
  [
    "that of an ended instance",
    { kind: "putInstance", instance: { id: "a", status: "Completed" } as Instance },
  ],
] as const)("a history that is %s is forgotten", (_, write) => {
  const cache = new HistoryCache(100);
  const { read, reads } = reader(cache);
  read("a");
  cache.notice(write);
  cache.notice({ kind: "appendHistory", instanceId: "a", events: events(2) });
  expect(read("a")).toBe(3);
  expect(reads).toEqual(["a", "a"]);
});

test("past its limit the history that was used least recently goes first", () => {
  const cache = new HistoryCache(9);
  const { read, reads } = reader(cache);
  ["a", "b", "c", "a", "d"].forEach(read);
  expect(reads).toEqual(["a", "b", "c", "d"]);
  ["a", "c", "d"].forEach(read);
  expect(reads).toHaveLength(4);
  read("b");
  expect(reads).toHaveLength(5);
});

test("one history past the limit is kept as long as no other is asked for", () => {
  const cache = new HistoryCache(2);
  const { read, reads } = reader(cache);
  ["a", "a", "b", "a"].forEach(read);
  expect(reads).toEqual(["a", "b", "a"]);
});
