import * as df from "durable-functions";
import type { OrchestrationContext, Task } from "durable-functions";

/**
 * The second sample app of the recordings (scenarios `spike*`): the fixture has their histories but
 * not its code. Activities don't wait here.
 */
export function registerSampleApp(): void {
  const attempts = new Map<string, number>();
  df.app.activity("plan", {
    handler: ({ n }: { n: number }) => Array.from({ length: n }, (_, k) => ({ k })),
  });
  df.app.activity("square", { handler: ({ k }: { k: number }) => ({ k, sq: k * k }) });
  df.app.activity("flaky", {
    handler: ({ key, failures }: { key: string; failures: number }) => {
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      if (attempt <= failures) throw new Error(`flaky attempt ${attempt}`);
      return `ok after ${attempt}`;
    },
  });
  df.app.activity("echo", { handler: (input: unknown) => input ?? null });
  df.app.orchestration("main", main);
  df.app.orchestration("child", child);
  df.app.orchestration("failing", function* (context: OrchestrationContext) {
    yield context.df.callActivity("flaky", {
      key: `always-${context.df.instanceId}`,
      failures: 99,
    });
  });
  df.app.orchestration("loop", function* (context: OrchestrationContext) {
    const { n } = context.df.getInput<{ n: number }>();
    yield context.df.createTimer(after(context, 30));
    if (n >= 5) return { laps: n };
    context.df.continueAsNew({ n: n + 1 });
    return undefined;
  });
  df.app.orchestration("useEntity", function* (context: OrchestrationContext) {
    const id = new df.EntityId("counter", context.df.instanceId);
    context.df.signalEntity(id, "add", 5);
    yield context.df.callEntity(id, "add", 7);
    return { n: (yield context.df.callEntity(id, "get")) as number };
  });
}

function* main(context: OrchestrationContext) {
  const { n, run } = context.df.getInput<{ n: number; run: string }>();
  context.df.setCustomStatus({ stage: "planning" });
  const parts = (yield context.df.callActivity("plan", { n })) as { k: number }[];
  const squares = (yield context.df.Task.all(
    parts.map((part) => context.df.callActivity("square", part)),
  )) as { sq: number }[];
  context.df.setCustomStatus({ stage: "retrying", done: squares.length });
  const retry = new df.RetryOptions(100, 4);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = 300;
  const flaky = (yield context.df.callActivityWithRetry("flaky", retry, {
    key: run,
    failures: 2,
  })) as string;
  const gaveUp = yield* failureOf(
    context.df.callActivityWithRetry("flaky", new df.RetryOptions(50, 2), {
      key: `${run}-never`,
      failures: 99,
    }),
  );
  const subFailed = yield* failureOf(context.df.callSubOrchestrator("failing"));
  const kid = (yield context.df.callSubOrchestrator("child", { x: 21 })) as object;
  context.df.setCustomStatus({ stage: "waiting" });
  const approval = context.df.waitForExternalEvent("approval");
  const deadline = context.df.createTimer(after(context, 60_000));
  const winner = (yield context.df.Task.any([approval, deadline])) as Task;
  if (winner === approval) deadline.cancel();
  const approved: unknown = winner === approval ? approval.result : "timed out";
  const guid = context.df.newGuid(context.df.instanceId);
  const sum = squares.reduce((total, { sq }) => total + sq, 0);
  context.df.setCustomStatus({ stage: "done" });
  return { sum, flaky, gaveUp, subFailed, child: kid, approved, guid };
}

function* failureOf(task: Task): Generator<Task, string, unknown> {
  try {
    yield task;
    return "";
  } catch (error) {
    return (error as Error).message.split("\n")[0] ?? "";
  }
}

function* child(context: OrchestrationContext) {
  const { x } = context.df.getInput<{ x: number }>();
  yield context.df.createTimer(after(context, 300));
  const echoed = (yield context.df.callActivity("echo", { x })) as { x: number };
  return { child: echoed.x * 2, parent: context.df.parentInstanceId };
}

function after(context: OrchestrationContext, ms: number): Date {
  return new Date(context.df.currentUtcDateTime.getTime() + ms);
}
