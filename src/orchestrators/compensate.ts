import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import { unexpectedFault } from "../domain/fault";
import {
  dueSteps,
  type Undone,
  type UndoPolicy,
  type UndoResult,
  type UndoStep,
} from "../domain/rollout/undo";
import { call, callToUndo, type Flow } from "./flow";
import { show, type Story } from "./story";
import { undoWrite } from "./undo-write";

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

function* attempt(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  step: UndoStep,
): Flow<UndoResult> {
  if (step.activity === "deleteVersion") {
    const deleted = yield* callToUndo(ctx, "deleteVersion", run);
    if (deleted.kind === "gone") return { result: "undone" };
    return { result: deleted.kind, fault: deleted.fault };
  }
  if (step.activity === "deleteDisks") return yield* deleteDisks(ctx, run, step);
  return yield* undoWrite(ctx, run, story, step);
}

function* deleteDisks(
  ctx: OrchestrationContext,
  run: RunRef,
  { group, names }: Extract<UndoStep, { activity: "deleteDisks" }>,
): Flow<UndoResult> {
  const deleted = yield* callToUndo(ctx, "deleteDisks", { ...run, group, names });
  if (deleted.kind === "gone") return { result: "undone" };
  const left = deleted.kind === "left" ? deleted.names : names;
  return { result: "failed", fault: deleted.fault, left };
}
