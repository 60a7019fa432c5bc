import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import { mayBeAccepted, type Fault } from "../domain/fault";
import type { WaveToPublish } from "../domain/plan/plan";
import { repeatPauseMs } from "../domain/rollout/pace";
import { recover, type Recovery, type Tries } from "../domain/rollout/recovery";
import type { Stop } from "../domain/rollout/stop";
import { begunAnew } from "../domain/run/progress";
import { call, callPatiently, now, sleep, type Flow } from "./flow";
import { endOfTime, noteGone, noteOperation, progressed, type Story } from "./story";
import { watch } from "./watch";

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
  const until = endOfTime(story, inspected.rollout);
  if (wave.toWrite) {
    const stop = yield* write(ctx, run, story, wave, until);
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
    const pause = repeatPauseMs(tries.repeats, inspected.watch);
    if (now(ctx) + pause >= until) return undefined;
    yield* sleep(ctx, pause);
    const stop = yield* tryAgain(ctx, run, story, wave, { step, tries, until });
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
  until: number,
): Flow<Stop | undefined> {
  const before = story.written;
  story.written = true; // before the call: an error in it may come after an accepted PUT
  const input = { ...run, wave: wave.number, write: ++story.writes };
  const written = yield* callPatiently(ctx, "createOrReplicateVersion", input, { until });
  // What was Completed in a version that somebody has deleted is lost, whatever else stands against making it anew.
  if (before && story.gone === undefined && "missing" in written) noteGone(story, written.missing);
  switch (written.kind) {
    case "written":
      noteOperation(story, written);
      isThere(story, wave);
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
      if (mayBeAccepted(written.fault)) isThere(story, wave);
      noteGone(story, written.fault);
      return { fault: written.fault };
  }
}

/** The wave is in Azure, or may be: nothing of what was taken away for it is missing for sure. */
function isThere(story: Story, { regions }: WaveToPublish): void {
  delete story.gone;
  story.removed = story.removed.filter((name) => !regions.includes(name));
}

/** A further try, and until when it is asked for. */
interface Again {
  step: Exclude<Recovery, { kind: "none" }>;
  tries: Tries;
  until: number;
}

function* tryAgain(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  wave: WaveToPublish,
  again: Again,
): Flow<Stop | undefined> {
  const { step, tries, until } = again;
  const fault = yield* makeWay(ctx, run, story, again);
  if (story.cancelled !== undefined) return undefined;
  if (fault !== undefined) return { fault };
  if (step.kind === "readd") tries.readditions++;
  else tries.repeats++;
  if (step.kind === "recreate") tries.recreations++;
  const regions = step.kind === "recreate" ? wave.regions : step.regions;
  progressed(
    story,
    story.progress
      .filter(({ name }) => regions.includes(name))
      .map((region) => begunAnew(region, now(ctx))),
  );
  for (const region of regions) story.added.add(region);
  return yield* write(ctx, run, story, wave, until);
}

/** What has to go before the wave can be written again. */
function* makeWay(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  { step, until }: Again,
): Flow<Fault | undefined> {
  if (step.kind === "repeat") return undefined;
  // What is taken away now would not be added back.
  const { cancel } = yield* call(ctx, "readSignals", run);
  if (cancel !== undefined) {
    story.cancelled = cancel;
    return undefined;
  }
  if (step.kind === "recreate") {
    const deleted = yield* callPatiently(ctx, "deleteVersion", run, { until });
    if (deleted.kind !== "gone") return deleted.fault;
    story.gone = {};
    return undefined;
  }
  story.opened = true; // before the call: an error in it may come after an accepted PUT
  const removal = { ...run, write: ++story.writes, regions: step.regions };
  const removed = yield* callPatiently(ctx, "removeRegions", removal, { until });
  // They aren't the run's to take away: the wave is only repeated.
  if (removed.kind === "kept") return undefined;
  if (removed.kind !== "written") return removed.fault;
  story.removed = removed.regions;
  return undefined;
}
