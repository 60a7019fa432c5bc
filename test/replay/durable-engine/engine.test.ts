import { createDurableHarness, type DurableHarness } from "../../support/durable-harness";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";
import { turns } from "../../support/turns";
import { CallAbortedError } from "../../../src/local/durable-engine/decision";
import { MemoryStore } from "../../../src/local/durable-engine/store/memory-store";
import { SqliteStore } from "../../../src/local/durable-engine/store/sqlite-store";
import { CountingStore } from "../../support/durable-crashing-store";

/** Ends when it is told to, so that a test can look at what runs meanwhile. */
class Gate {
  running = 0;
  mostRunning = 0;
  ended = 0;
  #open: () => void = () => undefined;
  #opened = new Promise<void>((resolve) => (this.#open = resolve));

  async pass(input: object): Promise<object> {
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    await this.#opened;
    this.running--;
    this.ended++;
    return input;
  }

  open(): void {
    this.#open();
  }
}

function register(gate = new Gate()): void {
  df.app.activity("echo", { handler: (input: object) => input });
  df.app.activity("gated", { handler: (input: object) => gate.pass(input) });
  df.app.orchestration("fanOut", function* (context: OrchestrationContext) {
    const { n } = context.df.getInput<{ n: number }>();
    const calls = Array.from({ length: n }, (_, k) => context.df.callActivity("gated", { k }));
    return { got: ((yield context.df.Task.all(calls)) as unknown[]).length };
  });
  df.app.orchestration("waits", function* (context: OrchestrationContext) {
    const go = (yield context.df.waitForExternalEvent("go")) as object;
    return (yield context.df.callActivity("echo", go)) as object;
  });
  df.app.orchestration("chain", function* (context: OrchestrationContext) {
    const { n } = context.df.getInput<{ n: number }>();
    for (let k = 0; k < n; k++) yield context.df.callActivity("echo", { k });
    return { n };
  });
  df.app.orchestration("sleeps", function* (context: OrchestrationContext) {
    const due = new Date(context.df.currentUtcDateTime.getTime() + 3_600_000);
    yield context.df.createTimer(due);
    return { slept: true };
  });
}

test("no more activities run at one time than are allowed", async () => {
  const gate = new Gate();
  const harness = createDurableHarness({
    register: () => register(gate),
    maxConcurrentActivities: 3,
  });
  await harness.start("fanOut", { instanceId: "f", input: { n: 10 } });
  await turns(10);
  expect(gate.running).toBe(3);
  gate.open();
  expect(await harness.runToEnd("f")).toMatchObject({ output: { got: 10 } });
  expect(gate.mostRunning).toBe(3);
});

test("what comes while suspended is heard on resume", async () => {
  const harness = createDurableHarness({ register });
  await harness.start("waits", { instanceId: "w" });
  await harness.runUntilIdle();
  await harness.suspend("w", "pause");
  await harness.runUntilIdle();
  expect(await harness.status("w")).toMatchObject({ runtimeStatus: "Suspended", output: "pause" });
  await harness.raiseEvent("w", "go", { n: 1 });
  await harness.advance(60_000);
  expect(await harness.status("w")).toMatchObject({ runtimeStatus: "Suspended" });
  await harness.resume("w");
  expect(await harness.runToEnd("w")).toMatchObject({ output: { n: 1 } });
});

test("an instance suspended before its first episode begins nothing until it is resumed", async () => {
  const harness = createDurableHarness({ register });
  await harness.start("chain", { instanceId: "c", input: { n: 1 } });
  await harness.suspend("c");
  await harness.advance(60_000);
  expect(await harness.status("c")).toMatchObject({ runtimeStatus: "Suspended" });
  expect(harness.host.engine.store.work()).toEqual([]);
  await harness.resume("c");
  expect(await harness.runToEnd("c")).toMatchObject({ output: { n: 1 } });
});

test("the result of an activity of a terminated instance is dropped, and its id is free", async () => {
  const gate = new Gate();
  const harness = createDurableHarness({ register: () => register(gate) });
  await harness.start("fanOut", { instanceId: "f", input: { n: 1 } });
  await turns(10);
  await harness.terminate("f", "enough");
  await turns(10);
  expect(await harness.status("f")).toMatchObject({
    runtimeStatus: "Terminated",
    output: "enough",
  });
  await harness.start("chain", { instanceId: "f", input: { n: 2 } });
  gate.open();
  expect(await harness.runToEnd("f")).toMatchObject({ name: "chain", output: { n: 2 } });
  expect(gate.ended).toBe(1);
});

test("an instance that is purged while its activity runs stays purged", async () => {
  const gate = new Gate();
  const harness = createDurableHarness({ register: () => register(gate) });
  await harness.start("fanOut", { instanceId: "f", input: { n: 1 } });
  await turns(10);
  harness.host.client.purge(harness.host.engine.store.instances({}));
  gate.open();
  await harness.runUntilIdle();
  expect(harness.host.engine.store.instances({})).toEqual([]);
  expect(await harness.history("f")).toEqual([]);
});

test("a child whose id is taken by a running instance fails, with a reason", async () => {
  const harness = createDurableHarness({
    register: () => {
      register();
      df.app.orchestration("parent", function* (context: OrchestrationContext) {
        return (yield context.df.callSubOrchestrator("chain", { n: 1 }, "taken")) as object;
      });
    },
  });
  await harness.start("waits", { instanceId: "taken" });
  await harness.start("parent", { instanceId: "p" });
  expect(await harness.runToEnd("p")).toMatchObject({
    runtimeStatus: "Failed",
    output: expect.stringContaining(
      "An Orchestration instance with the status Running already exists.",
    ),
  });
});

test("stop waits for what runs and begins nothing new", async () => {
  const gate = new Gate();
  const store = new MemoryStore();
  const first = createDurableHarness({
    register: () => register(gate),
    store,
    maxConcurrentActivities: 1,
  });
  await first.start("fanOut", { instanceId: "f", input: { n: 2 } });
  await turns(10);
  const stopped = first.stop();
  gate.open();
  await stopped;
  await turns(10);
  expect(gate.ended).toBe(1);

  const second = createDurableHarness({ register: () => register(gate), store });
  expect(await second.runToEnd("f")).toMatchObject({ output: { got: 2 } });
  expect(gate.ended).toBe(2);
});

test("an activity whose call is aborted is called again, and the orchestration hears of its end only", async () => {
  let calls = 0;
  const harness = createDurableHarness({
    register: () => {
      df.app.activity("abortedTwice", {
        handler: () => {
          if (++calls <= 2) throw new CallAbortedError("its process is gone");
          return { calls };
        },
      });
      df.app.orchestration("calls", function* (context: OrchestrationContext) {
        return (yield context.df.callActivity("abortedTwice", {})) as object;
      });
    },
  });
  await harness.start("calls", { instanceId: "c" });
  expect(await harness.runToEnd("c")).toMatchObject({
    runtimeStatus: "Completed",
    output: { calls: 3 },
  });
});

test("a store that can't be written halts the engine, which says so once", async () => {
  class BrokenStore extends CountingStore {
    override commit(writes: Parameters<CountingStore["commit"]>[0]): void {
      if (this.commits >= 2) throw new Error("database or disk is full");
      super.commit(writes);
    }
  }
  const harness = createDurableHarness({ register, store: new BrokenStore(new MemoryStore()) });
  await harness.start("chain", { instanceId: "c", input: { n: 3 } });
  await expect(harness.runToEnd("c")).rejects.toThrow("database or disk is full");
  await expect(harness.start("chain", { instanceId: "d", input: { n: 1 } })).rejects.toThrow(
    /the engine has halted: database or disk is full/,
  );
});

describe("over an SQLite file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "durable-engine-"));
    file = join(folder, "durable.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const session = async (work: (harness: DurableHarness) => Promise<void>): Promise<void> => {
    const store = new SqliteStore(file);
    const harness = createDurableHarness({ register, store });
    try {
      await work(harness);
    } finally {
      await harness.stop();
      store.close();
    }
  };

  test("timers, waits and half-run chains go on after the file was opened anew", async () => {
    await session(async (harness) => {
      await harness.start("sleeps", { instanceId: "s" });
      await harness.start("waits", { instanceId: "w" });
      await harness.start("chain", { instanceId: "c", input: { n: 5 } });
      await turns(6);
    });
    await session(async (harness) => {
      await harness.raiseEvent("w", "go", { later: true });
      expect(await harness.runToEnd("w")).toMatchObject({ output: { later: true } });
      expect(await harness.runToEnd("c")).toMatchObject({ output: { n: 5 } });
      expect(await harness.runToEnd("s")).toMatchObject({ output: { slept: true } });
    });
  });
});

test("each episode and each activity is one commit", async () => {
  const harness = createDurableHarness({ register });
  await harness.start("chain", { instanceId: "c", input: { n: 4 } });
  await harness.runToEnd("c");
  // The start, five episodes, four activities.
  expect(harness.commits).toBe(10);
});

test("a thousand waiting instances cost a further one nothing", async () => {
  const reads = { due: 0, messages: 0 };
  class WatchedStore extends CountingStore {
    override instancesDue = (after: number, upTo: number): string[] => {
      const due = this.inner.instancesDue(after, upTo);
      reads.due += due.length;
      return due;
    };
    override messages = (id: string, now: number) => {
      reads.messages++;
      return this.inner.messages(id, now);
    };
    constructor(private readonly inner: MemoryStore) {
      super(inner);
    }
  }
  const harness = createDurableHarness({ register, store: new WatchedStore(new MemoryStore()) });
  for (let k = 0; k < 1000; k++) await harness.start("sleeps", { instanceId: `s${k}` });
  await harness.runUntilIdle();
  reads.due = 0;
  reads.messages = 0;
  await harness.start("chain", { instanceId: "c", input: { n: 20 } });
  await harness.runUntilIdle();
  expect(await harness.status("c")).toMatchObject({ runtimeStatus: "Completed" });
  expect(reads.messages).toBeLessThanOrEqual(2 * 21);
  expect(reads.due).toBeLessThanOrEqual(2 * 21);
});
