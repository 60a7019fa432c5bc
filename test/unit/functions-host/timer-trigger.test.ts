import type { RetryOptions } from "../../../src/local/functions-host/core-module";
import type { RegisteredFunction } from "../../../src/local/functions-host/function-app";
import { createMemoryTimerStatusStore } from "../../../src/local/functions-host/timer-status";
import { TimerTrigger } from "../../../src/local/functions-host/timer-trigger";
import { VirtualClock } from "./virtual-clock";

function timerFunction(
  options: Record<string, unknown>,
  retryOptions?: RetryOptions,
): RegisteredFunction {
  const trigger = { type: "timerTrigger", direction: "in" as const, ...options };
  const bindings = { timer: trigger };
  return {
    name: "tick",
    bindings,
    trigger,
    triggerName: "timer",
    callback: () => null,
    retryOptions,
  };
}

function harness(start: string, statuses = createMemoryTimerStatusStore()) {
  const clock = new VirtualClock(start);
  const runs: { at: string; info: unknown; retry: unknown }[] = [];
  let failures = 0;
  const runner = {
    async run(_: unknown, data: { json?: string | null }, options?: { retryContext?: unknown }) {
      const info: unknown = JSON.parse(data.json ?? "");
      runs.push({ at: new Date(clock.now()).toISOString(), info, retry: options?.retryContext });
      if (failures-- > 0) throw new Error("not yet");
      return { outputData: [] };
    },
  };
  return {
    clock,
    runs,
    statuses,
    failNext: (count: number) => void (failures = count),
    create: (target: RegisteredFunction, settings = {}) =>
      new TimerTrigger(target, { clock, statuses, runner, settings }),
  };
}

test("a timer runs on its schedule and is told when it ran before and is due next", async () => {
  const { clock, runs, create } = harness("2026-11-24T12:00:30Z");
  create(timerFunction({ schedule: "%WHEN%" }), { WHEN: "0 */5 * * * *" }).start();
  await clock.advanceTo("2026-11-24T12:12:00Z");
  expect(runs.map(({ at }) => at)).toEqual([
    "2026-11-24T12:05:00.000Z",
    "2026-11-24T12:10:00.000Z",
  ]);
  expect(runs.map(({ info }) => info)).toEqual([
    {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: "0001-01-01T00:00:00+00:00",
        LastUpdated: "0001-01-01T00:00:00+00:00",
        Next: "2026-11-24T12:05:00.000+00:00",
      },
      IsPastDue: false,
    },
    {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: "2026-11-24T12:05:00.000+00:00",
        LastUpdated: "2026-11-24T12:05:00.000+00:00",
        Next: "2026-11-24T12:10:00.000+00:00",
      },
      IsPastDue: false,
    },
  ]);
});

test("occurrences that fell into a downtime make one run, marked as past due", async () => {
  const before = harness("2026-11-24T12:00:30Z");
  before.create(timerFunction({ schedule: "0 0 * * * *" })).start();
  const after = harness("2026-11-24T15:30:00Z", before.statuses);
  after.create(timerFunction({ schedule: "0 0 * * * *" })).start();
  await after.clock.advanceTo("2026-11-24T16:30:00Z");
  expect(after.runs.map(({ at }) => at)).toEqual([
    "2026-11-24T15:30:00.000Z",
    "2026-11-24T16:00:00.000Z",
  ]);
  expect(after.runs.map(({ info }) => (info as { IsPastDue: boolean }).IsPastDue)).toEqual([
    true,
    false,
  ]);
});

/** Whether each run was past due, by its time. */
const pastDue = (runs: { at: string; info: unknown }[]) =>
  runs.map(({ at, info }) => [at.slice(11, 19), (info as { IsPastDue: boolean }).IsPastDue]);

test("after runs, too, a downtime makes one run, and a short one none", async () => {
  const schedule = { schedule: "0 0 * * * *" };
  const first = harness("2026-11-24T12:30:00Z");
  first.create(timerFunction(schedule)).start();
  await first.clock.advanceTo("2026-11-24T13:10:00Z");
  const second = harness("2026-11-24T13:50:00Z", first.statuses);
  second.create(timerFunction(schedule)).start();
  await second.clock.advanceTo("2026-11-24T14:10:00Z");
  const third = harness("2026-11-24T17:20:00Z", first.statuses);
  third.create(timerFunction({ ...schedule, runOnStartup: true })).start();
  await third.clock.advanceTo("2026-11-24T18:10:00Z");
  expect(pastDue(second.runs)).toEqual([["14:00:00", false]]);
  expect(pastDue(third.runs)).toEqual([
    ["17:20:00", true],
    ["18:00:00", false],
  ]);
  expect(third.runs[0]?.info).toMatchObject({
    ScheduleStatus: {
      Last: "2026-11-24T14:00:00.000+00:00",
      LastUpdated: "2026-11-24T14:00:00.000+00:00",
      Next: "2026-11-24T15:00:00.000+00:00",
    },
  });
});

test.each([
  ["that was changed", { schedule: "0 30 * * * *" }],
  ["that isn't monitored", { schedule: "0 0 * * * *", useMonitor: false }],
])("a schedule %s has no run that is past due", async (_, changed) => {
  const before = harness("2026-11-24T12:10:00Z");
  before.create(timerFunction({ schedule: "0 0 * * * *" })).start();
  const after = harness("2026-11-24T15:10:00Z", before.statuses);
  after.create(timerFunction(changed)).start();
  await after.clock.advanceTo("2026-11-24T16:15:00Z");
  expect(after.runs[0]?.at).not.toBe("2026-11-24T15:10:00.000Z");
  expect(pastDue(after.runs).map(([, isPastDue]) => isPastDue)).toEqual([false]);
});

test("an occurrence that falls into a long run follows at once, only one of them", async () => {
  const { clock, runs, create, failNext } = harness("2026-11-24T12:00:30Z");
  failNext(1);
  // The retry makes the first run last until 12:18.
  const policy: RetryOptions = {
    retryStrategy: "fixedDelay",
    maxRetryCount: 1,
    delayInterval: { seconds: 780 },
  };
  create(timerFunction({ schedule: "0 */5 * * * *" }, policy)).start();
  await clock.advanceTo("2026-11-24T12:21:00Z");
  expect(runs.map(({ at }) => at.slice(11, 19))).toEqual([
    "12:05:00",
    "12:18:00",
    "12:18:00",
    "12:20:00",
  ]);
});

test("another time zone than UTC is refused by name", () => {
  const { create } = harness("2026-11-24T12:00:00Z");
  const settings = { WEBSITE_TIME_ZONE: "Europe/Berlin" };
  expect(() => create(timerFunction({ schedule: "0 0 * * * *" }), settings)).toThrow(
    /WEBSITE_TIME_ZONE Europe\/Berlin is not supported/,
  );
});

test("a schedule under one minute has no status, and a stopped timer never runs again", async () => {
  const { clock, runs, create } = harness("2026-11-24T12:00:00Z");
  const timer = create(timerFunction({ schedule: "00:00:10", runOnStartup: true }));
  timer.start();
  await clock.advanceTo("2026-11-24T12:00:10Z");
  timer.stop();
  await clock.advanceTo("2026-11-24T13:00:00Z");
  expect(runs).toHaveLength(2);
  expect(runs[0]?.info).toEqual({
    Schedule: { AdjustForDST: false },
    ScheduleStatus: null,
    IsPastDue: false,
  });
});

test("a failed run is repeated as the retry policy says, each attempt told which it is", async () => {
  const { clock, runs, create, failNext } = harness("2026-11-24T12:00:00Z");
  failNext(2);
  const policy: RetryOptions = {
    retryStrategy: "exponentialBackoff",
    maxRetryCount: 2,
    minimumInterval: { seconds: 10 },
    maximumInterval: { seconds: 15 },
  };
  create(timerFunction({ schedule: "0 0 0 * * *", runOnStartup: true }, policy)).start();
  await clock.advanceTo("2026-11-24T13:00:00Z");
  expect(runs.map(({ at }) => at)).toEqual([
    "2026-11-24T12:00:00.000Z",
    "2026-11-24T12:00:10.000Z",
    "2026-11-24T12:00:25.000Z",
  ]);
  expect(runs.map(({ retry }) => retry)).toEqual([
    { retryCount: 0, maxRetryCount: 2, exception: null },
    expect.objectContaining({
      retryCount: 1,
      exception: expect.objectContaining({ message: "not yet" }),
    }),
    expect.objectContaining({ retryCount: 2 }),
  ]);
});

test("a schedule that names a missing app setting is refused", () => {
  const { create } = harness("2026-11-24T12:00:00Z");
  expect(() => create(timerFunction({ schedule: "%WHEN%" }))).toThrow(/app setting WHEN/);
});
