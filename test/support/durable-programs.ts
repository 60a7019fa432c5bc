import * as df from "durable-functions";
import type { OrchestrationContext, Task, TimerTask } from "durable-functions";

/** One step of a random orchestration; failing ones fail their first `fail` attempts. */
export type Step =
  | { t: "activity"; turns: number; fail: number }
  | { t: "retry"; turns: number; fail: number; max: number; delayMs: number }
  | { t: "timer"; delayMs: number }
  | { t: "event" }
  | { t: "all"; of: Step[] }
  /** With `cancels`, its timers that lost are cancelled. */
  | { t: "any"; of: Step[]; cancels: boolean }
  | { t: "sub"; steps: Step[] }
  | { t: "subRetry"; fail: number; max: number; delayMs: number };

/** An orchestration as data; `key` begins the names of everything in it. */
export interface Program {
  key: string;
  steps: Step[];
}

/** A random program, nested at most three deep. */
export function randomProgram(key: string, random: (below: number) => number): Program {
  return { key, steps: randomSteps(random, 0) };
}

function randomSteps(random: (below: number) => number, depth: number): Step[] {
  for (;;) {
    const steps = Array.from({ length: 1 + random(4) }, () => randomStep(random, depth));
    // A call with retry that lost a race goes on, and may meet one of these later.
    const isTrap = (step: Step): boolean =>
      hasFailingAll(step) || (step.t === "any" && step.cancels);
    if (!steps.some(racesRetries) || !steps.some(isTrap)) return steps;
  }
}

function racesRetries(step: Step): boolean {
  if (step.t === "any") return leavesOf(step).some(isRetrying);
  return "of" in step && step.of.some(racesRetries);
}

function isRetrying(step: Step): boolean {
  return step.t === "retry" || step.t === "subRetry";
}

function randomStep(random: (below: number) => number, depth: number): Step {
  const kind = random(10);
  if (depth > 2 || kind < 4) return randomLeaf(random);
  if (kind < 6)
    return until(
      (step) => !mixesUpIds(step),
      () => ({ t: "all", of: several(random, 4, () => childOfAll(random, depth + 1)) }),
    );
  if (kind < 7)
    return until(
      (step) => !mixesUpIds(step),
      () => randomRace(random, depth),
    );
  if (kind < 9) return { t: "sub", steps: randomSteps(random, depth + 1) };
  return { t: "subRetry", max: 1 + random(3), fail: random(4), delayMs: 10 };
}

function randomRace(random: (below: number) => number, depth: number): Step {
  const of = several(random, 3, () => randomStep(random, depth + 1));
  // Beside a call with retry that would be another trap.
  return {
    t: "any",
    of,
    cancels: random(2) === 0 && !of.some((step) => leavesOf(step).some(isRetrying)),
  };
}

function randomLeaf(random: (below: number) => number): Step {
  const kind = random(7);
  if (kind < 2) return { t: "activity", turns: random(4), fail: random(4) === 0 ? 9 : 0 };
  if (kind < 5)
    return {
      t: "retry",
      turns: random(3),
      max: 1 + random(3),
      fail: random(4),
      delayMs: 5 + random(2000),
    };
  return kind < 6 ? { t: "timer", delayMs: random(4_000_000) } : { t: "event" };
}

function several(random: (below: number) => number, most: number, make: () => Step): Step[] {
  return Array.from({ length: 1 + random(most) }, make);
}

/** What comes out of a race is not known, so that it could not be compared inside `all`. */
function childOfAll(random: (below: number) => number, depth: number): Step {
  return until(
    (step) => !hasRace(step),
    () => randomStep(random, depth),
  );
}

function until(isWanted: (step: Step) => boolean, make: () => Step): Step {
  for (;;) {
    const step = make();
    if (isWanted(step)) return step;
  }
}

/**
 * A call with retry that goes on while another child has failed its `all` takes ids that the library
 * and Azure count differently: a trap of its own, which the strict engine refuses.
 */
function mixesUpIds(step: Step): boolean {
  if (!hasFailingAll(step)) return false;
  const leaves = leavesOf(step);
  const failing = leaves.filter(mustFail);
  const retrying = leaves.filter(isRetrying);
  return retrying.some((retry) => failing.some((leaf) => leaf !== retry));
}

function hasFailingAll(step: Step): boolean {
  return "of" in step && ((step.t === "all" && mustFail(step)) || step.of.some(hasFailingAll));
}

function leavesOf(step: Step): Step[] {
  return "of" in step ? step.of.flatMap(leavesOf) : [step];
}

function hasRace(step: Step): boolean {
  return step.t === "any" || ("of" in step && step.of.some(hasRace));
}

/** Stands for a part of the result that may be anything. */
const ANYTHING = "*";

/** What a program has to come to, found without running it. */
export function expectedResult({ key, steps }: Program): unknown[] {
  return steps.map((step, at) => expectedValue(step, `${key}/${at}`));
}

function expectedValue(step: Step, key: string): unknown {
  if (mustFail(step)) return "ERR";
  switch (step.t) {
    case "any":
    case "timer":
      return step.t;
    case "sub":
      return expectedResult({ key, steps: step.steps });
    case "all":
      return step.of.map((child, at) =>
        child.t === "timer" ? ANYTHING : expectedValue(child, `${key}.${at}`),
      );
    default:
      return key;
  }
}

function mustFail(step: Step): boolean {
  switch (step.t) {
    case "activity":
      return step.fail > 0;
    case "retry":
    case "subRetry":
      return step.fail >= step.max;
    case "all":
      return step.of.some(mustFail);
    default:
      return false;
  }
}

/** Whether a result is what was expected. */
export function isExpected(actual: unknown, expected: unknown): boolean {
  if (expected === ANYTHING) return true;
  if (!Array.isArray(expected)) return actual === expected;
  return (
    Array.isArray(actual) &&
    actual.length === expected.length &&
    expected.every((part, at) => isExpected(actual[at], part))
  );
}

/** All events that a program waits for, with the instance that does: the program itself, or a child. */
export function eventsOf({ key, steps }: Program): { instanceId: string; name: string }[] {
  const within = (step: Step, name: string): { instanceId: string; name: string }[] => {
    if (step.t === "event") return [{ instanceId: key, name }];
    if (step.t === "sub") return eventsOf({ key: name, steps: step.steps });
    return "of" in step ? step.of.flatMap((child, at) => within(child, `${name}.${at}`)) : [];
  };
  return steps.flatMap((step, at) => within(step, `${key}/${at}`));
}

/**
 * Registers the orchestration that runs programs.
 * @param failuresOf how many failed attempts of the activity with this key have been kept so far.
 */
export function registerPrograms(failuresOf: (key: string) => number): void {
  df.app.activity("act", {
    handler: async ({ key, turns, fail }: { key: string; turns: number; fail: number }) => {
      for (let turn = 0; turn < turns; turn++)
        await new Promise((resolve) => setImmediate(resolve));
      if (failuresOf(key) < fail) throw new Error(`${key} fails`);
      return key;
    },
  });
  df.app.orchestration("prog", function* (context: OrchestrationContext) {
    const { key, steps } = context.df.getInput<Program>();
    const results: unknown[] = [];
    for (const [at, step] of steps.entries()) {
      try {
        const { task, timers } = raceOf(context, step, `${key}/${at}`);
        results.push(shown(step, yield task));
        for (const timer of timers) if (!timer.isCompleted) timer.cancel();
      } catch {
        results.push("ERR");
      }
    }
    return results;
  });
  df.app.orchestration("flaky", function* (context: OrchestrationContext) {
    return (yield context.df.callActivity("act", context.df.getInput())) as string;
  });
}

/** The task of a step, and the timers that are to be cancelled after it. */
function raceOf(
  context: OrchestrationContext,
  step: Step,
  key: string,
): { task: Task; timers: TimerTask[] } {
  if (step.t !== "any" || !step.cancels) return { task: taskOf(context, step, key), timers: [] };
  const children = step.of.map((child, at) => taskOf(context, child, `${key}.${at}`));
  const timers = children.filter((_, at) => step.of[at]?.t === "timer") as TimerTask[];
  return { task: context.df.Task.any(children), timers };
}

function taskOf(context: OrchestrationContext, step: Step, key: string): Task {
  const { df: durable } = context;
  const children = (steps: Step[]): Task[] =>
    steps.map((child, at) => taskOf(context, child, `${key}.${at}`));
  switch (step.t) {
    case "activity":
      return durable.callActivity("act", { key, turns: step.turns, fail: step.fail });
    case "retry":
      return durable.callActivityWithRetry("act", new df.RetryOptions(step.delayMs, step.max), {
        key,
        turns: step.turns,
        fail: step.fail,
      });
    case "timer":
      return durable.createTimer(new Date(durable.currentUtcDateTime.getTime() + step.delayMs));
    case "event":
      return durable.waitForExternalEvent(key);
    case "all":
      return durable.Task.all(children(step.of));
    case "any":
      return durable.Task.any(children(step.of));
    case "sub":
      return durable.callSubOrchestrator("prog", { key, steps: step.steps }, key);
    case "subRetry":
      return durable.callSubOrchestratorWithRetry(
        "flaky",
        new df.RetryOptions(step.delayMs, step.max),
        { key, turns: 0, fail: step.fail },
      );
  }
}

function shown(step: Step, value: unknown): unknown {
  if (step.t === "any" || step.t === "timer") return step.t;
  if (step.t === "event") return (value as { name: string }).name;
  if (step.t !== "all" || !Array.isArray(value)) return value;
  return value.map((part: unknown, at) => {
    const child = step.of[at];
    return child ? shown(child, part) : part;
  });
}
