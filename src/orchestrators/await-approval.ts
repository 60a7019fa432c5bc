import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Decision, Signal } from "../domain/run/signals";
import { call, isoAfter, now, timer, type Flow } from "./flow";
import { announce } from "./announce";
import { SIGNALLED } from "./names";
import { show, type Story } from "./story";
import { has } from "./versions";

export type Approval =
  | { kind: "approved"; by: Decision }
  | { kind: "rejected"; by: Decision }
  | { kind: "tooLate" }
  | { kind: "cancelled"; by: Signal };

/**
 * A hint can be lost, so the stored decision is looked for as well: ever more rarely, because the history of this
 * run grows with each look, and it never continues as new.
 */
const FIRST_LOOK_MS = 5 * 60_000;
const MAX_LOOK_MS = 12 * 3_600_000;

/**
 * Waits in front of a wave until somebody decides. What counts is what is stored; the event only says that
 * there is something to be read. A deadline that passes means no.
 */
export function* awaitApproval(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  wave: number,
  timeoutMs: number,
): Flow<Approval> {
  if (has(ctx, "lookBeforeAsking")) {
    const before = yield* whatWasSaid(ctx, run, wave);
    if (before !== undefined) return before;
  }
  const startedAt = now(ctx);
  const deadline = startedAt + timeoutMs;
  show(ctx, run, story, "awaitingApproval", { awaits: wave + 1 });
  yield* announce(ctx, run, "awaitingApproval", `wave-${wave + 1}`, {
    wave: wave + 1,
    deadline: isoAfter(ctx, timeoutMs),
  });
  const approval = yield* decision(ctx, run, wave, deadline);
  story.waitedForPeopleMs += now(ctx) - startedAt;
  return approval;
}

function* decision(
  ctx: OrchestrationContext,
  run: RunRef,
  wave: number,
  deadline: number,
): Flow<Approval> {
  let signalled = ctx.df.waitForExternalEvent(SIGNALLED);
  for (let looks = 0; ; looks++) {
    const said = yield* whatWasSaid(ctx, run, wave);
    if (said !== undefined) return said;
    const leftMs = deadline - now(ctx);
    if (leftMs <= 0) return { kind: "tooLate" };
    const look = Math.min(FIRST_LOOK_MS * 2 ** looks, MAX_LOOK_MS);
    const pause = timer(ctx, Math.min(leftMs, look));
    const woken = yield ctx.df.Task.any([signalled, pause]);
    if (woken === signalled) {
      pause.cancel();
      signalled = ctx.df.waitForExternalEvent(SIGNALLED);
    }
  }
}

function* whatWasSaid(
  ctx: OrchestrationContext,
  run: RunRef,
  wave: number,
): Flow<Approval | undefined> {
  const { cancel, decisions } = yield* call(ctx, "readSignals", run);
  if (cancel !== undefined) return { kind: "cancelled", by: cancel };
  const by = decisions[wave];
  if (by === undefined) return undefined;
  return { kind: by.decision === "approve" ? "approved" : "rejected", by };
}
