/** What would hang, or differ in silence, in Azure: the strict engine says so, by a sentence. */
import { createDurableHarness, type HarnessStatus } from "../../support/durable-harness";
import * as df from "durable-functions";
import type { OrchestrationContext, RetryOptions, Task } from "durable-functions";
import { RefusedInputError } from "../../../src/local/durable-engine/client-operations";

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;

const after = (context: OrchestrationContext, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);

function retryPolicy(change: (options: RetryOptions) => void = () => undefined): RetryOptions {
  const options = new df.RetryOptions(1000, 3);
  change(options);
  return options;
}

function register(orchestrator: Orchestrator): void {
  const attempts = new Map<string, number>();
  df.app.orchestration("trap", orchestrator);
  df.app.orchestration("kid", function* (context: OrchestrationContext) {
    return (yield context.df.callActivity("echo", {})) as object;
  });
  df.app.activity("echo", { handler: (input: object) => input });
  df.app.activity("fail", {
    handler: () => {
      throw new Error("no");
    },
  });
  df.app.activity("failTwice", {
    handler: ({ key }: { key: string }) => {
      attempts.set(key, (attempts.get(key) ?? 0) + 1);
      if ((attempts.get(key) ?? 0) <= 2) throw new Error("not yet");
      return { key };
    },
  });
  df.app.entity("counter", () => undefined);
}

interface Run {
  strict?: boolean;
  defaultVersion?: string;
}

async function run(orchestrator: Orchestrator, options: Run = {}): Promise<HarnessStatus> {
  const harness = createDurableHarness({ register: () => register(orchestrator), ...options });
  await harness.start("trap", { instanceId: "t", input: {} });
  return harness.runToEnd("t");
}

/** Runs it leniently, where it has to be stuck as in Azure. */
async function statusWhenLenient(orchestrator: Orchestrator): Promise<unknown> {
  const harness = createDurableHarness({ register: () => register(orchestrator), strict: false });
  await harness.start("trap", { instanceId: "t", input: {} });
  await harness.advance(24 * 60 * 60 * 1000);
  return (await harness.status("t"))?.runtimeStatus;
}

const hanging: [string, Orchestrator, RegExp][] = [
  [
    "a call of an activity that is not registered",
    function* (context) {
      try {
        return yield context.df.callActivity("ehco", {});
      } catch {
        return "caught";
      }
    },
    /The function 'ehco' doesn't exist, is disabled, or is not an activity function\./,
  ],
  [
    "a call of a sub-orchestration that is not registered",
    function* (context) {
      return yield context.df.callSubOrchestrator("echo", {});
    },
    /The function 'echo' doesn't exist, is disabled, or is not an orchestrator function\./,
  ],
  [
    "a child's version without a default version",
    function* (context) {
      return yield context.df.callSubOrchestrator("kid", {}, undefined, "1.0");
    },
    /version '1\.0' was asked for, but host\.json sets no extensions\.durableTask\.defaultVersion/,
  ],
  [
    "an expired retry time-out",
    function* (context) {
      const policy = retryPolicy((options) => {
        options.retryTimeoutInMilliseconds = 500;
      });
      return yield context.df.callActivityWithRetry("fail", policy, {});
    },
    /the call of 'fail' sets retryTimeoutInMilliseconds: once that has expired/,
  ],
];

test.each(hanging)("%s fails the instance", async (_, orchestrator, message) => {
  const end = await run(orchestrator);
  expect(end.runtimeStatus).toBe("Failed");
  expect(end.output).toMatch(message);
});

test.each(hanging)("%s hangs when not strict, as in Azure", async (_, orchestrator) => {
  expect(await statusWhenLenient(orchestrator)).toBe("Running");
});

test.each<[string, Orchestrator, RegExp]>([
  [
    "a text as an activity's input",
    function* (context) {
      return yield context.df.callActivity("echo", "text");
    },
    /the input of 'echo' is no JSON object \(/,
  ],
  [
    "a number as a child's input",
    function* (context) {
      return yield context.df.callSubOrchestrator("kid", 5);
    },
    /the input of 'kid' is no JSON object \(5\)/,
  ],
  [
    "an array as the input of continueAsNew",
    // eslint-disable-next-line require-yield
    function* (context) {
      context.df.continueAsNew([1]);
      return undefined;
    },
    /the input of continueAsNew is no JSON object \(\[1\]\)/,
  ],
  [
    "a custom status over the limit",
    function* (context) {
      context.df.setCustomStatus("x".repeat(8191));
      return yield context.df.callActivity("echo", {});
    },
    /The UTF-16 size of the JSON-serialized payload must not exceed 16 KB\./,
  ],
  [
    "a timer that is raced twice",
    function* (context) {
      const deadline = context.df.createTimer(after(context, 60_000));
      yield context.df.Task.any([context.df.callActivity("echo", { lap: 1 }), deadline]);
      return yield context.df.Task.any([context.df.callActivity("echo", { lap: 2 }), deadline]);
    },
    /the timer for .* was yielded again, in another Task\.any or Task\.all/,
  ],
  [
    "a call with retry that is raced twice",
    function* (context) {
      const policy = new df.RetryOptions(60_000, 3);
      const call = context.df.callActivityWithRetry("failTwice", policy, { key: "k" });
      const soon = context.df.createTimer(after(context, 1000));
      yield context.df.Task.any([call, soon]);
      const later = context.df.createTimer(after(context, 1000));
      return yield context.df.Task.any([call, later]);
    },
    /the call of 'failTwice' was yielded again/,
  ],
])("%s fails the instance", async (_, orchestrator, message) => {
  const end = await run(orchestrator);
  expect(end.runtimeStatus).toBe("Failed");
  expect(end.output).toMatch(message);
});

const allFailsBesideRetry: Orchestrator = function* (context) {
  try {
    yield context.df.Task.all([
      context.df.callActivity("fail", {}),
      context.df.callActivityWithRetry("failTwice", retryPolicy(), { key: "k" }),
    ]);
  } catch {
    return yield context.df.callActivity("echo", { after: "the failure" });
  }
  return "not reached";
};

test("a Task.all that fails while a call with retry goes on fails the instance", async () => {
  const end = await run(allFailsBesideRetry);
  expect(end.runtimeStatus).toBe("Failed");
  expect(end.output).toMatch(
    /task 2 is the call of 'failTwice' as Azure counts, but the call of 'echo' as the library counts/,
  );
});

test("not strict, that gives the next task a wrong result", async () => {
  const end = await run(allFailsBesideRetry, { strict: false });
  expect(end).not.toMatchObject({ output: { after: "the failure" } });
});

const timerCancelledAfterRetry: Orchestrator = function* (context) {
  const call = context.df.callActivityWithRetry("failTwice", retryPolicy(), { key: "k" });
  const deadline = context.df.createTimer(after(context, 60_000));
  yield context.df.Task.any([call, deadline]);
  deadline.cancel();
  return yield context.df.callActivity("echo", { after: "the race" });
};

test("a timer cancelled after a call with retry has won the race fails the instance", async () => {
  const end = await run(timerCancelledAfterRetry);
  expect(end.runtimeStatus).toBe("Failed");
  expect(end.output).toMatch(/after a Task\.any with a timer that was cancelled later/);
});

test("not strict, that is non-determinism, as in Azure", async () => {
  const end = await run(timerCancelledAfterRetry, { strict: false });
  expect(end.output).toMatch(/^Non-Deterministic workflow detected: /);
});

test("a Task.all that fails beside calls without retry is no trap", async () => {
  const end = await run(function* (context) {
    try {
      yield context.df.Task.all([
        context.df.callActivity("fail", {}),
        context.df.callActivity("echo", { k: 1 }),
        context.df.callSubOrchestrator("kid", {}),
      ]);
    } catch {
      return yield context.df.callActivity("echo", { after: "the failure" });
    }
    return "not reached";
  });
  expect(end).toMatchObject({ runtimeStatus: "Completed", output: { after: "the failure" } });
});

test("fresh tasks raced lap by lap, with the losing timers cancelled, are no trap", async () => {
  const end = await run(function* (context) {
    for (let lap = 1; lap <= 3; lap++) {
      const timer = context.df.createTimer(after(context, 60_000));
      yield context.df.Task.any([context.df.callActivity("echo", { poll: "same" }), timer]);
      timer.cancel();
    }
    return { laps: 3 };
  });
  expect(end).toMatchObject({ runtimeStatus: "Completed", output: { laps: 3 } });
});

test.each<[string, Orchestrator, RegExp]>([
  [
    "callEntity",
    function* (context) {
      return yield context.df.callEntity(new df.EntityId("counter", "k"), "get");
    },
    /Calling an entity \(callEntity\) is not supported by the local durable host\./,
  ],
  [
    "signalEntity",
    function* (context) {
      context.df.signalEntity(new df.EntityId("counter", "k"), "add", 1);
      return yield context.df.callActivity("echo", {});
    },
    /Signalling an entity \(signalEntity\) is not supported/,
  ],
  [
    "callHttp",
    function* (context) {
      return yield context.df.callHttp({ method: "GET", url: "http://127.0.0.1:1/" });
    },
    /callHttp is not supported/,
  ],
  [
    "lock",
    function* (context) {
      return yield context.df.lock(new df.EntityId("counter", "k"));
    },
    /lock/i,
  ],
])("%s fails the instance, naming the feature", async (_, orchestrator, message) => {
  const end = await run(orchestrator);
  expect(end.runtimeStatus).toBe("Failed");
  expect(end.output).toMatch(message);
});

describe("what comes from outside", () => {
  const idle: Orchestrator = function* (context) {
    return yield context.df.waitForExternalEvent("go");
  };

  test.each([["text"], [5], [true], [[1]]])("%j is refused as a start's input", async (input) => {
    const harness = createDurableHarness({ register: () => register(idle) });
    await expect(harness.start("trap", { instanceId: "t", input })).rejects.toThrow(
      RefusedInputError,
    );
    expect(await harness.status("t")).toBeUndefined();
  });

  test("a number is refused as an event's data", async () => {
    const harness = createDurableHarness({ register: () => register(idle) });
    await harness.start("trap", { instanceId: "t" });
    await expect(harness.raiseEvent("t", "go", 5)).rejects.toThrow(
      /the input of the event 'go' is no JSON object \(5\)/,
    );
  });

  test("a start with a version that no default version allows fails", async () => {
    const harness = createDurableHarness({ register: () => register(idle), defaultVersion: "2.0" });
    await harness.start("trap", { instanceId: "t", version: "3.4" });
    expect(await harness.runToEnd("t")).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringMatching(
        /version '3\.4' is newer than the host's defaultVersion '2\.0'/,
      ),
    });
  });

  test("a start of an orchestrator that is not registered fails", async () => {
    const harness = createDurableHarness({ register: () => register(idle) });
    await harness.start("nobody", { instanceId: "t" });
    expect(await harness.runToEnd("t")).toMatchObject({
      runtimeStatus: "Failed",
      output:
        "Orchestrator function 'nobody' failed: The function 'nobody' doesn't exist, is disabled, or is not an orchestrator function.",
    });
  });
});
