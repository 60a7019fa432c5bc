import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import { unexpectedFault } from "../domain/fault";
import { dueSteps, type Undone, type UndoPolicy, type UndoStep } from "../domain/rollout/undo";
import { call, callToUndo, type Flow } from "./flow";
import { show, type Story } from "./story";

/**
 * Takes back what the run has done, as far as its policy says so: newest step first, each may be repeated, and
 * one that fails doesn't stop the others. The safety flag is closed in any case, also when a removal of this
 * very list has opened it.
 */
export function* compensate(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  policy: UndoPolicy,
): Flow<Undone[]> {
  show(ctx, run, story, "compensating");
  const steps = yield* call(ctx, "readUndo", run);
  const done: Undone[] = [];
  for (const step of dueSteps(steps, policy)) done.push(yield* undo(ctx, run, story, step));
  // Also a removal that has failed may have opened it: a reply can be lost after an accepted PUT.
  const opened = done.some(
    ({ step, result }) => step.activity === "removeRegions" && result !== "nothingToUndo",
  );
  if (opened)
    done.push(yield* undo(ctx, run, story, { activity: "closeSafetyFlag", write: story.writes }));
  return done;
}

function* undo(ctx: OrchestrationContext, run: RunRef, story: Story, step: UndoStep): Flow<Undone> {
  try {
    return { step, ...(yield* attempt(ctx, run, story, step)) };
  } catch (error) {
    return { step, result: "failed", fault: unexpectedFault(error) };
  }
}

type Result = Undone extends infer U ? (U extends Undone ? Omit<U, "step"> : never) : never;

function* attempt(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  step: UndoStep,
): Flow<Result> {
  if (step.activity === "deleteVersion") {
    const deleted = yield* callToUndo(ctx, "deleteVersion", run);
    if (deleted.kind === "gone") return { result: "undone" };
    return { result: deleted.kind, fault: deleted.fault };
  }
  if (step.activity === "deleteDisks") return yield* deleteDisks(ctx, run, step);
  const ref = { ...run, write: ++story.writes };
  if (step.activity === "removeRegions") {
    const removed = yield* callToUndo(ctx, step.activity, { ...ref, regions: step.regions });
    if (removed.kind === "failed") return { result: "failed", fault: removed.fault };
    const { completed } = removed;
    const stay = completed.length === 0 ? {} : { completed };
    if (removed.how === "unchanged") return { result: "nothingToUndo", ...stay };
    return { result: "undone", regions: removed.removed, ...stay };
  }
  if (step.activity === "restoreReplicaCounts") {
    const { counts, written: scaledTo } = step;
    const restored = yield* callToUndo(ctx, step.activity, { ...ref, counts, written: scaledTo });
    if (restored.kind === "failed") return { result: "failed", fault: restored.fault };
    if (restored.how === "unchanged") return { result: "nothingToUndo" };
    return { result: "undone", regions: restored.restored };
  }
  const closed = yield* callToUndo(ctx, step.activity, ref);
  if (closed.kind === "failed") return { result: "failed", fault: closed.fault };
  return { result: closed.how === "unchanged" ? "nothingToUndo" : "undone" };
}

function* deleteDisks(
  ctx: OrchestrationContext,
  run: RunRef,
  { group, names }: Extract<UndoStep, { activity: "deleteDisks" }>,
): Flow<Result> {
  const deleted = yield* callToUndo(ctx, "deleteDisks", { ...run, group, names });
  if (deleted.kind === "gone") return { result: "undone" };
  const left = deleted.kind === "left" ? deleted.names : names;
  return { result: "failed", fault: deleted.fault, left };
}
