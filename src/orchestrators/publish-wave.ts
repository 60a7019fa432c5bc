import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import { mayBeAccepted, type Fault } from "../domain/fault";
import type { WaveToPublish } from "../domain/plan/plan";
import type { Problem } from "../domain/problem";
import { repeatPauseMs } from "../domain/rollout/pace";
import { recover, type Recovery, type Tries } from "../domain/rollout/recovery";
import { call, callPatiently, now, sleep, type Flow } from "./flow";
import { noteGone, noteOperation, progressed, type Story } from "./story";
import { watch } from "./watch";

/** Why a write wasn't made: Azure's refusal, or what the last look before it found. */
export type Stop = { fault: Fault } | { problems: Problem[] };

/**
 * Writes one wave and watches it until every region is Completed or has failed for good; what can be tried
 * again is tried again. Returns why a write wasn't made, when one wasn't; a cancellation stands in the story.
 */
export function* publishWave(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  wave: WaveToPublish,
): Flow<Stop | undefined> {
  const tries: Tries = { repeats: 0, recreations: 0, readditions: 0 };
  const startedAt = now(ctx);
  if (wave.toWrite) {
    const stop = yield* write(ctx, run, story, wave);
    if (stop !== undefined || story.cancelled !== undefined) return stop;
  }
  for (;;) {
    const watched = yield* watch(ctx, run, story, inspected, wave.regions, startedAt);
    for (const outcome of watched.outcomes)
      story.outcomes.set(
        outcome.region,
        outcome.kind === "failed" ? { ...outcome, attempts: attempts(tries) } : outcome,
      );
    if (story.cancelled !== undefined) return undefined;
    const step = recover(watched, tries, {
      readd: inspected.rollout.readdFailedRegions,
      source: inspected.image.location,
      createdByRun: wave.createdByRun,
    });
    if (step.kind === "none") return undefined;
    yield* sleep(ctx, repeatPauseMs(tries.repeats, inspected.watch));
    const stop = yield* tryAgain(ctx, run, story, wave, step, tries);
    if (stop !== undefined || story.cancelled !== undefined) return stop;
  }
}

/** The first write counts, and every one after it. */
const attempts = ({ repeats, readditions }: Tries): number => 1 + repeats + readditions;

/** The wave's PUT. */
function* write(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  wave: WaveToPublish,
): Flow<Stop | undefined> {
  const before = story.written;
  story.written = true; // before the call: an error in it may come after an accepted PUT
  const written = yield* callPatiently(ctx, "createOrReplicateVersion", {
    ...run,
    wave: wave.number,
    write: ++story.writes,
  });
  switch (written.kind) {
    case "written":
      noteOperation(story, written);
      isThere(story);
      return undefined;
    case "refused":
      story.written = before;
      return { problems: written.problems };
    case "cancelled":
      story.written = before;
      story.cancelled = written.by;
      return undefined;
    case "failed":
      story.written = before || mayBeAccepted(written.fault);
      if (mayBeAccepted(written.fault)) isThere(story);
      noteGone(story, written.fault);
      return { fault: written.fault };
  }
}

/** The wave is in Azure, or may be: nothing of what was taken away for it is missing for sure. */
function isThere(story: Story): void {
  delete story.gone;
  story.removed = [];
}

function* tryAgain(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  wave: WaveToPublish,
  step: Exclude<Recovery, { kind: "none" }>,
  tries: Tries,
): Flow<Stop | undefined> {
  const fault = yield* makeWay(ctx, run, story, step);
  if (story.cancelled !== undefined) return undefined;
  if (fault !== undefined) return { fault };
  if (step.kind === "readd") tries.readditions++;
  else tries.repeats++;
  if (step.kind === "recreate") tries.recreations++;
  const again = step.kind === "recreate" ? wave.regions : step.regions;
  progressed(
    story,
    story.progress
      .filter(({ name }) => again.includes(name))
      .map((region) => ({ ...region, state: "replicating", progress: 0, lastChangeAt: now(ctx) })),
  );
  for (const region of again) story.added.add(region);
  return yield* write(ctx, run, story, wave);
}

/** What has to go before the wave can be written again. */
function* makeWay(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  step: Exclude<Recovery, { kind: "none" }>,
): Flow<Fault | undefined> {
  if (step.kind === "repeat") return undefined;
  // What is taken away now would not be added back.
  const { cancel } = yield* call(ctx, "readSignals", run);
  if (cancel !== undefined) {
    story.cancelled = cancel;
    return undefined;
  }
  if (step.kind === "recreate") {
    const deleted = yield* callPatiently(ctx, "deleteVersion", run);
    if (deleted.kind !== "gone") return deleted.fault;
    story.gone = {};
    return undefined;
  }
  const write = ++story.writes;
  const { regions } = step;
  const removed = yield* callPatiently(ctx, "removeRegions", { ...run, write, regions });
  if (removed.kind === "failed") return removed.fault;
  story.removed = removed.removed;
  return undefined;
}
