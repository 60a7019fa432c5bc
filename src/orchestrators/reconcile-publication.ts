import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { BegunEnd, InspectLostRunInput, Inspection } from "../activities/inspect-lost-run";
import type { ReconcileInput } from "../domain/run/ended-run";
import { passes } from "../domain/fault";
import { afterUndo } from "../domain/run/after-undo";
import type { LostRun } from "../domain/run/lost-run";
import { announce } from "./announce";
import { compensate } from "./compensate";
import { call, callPatiently, now, sleep, type Flow, type Output, type Settled } from "./flow";
import { beginStory } from "./story";
import { isWorthTelling } from "../domain/rollout/undo";
import { undoWrite } from "./undo-write";

export interface Reconciled {
  /** `notSeen`: Azure has answered nothing, and the timer comes again. */
  kind: "nothingToDo" | "notSeen" | "recorded" | "flagClosed" | "flagLeftOpen";
}

/**
 * Mends what a run has left that can't do so itself any more. Runs under the version's instance id, as everything
 * that writes it does: while it goes on no run does, and while one goes on this can't begin.
 */
export function* reconcilePublication(ctx: OrchestrationContext): Flow<Reconciled> {
  const { ended, failureId, settleMs, runId: own } = ctx.df.getInput<ReconcileInput>();
  const { trigger, startedAt, action, ...run } = ended;
  if (failureId !== undefined) return yield* closeFlag(ctx, run, failureId);
  const asked = action === undefined ? {} : { action };
  const found = yield* look(ctx, { ...run, ...asked }, settleMs);
  if (found.kind === "recorded") return { kind: "nothingToDo" };
  // An outage passes, and a record stays: what the run has made is told once it can be seen.
  if (found.kind === "failed" && passes(found.fault)) return { kind: "notSeen" };
  const known = found.kind === "failed" ? unreadable(found) : found;
  const end = known.begun ?? (yield* takeBack(ctx, run, known, own));
  const common = { ...run, trigger, startedAt, endedAt: end.endedAt };
  const { written, removed, fault, provisioningState, someCompleted, inLatest } = known.lost;
  const { state, regions } = afterUndo(known.lost, end.undone);
  if ((state === "published" || state === "promoted") && known.image !== undefined)
    yield* call(ctx, "recordOutcome", {
      ...common,
      image: known.image,
      regions,
      undone: end.undone,
      ...(state === "promoted" ? { state } : {}),
    });
  else
    yield* call(ctx, "recordFailure", {
      ...common,
      ...asked,
      ...end,
      state: state === "published" || state === "promoted" ? "failed" : state,
      regions,
      written,
      ...(removed === undefined ? {} : { removed }),
      ...(fault === undefined ? {} : { fault }),
      ...(provisioningState === undefined ? {} : { provisioningState }),
      ...(someCompleted === undefined ? {} : { someCompleted }),
      ...(inLatest === undefined ? {} : { inLatest }),
      ...(known.image === undefined ? {} : { image: known.image }),
    });
  return { kind: "recorded" };
}

/** Whoever goes on changing the version is none that ended. */
const MOST_LOOKS = 10;

/**
 * Looks until two looks have shown the same. To end an orchestration doesn't end the activity that it has called:
 * the PUT of one may come to Azure after the first look, and would be found by nobody.
 */
function* look(
  ctx: OrchestrationContext,
  run: InspectLostRunInput,
  settleMs: number,
): Flow<Settled<Output<"inspectLostRun">>> {
  let before: string | undefined;
  for (let looks = 1; ; looks++) {
    const found = yield* callPatiently(ctx, "inspectLostRun", run);
    if (found.kind !== "lost" || !found.mayStillWrite) return found;
    if (found.seen === before || looks === MOST_LOOKS) return found;
    before = found.seen;
    yield* sleep(ctx, settleMs);
  }
}

type Lost = Extract<Inspection, { kind: "lost" }>;
type Known = Pick<Lost, "lost" | "begun"> & Partial<Pick<Lost, "image" | "onFailure">>;

/** Azure, or the request, can't be read for good: what is known is that the run has ended. */
const unreadable = ({ fault }: { fault: NonNullable<LostRun["fault"]> }): Known => ({
  lost: { state: "failed", regions: [], written: true, writes: 0, fault },
});

/** What the run's policy would have taken back, had it come to that; a published one keeps what is healthy. */
function* takeBack(
  ctx: OrchestrationContext,
  run: RunRef,
  { lost, onFailure }: Known,
  own: string,
): Flow<BegunEnd> {
  const story = { ...beginStory(ctx), writes: lost.writes };
  const isDone = lost.state === "published" || lost.state === "promoted";
  const policy = lost.written && !isDone ? (onFailure ?? "keepHealthy") : "keepHealthy";
  const done = yield* compensate(ctx, run, story, policy);
  const undone = isDone ? done.filter(isWorthTelling) : done;
  if (undone.length > 0)
    // The run may have announced its own before it was lost: this is another, and no repetition.
    yield* announce(ctx, run, "compensated", `undo-by-${own}`, { undone });
  return { endedAt: ctx.df.currentUtcDateTime.toISOString(), problems: [], undone };
}

/** Writes are numbered by the time: the run's own are counted from 1, so it is none of them. */
function* closeFlag(ctx: OrchestrationContext, run: RunRef, failureId: string): Flow<Reconciled> {
  const writes = now(ctx);
  const step = { activity: "closeSafetyFlag", write: writes } as const;
  // The timer comes again: until then the version isn't kept from whoever wants to write it.
  const { result } = yield* undoWrite(ctx, run, { writes }, step, {});
  if (result === "failed") return { kind: "flagLeftOpen" };
  yield* call(ctx, "noteFlagClosed", { failureId });
  return { kind: "flagClosed" };
}
