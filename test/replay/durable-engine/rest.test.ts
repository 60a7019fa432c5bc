import { createDurableHarness, type DurableHarness } from "../../support/durable-harness";
import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";
import { turns } from "../../support/turns";

/** A harness whose episodes take `episodeMs` of its virtual time each. */
function harnessWithEpisodesOf(episodeMs: number): {
  harness: DurableHarness;
  episodes: Record<string, number>;
  endGated: () => void;
} {
  const episodes: Record<string, number> = {};
  let endGated: () => void = () => undefined;
  const gate = new Promise<object>((resolve) => (endGated = () => resolve({})));
  const episode = (context: OrchestrationContext): void => {
    const id = context.df.instanceId;
    episodes[id] = (episodes[id] ?? 0) + 1;
  };
  const harness = createDurableHarness({
    maxConcurrentActivities: 2,
    episodeMs: () => episodeMs,
    register: () => {
      df.app.activity("quick", { handler: (input: object) => input });
      df.app.activity("gated", { handler: () => gate });
      df.app.orchestration("fanOut", function* (context: OrchestrationContext) {
        episode(context);
        const calls = Array.from({ length: 20 }, (_, k) => context.df.callActivity("quick", { k }));
        return { got: ((yield context.df.Task.all(calls)) as unknown[]).length };
      });
      df.app.orchestration("waits", function* (context: OrchestrationContext) {
        episode(context);
        return (yield context.df.waitForExternalEvent("go")) as object;
      });
      df.app.orchestration("runsLong", function* (context: OrchestrationContext) {
        return (yield context.df.callActivity("gated", {})) as object;
      });
    },
  });
  return { harness, episodes, endGated: () => endGated() };
}

test("results that come in while an instance rests from a long episode are heard together", async () => {
  const { harness, episodes } = harnessWithEpisodesOf(50);
  await harness.start("fanOut", { instanceId: "f" });
  expect(await harness.runToEnd("f")).toMatchObject({ output: { got: 20 } });
  expect(episodes).toEqual({ f: 2 });
});

test("an instance whose episodes take no time hears each result as it comes", async () => {
  const { harness, episodes } = harnessWithEpisodesOf(0);
  await harness.start("fanOut", { instanceId: "f" });
  expect(await harness.runToEnd("f")).toMatchObject({ output: { got: 20 } });
  // The begin, and ten pairs.
  expect(episodes).toEqual({ f: 11 });
});

test.each([
  ["as long as its episode took", 40, 40],
  ["a second when its episode took longer", 3_600_000, 1000],
])("beside a running activity, an instance rests %s", async (_, episodeMs, restMs) => {
  const { harness, episodes, endGated } = harnessWithEpisodesOf(episodeMs);
  const { clock } = harness;
  await harness.start("runsLong", { instanceId: "other" });
  await harness.start("waits", { instanceId: "w" });
  await turns(10);
  const endedAt = clock.now();
  await harness.raiseEvent("w", "go", { n: 1 });
  await turns(10);
  expect(episodes).toEqual({ w: 1 });
  expect(clock.nextTimer).toBe(endedAt + restMs);

  clock.advanceTo(endedAt + restMs);
  await turns(10);
  expect(await harness.status("w")).toMatchObject({ runtimeStatus: "Completed" });
  endGated();
  await harness.runUntilIdle();
});

test("with nothing else to do, nobody rests", async () => {
  const { harness } = harnessWithEpisodesOf(40);
  await harness.start("waits", { instanceId: "w" });
  await harness.runUntilIdle();
  const endedAt = harness.clock.now();
  await harness.raiseEvent("w", "go", { n: 1 });
  await harness.runUntilIdle();
  expect(await harness.status("w")).toMatchObject({ runtimeStatus: "Completed" });
  // Its last episode began at once.
  expect(harness.clock.now()).toBe(endedAt + 40);
});
