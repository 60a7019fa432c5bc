import type { OrchestrationContext, Task, TimerTask } from "durable-functions";
import type { Activities } from "../activities/create-activities";
import type { Trouble } from "../activities/settle";
import { unexpectedTrouble, type Fault } from "../domain/fault";
import { outOfTime } from "../domain/rollout/out-of-time";
import { retryPolicy } from "./names";

/** A part of an orchestrator: composed with `yield*`, typed in what it returns. */
export type Flow<T> = Generator<Task, T, unknown>;

export type ActivityName = keyof Activities;
export type Input<N extends ActivityName> = Parameters<Activities[N]>[0];
export type Output<N extends ActivityName> = Awaited<ReturnType<Activities[N]>>;
/** What is left of an output once waiting is over. */
export type Settled<T> = Exclude<T, { kind: "wait" }>;

/** Tries for trouble that passes; with the pauses below that is about twenty minutes. */
const MAX_TRANSIENT_WAITS = 14;
/** Tries while somebody else's operation runs; with the pauses below about six hours. */
const MAX_OPERATION_WAITS = 180;
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 120_000;
/** Timers may fire a second early: a deadline is compared with slack. */
export const TIMER_SLACK_MS = 1_000;

/**
 * Calls an activity for each input, side by side and without a retry policy: when one task of an `all`
 * fails while another is still being retried, library and engine count tasks differently, and the next
 * task gets a wrong result. Such activities answer `wait` instead of throwing; one that failed all the
 * same was cut off by the end of its process, which takes the others' answers with it, so all are to
 * be asked again.
 */
export function* sideBySide<N extends ActivityName>(
  ctx: OrchestrationContext,
  name: N,
  inputs: Input<N>[],
): Flow<(Output<N> | Extract<Trouble, { kind: "wait" }>)[]> {
  try {
    const tasks = inputs.map((input) => ctx.df.callActivity(name, input));
    return (yield ctx.df.Task.all(tasks)) as Output<N>[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return inputs.map(() => unexpectedTrouble(`${name} was cut off: ${why}`));
  }
}

/** Calls an activity and returns its result. */
export function* call<N extends ActivityName>(
  ctx: OrchestrationContext,
  name: N,
  input: Input<N>,
): Flow<Output<N>> {
  return (yield ctx.df.callActivityWithRetry(name, retryPolicy(name), input)) as Output<N>;
}

/** How long an activity is asked again. */
export interface Patience {
  /** Tries for trouble that passes. */
  transientWaits?: number;
  /** Moment after which no further try begins, in milliseconds since the epoch. */
  until?: number;
}

/**
 * Calls an activity until it answers something else than `wait`. The pauses are durable timers, so
 * they survive a restart; what Azure asked for by `Retry-After` is kept. The last try is called one,
 * so that the activity can tell what it found beside what didn't answer.
 */
export function* callPatiently<N extends ActivityName>(
  ctx: OrchestrationContext,
  name: N,
  input: Input<N>,
  { transientWaits = MAX_TRANSIENT_WAITS, until = Infinity }: Patience = {},
): Flow<Settled<Output<N>> | Extract<Trouble, { kind: "failed" }>> {
  let lastTry = false;
  for (let waits = 0; ; waits++) {
    const result = yield* call(ctx, name, lastTry ? { ...input, lastTry } : input);
    if (!isWait(result)) return result as Settled<Output<N>>;
    if (exhausted(result, waits, transientWaits)) return { kind: "failed", fault: result.fault };
    const pause = pauseMs(result, waits);
    if (now(ctx) + pause >= until) return { kind: "failed", fault: outOfTime(result.fault) };
    yield* sleep(ctx, pause);
    lastTry = exhausted(result, waits + 1, transientWaits);
  }
}

/**
 * What takes something back is asked for about six hours: nobody comes after it, and what it gives up is left over in
 * Azure.
 */
export const TO_UNDO: Patience = { transientWaits: MAX_OPERATION_WAITS };

/** Calls an activity that takes something back. */
export const callToUndo = <N extends ActivityName>(
  ctx: OrchestrationContext,
  name: N,
  input: Input<N>,
): Flow<Settled<Output<N>> | Extract<Trouble, { kind: "failed" }>> =>
  callPatiently(ctx, name, input, TO_UNDO);

/** Sleeps by a durable timer. */
export function* sleep(ctx: OrchestrationContext, ms: number): Flow<void> {
  yield timer(ctx, ms);
}

/** A durable timer that ends after so many milliseconds. */
export const timer = (ctx: OrchestrationContext, ms: number): TimerTask =>
  ctx.df.createTimer(at(ctx, ms));

/** A moment on the orchestration's clock in ISO 8601. */
export const isoAfter = (ctx: OrchestrationContext, ms: number): string =>
  at(ctx, ms).toISOString();

/** True for an answer that asks for another try. */
export function isWait(result: unknown): result is Extract<Trouble, { kind: "wait" }> {
  return (result as { kind?: string } | null)?.kind === "wait";
}

/** True when no further try is due. */
export function exhausted(
  trouble: Extract<Trouble, { kind: "wait" }>,
  waits: number,
  transientWaits = MAX_TRANSIENT_WAITS,
): boolean {
  const max = trouble.fault.advice === "waitForOperation" ? MAX_OPERATION_WAITS : transientWaits;
  return waits >= max;
}

/**
 * Pause before the next try: doubling, and never shorter than what Azure named. A short
 * `Retry-After` that is repeated must not use up all tries within seconds.
 */
export function pauseMs(
  { fault }: { fault?: Pick<Fault, "afterMs"> | undefined },
  waits: number,
): number {
  return Math.max(fault?.afterMs ?? 0, Math.min(FIRST_PAUSE_MS * 2 ** waits, MAX_PAUSE_MS));
}

/** The orchestration's own clock, in milliseconds since the epoch. */
export function now(ctx: OrchestrationContext): number {
  return ctx.df.currentUtcDateTime.getTime();
}

/** A moment on the orchestration's clock; never the machine's. */
function at(ctx: OrchestrationContext, ms: number): Date {
  const moment = ctx.df.currentUtcDateTime;
  // A copy by its own constructor: `Date` as a global is banned here, and the value isn't the clock's.
  const copy = structuredClone(moment);
  copy.setTime(moment.getTime() + ms);
  return copy;
}
