import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import type { Instance, Message, WorkItem } from "../../../src/local/durable-engine/model";
import { MemoryStore } from "../../../src/local/durable-engine/store/memory-store";
import { SqliteStore } from "../../../src/local/durable-engine/store/sqlite-store";
import type { Store, Write } from "../../../src/local/durable-engine/store/store";
import { StartError } from "../../../src/local/program";

const TIMESTAMP = "2026-11-24T15:00:00.000Z";
let folder: string;
let store: Store | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "durable-store-"));
});
afterEach(() => {
  store?.close();
  store = undefined;
  rmSync(folder, { recursive: true });
});

function anInstance(id: string, more: Partial<Instance> = {}): Instance {
  return {
    ...{ id, executionId: "e1", name: "f", version: null, status: "Running" as const },
    ...{ input: "{}", output: null, customStatus: null, createdAt: 1000, updatedAt: 1000 },
    ...{ parent: null, generation: 0 },
    ...more,
  };
}

function aMessage(instanceId: string, dueAt: number, name = "e", executionId?: string): Write {
  const message: Message = {
    instanceId,
    dueAt,
    executionId: executionId ?? null,
    event: { kind: "eventRaised", timestamp: TIMESTAMP, name, input: null },
  };
  return { kind: "addMessage", message };
}

function someWork(instanceId: string, taskId: number): WorkItem {
  return { instanceId, executionId: "e1", taskId, name: "a", input: "{}" };
}

function namesOf(from: Store, instanceId: string, now: number): string[] {
  return from
    .messages(instanceId, now)
    .map(({ event }) => (event.kind === "eventRaised" ? event.name : event.kind));
}

describe.each<[string, () => Store]>([
  ["in memory", () => new MemoryStore()],
  ["in SQLite", () => new SqliteStore(join(folder, "durable.db"))],
])("a store %s", (_, open) => {
  const opened = (): Store => (store = open());

  test("keeps instances, the last version of each", () => {
    const s = opened();
    s.commit([{ kind: "putInstance", instance: anInstance("a") }]);
    s.commit([{ kind: "putInstance", instance: anInstance("a", { status: "Completed" }) }]);
    expect(s.instance("a")).toEqual(anInstance("a", { status: "Completed" }));
    expect(s.instance("A")).toBeUndefined();
  });

  test("lists instances by id, narrowed by every part of the filter, a page at a time", () => {
    const s = opened();
    const instances = [
      anInstance("b-1", { status: "Failed", createdAt: 20 }),
      anInstance("b-2", { status: "Running", createdAt: 30 }),
      anInstance("a-1", { status: "Completed", createdAt: 10 }),
      anInstance("b_%", { status: "Completed", createdAt: 40 }),
      anInstance("ü-1", { createdAt: 50 }),
    ];
    s.commit(instances.map((instance): Write => ({ kind: "putInstance", instance })));
    const ids = (filter: Parameters<Store["instances"]>[0]): string[] =>
      s.instances(filter).map(({ id }) => id);
    expect(ids({})).toEqual(["a-1", "b-1", "b-2", "b_%", "ü-1"]);
    expect(ids({ idPrefix: "b-" })).toEqual(["b-1", "b-2"]);
    expect(ids({ idPrefix: "b_" })).toEqual(["b_%"]);
    expect(ids({ idPrefix: "ü" })).toEqual(["ü-1"]);
    expect(ids({ statuses: ["Failed", "Running"], createdTo: 30 })).toEqual(["b-1", "b-2"]);
    expect(ids({ createdFrom: 20, createdTo: 30 })).toEqual(["b-1", "b-2"]);
    expect(ids({ fromId: "b-2", limit: 2 })).toEqual(["b-2", "b_%"]);
  });

  test("appends to a history in order, and clears it", () => {
    const s = opened();
    const event = (kind: "orchestratorStarted" | "orchestratorCompleted") =>
      ({ kind, timestamp: TIMESTAMP }) as const;
    s.commit([
      { kind: "appendHistory", instanceId: "a", events: [event("orchestratorStarted")] },
      { kind: "appendHistory", instanceId: "b", events: [event("orchestratorCompleted")] },
    ]);
    s.commit([
      { kind: "appendHistory", instanceId: "a", events: [event("orchestratorCompleted")] },
    ]);
    expect(s.history("a").map(({ kind }) => kind)).toEqual([
      "orchestratorStarted",
      "orchestratorCompleted",
    ]);
    s.commit([{ kind: "clearHistory", instanceId: "a" }]);
    expect(s.history("a")).toEqual([]);
    expect(s.history("b")).toHaveLength(1);
  });

  test("gives out messages that are due, in the order in which they came", () => {
    const s = opened();
    s.commit([aMessage("a", 30, "late"), aMessage("a", 20, "second"), aMessage("a", 10, "third")]);
    expect(namesOf(s, "a", 20)).toEqual(["second", "third"]);
    expect(namesOf(s, "a", 30)).toEqual(["late", "second", "third"]);
    expect(namesOf(s, "b", 30)).toEqual([]);
    const [first] = s.messages("a", 20);
    s.commit([{ kind: "removeMessages", sequences: [first?.sequence ?? -1] }]);
    expect(namesOf(s, "a", 30)).toEqual(["late", "third"]);
  });

  test("knows which instances have something due in a span of time, and when the next is", () => {
    const s = opened();
    s.commit([
      aMessage("c", 30),
      aMessage("a", 10),
      aMessage("b", 20),
      aMessage("a", 20),
      aMessage("d", 40),
    ]);
    expect(s.instancesDue(-Infinity, 20)).toEqual(["a", "b"]);
    expect(s.instancesDue(10, 30)).toEqual(["b", "a", "c"]);
    expect(s.instancesDue(40, Infinity)).toEqual([]);
    expect(s.nextDue(20)).toBe(30);
    expect(s.nextDue(-Infinity)).toBe(10);
    expect(s.nextDue(40)).toBeUndefined();
    s.commit([{ kind: "dropMessages", instanceId: "c" }]);
    expect(s.nextDue(20)).toBe(40);
    expect(s.instancesDue(20, 30)).toEqual([]);
  });

  test("drops the messages of one generation and keeps those for any", () => {
    const s = opened();
    s.commit([
      aMessage("a", 1, "old", "e1"),
      aMessage("a", 1, "new", "e2"),
      aMessage("a", 1, "any"),
    ]);
    s.commit([{ kind: "dropMessages", instanceId: "a", executionId: "e1" }]);
    expect(namesOf(s, "a", 1)).toEqual(["new", "any"]);
    expect(s.messages("a", 1).map(({ executionId }) => executionId)).toEqual(["e2", null]);
  });

  test("keeps work until it is removed, oldest first", () => {
    const s = opened();
    s.commit([
      { kind: "addWork", work: someWork("b", 0) },
      { kind: "addWork", work: someWork("a", 1) },
      { kind: "addWork", work: someWork("a", 0) },
    ]);
    expect(s.work()).toEqual([someWork("b", 0), someWork("a", 1), someWork("a", 0)]);
    s.commit([{ kind: "removeWork", work: someWork("b", 0) }]);
    expect(s.hasWork(someWork("b", 0))).toBe(false);
    expect(s.hasWork(someWork("a", 1))).toBe(true);
    s.commit([{ kind: "dropWork", instanceId: "a" }]);
    expect(s.work()).toEqual([]);
  });

  test("forgets all of a removed instance and nothing of another", () => {
    const s = opened();
    for (const id of ["a", "ab"])
      s.commit([
        { kind: "putInstance", instance: anInstance(id) },
        {
          kind: "appendHistory",
          instanceId: id,
          events: [{ kind: "orchestratorStarted", timestamp: TIMESTAMP }],
        },
        aMessage(id, 5),
        { kind: "addWork", work: someWork(id, 0) },
      ]);
    s.commit([{ kind: "removeInstance", instanceId: "a" }]);
    expect(s.instance("a")).toBeUndefined();
    expect(s.history("a")).toEqual([]);
    expect(s.instancesDue(0, 5)).toEqual(["ab"]);
    expect(s.work()).toEqual([someWork("ab", 0)]);
    expect(s.history("ab")).toHaveLength(1);
  });
});

describe("the SQLite store", () => {
  const open = (): SqliteStore => {
    const opened = new SqliteStore(join(folder, "durable.db"));
    store = opened;
    return opened;
  };

  test("has everything again after it was opened anew", () => {
    const first = open();
    first.commit([
      { kind: "putInstance", instance: anInstance("a", { output: '"ü ✓"' }) },
      aMessage("a", 5),
      { kind: "addWork", work: someWork("a", 3) },
      {
        kind: "appendHistory",
        instanceId: "a",
        events: [{ kind: "orchestratorStarted", timestamp: TIMESTAMP }],
      },
    ]);
    first.close();
    const second = open();
    expect(second.instance("a")?.output).toBe('"ü ✓"');
    expect(namesOf(second, "a", 5)).toEqual(["e"]);
    expect(second.work()).toEqual([someWork("a", 3)]);
    second.commit([
      {
        kind: "appendHistory",
        instanceId: "a",
        events: [{ kind: "orchestratorCompleted", timestamp: TIMESTAMP }],
      },
    ]);
    expect(second.history("a").map(({ kind }) => kind)).toEqual([
      "orchestratorStarted",
      "orchestratorCompleted",
    ]);
  });

  test("makes none of the writes of a commit that fails", () => {
    const s = open();
    s.commit([{ kind: "addWork", work: someWork("a", 0) }]);
    expect(() =>
      s.commit([
        { kind: "putInstance", instance: anInstance("a") },
        { kind: "addWork", work: someWork("a", 0) },
      ]),
    ).toThrow(/UNIQUE/);
    expect(s.instance("a")).toBeUndefined();
    s.commit([{ kind: "putInstance", instance: anInstance("a") }]);
    expect(s.instance("a")).toBeDefined();
  });

  test("keeps its history through a commit that fails, also when it was read before", () => {
    const s = open();
    const events = [{ kind: "orchestratorStarted", timestamp: TIMESTAMP }] as const;
    s.commit([
      { kind: "addWork", work: someWork("a", 0) },
      { kind: "appendHistory", instanceId: "a", events },
    ]);
    for (const undone of [
      { kind: "appendHistory", instanceId: "a", events },
      { kind: "clearHistory", instanceId: "a" },
    ] as const) {
      expect(s.history("a")).toEqual(events);
      expect(() => s.commit([undone, { kind: "addWork", work: someWork("a", 0) }])).toThrow();
      expect(s.history("a")).toEqual(events);
    }
    s.commit([{ kind: "appendHistory", instanceId: "a", events }]);
    expect(s.history("a")).toEqual([...events, ...events]);
    s.close();
    expect(open().history("a")).toEqual([...events, ...events]);
  });

  test("shows the same histories as the one in memory, whatever is read, written and undone", () => {
    const id = fc.constantFrom("a", "b");
    const step = fc.oneof(
      fc.record({ kind: fc.constant("appendHistory" as const), instanceId: id }),
      fc.record({ kind: fc.constant("clearHistory" as const), instanceId: id }),
      fc.record({ kind: fc.constant("removeInstance" as const), instanceId: id }),
      fc.record({ kind: fc.constant("putInstance" as const), instanceId: id }),
    );
    const commit = fc.record({
      steps: fc.array(step, { maxLength: 4 }),
      fails: fc.boolean(),
      reads: fc.boolean(),
    });
    let position = 0;
    const write = ({ kind, instanceId }: { kind: Write["kind"]; instanceId: string }): Write => {
      if (kind === "putInstance")
        return { kind, instance: anInstance(instanceId, { status: "Completed" }) };
      const events = [
        { kind: "timerCreated" as const, timestamp: TIMESTAMP, id: position++, fireAt: TIMESTAMP },
      ];
      return { kind, instanceId, events } as Write;
    };
    const twice: Write[] = [0, 0].map((n) => ({ kind: "addWork", work: someWork("c", n) }));
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 12 }), (commits) => {
        const [inMemory, inSqlite] = [new MemoryStore(), new SqliteStore(":memory:")];
        const histories = (from: Store): unknown => ["a", "b"].map((one) => from.history(one));
        for (const { steps, fails, reads } of commits) {
          const writes = steps.map(write);
          if (fails) expect(() => inSqlite.commit([...writes, ...twice])).toThrow(/UNIQUE/);
          else for (const each of [inMemory, inSqlite]) each.commit(writes);
          if (reads) expect(histories(inSqlite)).toEqual(histories(inMemory));
        }
        expect(histories(inSqlite)).toEqual(histories(inMemory));
        inSqlite.close();
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("says in a sentence why a file can't be used", () => {
    const refused = (file: string): string => {
      try {
        new SqliteStore(file).close();
        return "it was opened";
      } catch (error) {
        expect(error).toBeInstanceOf(StartError);
        return (error as Error).message;
      }
    };
    const missing = join(folder, "no-such-folder", "durable.db");
    expect(refused(missing)).toBe(
      `can't use ${missing} as the durable store: unable to open database file`,
    );
    const text = join(folder, "text.db");
    writeFileSync(text, "this is no database, but long enough to look at");
    expect(refused(text)).toMatch(/not a database/);

    const other = join(folder, "other.db");
    const database = new DatabaseSync(other);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(refused(other)).toMatch(/another version of this program \(format 99, expected 1\)/);

    open();
    expect(refused(join(folder, "durable.db"))).toMatch(/is a stack running already\?/);
  });
});
