import {
  completesActivity,
  crashAtEveryCommit,
  crashWhen,
  createDurableHarness,
  HarnessCrashedError,
  HarnessStuckError,
  MemoryStore,
  VirtualClock,
} from "../../support/durable-harness";
import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";

const DAY_MS = 24 * 60 * 60 * 1000;
let charges: string[] = [];

function* shop(context: OrchestrationContext) {
  const { item } = context.df.getInput<{ item: string }>();
  const retry = new df.RetryOptions(5000, 3);
  const receipt = (yield context.df.callActivityWithRetry("charge", retry, { item })) as object;
  const due = new Date(context.df.currentUtcDateTime.getTime() + 10 * DAY_MS);
  yield context.df.createTimer(due);
  const kid = (yield context.df.callSubOrchestrator("ship", { item })) as object;
  return { receipt, kid };
}

function* ship(context: OrchestrationContext) {
  const approved = (yield context.df.waitForExternalEvent("approve")) as object;
  return { approved, parent: context.df.parentInstanceId };
}

function register(): void {
  df.app.orchestration("shop", shop);
  df.app.orchestration("ship", ship);
  df.app.activity("charge", {
    handler: ({ item }: { item: string }) => {
      charges.push(item);
      if (charges.length === 1) throw new Error("the bank is busy");
      return { charged: item };
    },
  });
}

beforeEach(() => {
  charges = [];
});

test("a run with a retry, a timer of ten days, a child and an event ends in virtual time", async () => {
  const harness = createDurableHarness({ register });
  const startedAt = harness.clock.now();
  await harness.start("shop", { instanceId: "s1", input: { item: "book" } });
  await harness.runUntilIdle();
  expect(charges).toEqual(["book"]);
  await expect(harness.runToEnd("s1")).rejects.toThrow(HarnessStuckError);

  const [child] = harness.host.engine.store.instances({ statuses: ["Running"], idPrefix: "" });
  expect(charges).toEqual(["book", "book"]);
  expect(child?.name).toBe("ship");
  await harness.raiseEvent(child?.id ?? "", "approve", { by: "me" });

  expect(await harness.runToEnd("s1")).toMatchObject({
    runtimeStatus: "Completed",
    output: { receipt: { charged: "book" }, kid: { approved: { by: "me" }, parent: "s1" } },
  });
  expect(harness.clock.now() - startedAt).toBe(10 * DAY_MS + 5000);
});

test("a crash after any commit changes nothing in the outcome", async () => {
  let crashes = 0;
  const points = await crashAtEveryCommit({
    register: () => {
      df.app.orchestration("twice", function* (context: OrchestrationContext) {
        const first = (yield context.df.callActivity("note", { n: 1 })) as object;
        const both = (yield context.df.Task.all([
          context.df.callActivity("note", { n: 2 }),
          context.df.callSubOrchestrator("inner", { n: 3 }),
        ])) as object[];
        return [first, ...both];
      });
      df.app.orchestration("inner", function* (context: OrchestrationContext) {
        return (yield context.df.callActivity("note", context.df.getInput())) as object;
      });
      df.app.activity("note", { handler: (input: object) => input });
    },
    begin: (harness) => harness.ensureStarted("twice", { instanceId: "t", input: {} }),
    verify: async (harness, crash) => {
      crashes = Math.max(crashes, crash);
      expect(await harness.runToEnd("t")).toMatchObject({
        runtimeStatus: "Completed",
        output: [{ n: 1 }, { n: 2 }, { n: 3 }],
      });
    },
  });
  expect(points).toBeGreaterThanOrEqual(10);
  expect(crashes).toBe(points);
});

test("an activity whose end was not kept runs again", async () => {
  const store = new MemoryStore();
  const clock = new VirtualClock();
  charges = ["earlier"];
  const crashing = crashWhen(store, completesActivity("charge"), "before");
  const first = createDurableHarness({ register, store: crashing, clock });
  await first.start("shop", { instanceId: "s2", input: { item: "pen" } });
  await expect(first.runToEnd("s2")).rejects.toThrow(HarnessCrashedError);

  const second = createDurableHarness({ register, store, clock });
  await second.runUntilIdle();
  expect(charges).toEqual(["earlier", "pen", "pen"]);
});
