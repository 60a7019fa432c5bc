import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { RegionName } from "../domain/region-name";
import { watcherId } from "../domain/run/identity";
import { failedRegion } from "../domain/run/outcome";
import { now, type Flow } from "./flow";
import { WATCH_REGIONS } from "./names";
import { endOfTime, noteGone, progressed, show, type Story } from "./story";
import type { WatchInput, WatchResult } from "./watch-regions";

interface Regions {
  regions: readonly RegionName[];
}

/** What is watched, and for how long. */
export type Watched = Pick<Inspected, "image" | "regions" | "rollout" | "watch">;

/** The PUT of a promotion copies nothing, unless it starts a region again that has failed: it has this long at least. */
const PROMOTION_TIMEOUT_MS = 60 * 60_000;

/**
 * Watches the write that takes a version into `latest`, to its end: it can't be cancelled, and has time of its own.
 * @param regions those that were Completed before
 */
export function* watchPromotion(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  target: Watched,
  regions: readonly RegionName[],
): Flow<WatchResult> {
  const timeoutMs = Math.max(PROMOTION_TIMEOUT_MS, target.rollout.waveTimeoutMs);
  const time = { startedAt: now(ctx), timeoutMs };
  return yield* watchFor(ctx, run, story, target, { ...time, regions, promoting: true });
}

/**
 * Watches regions in a sub-orchestration of their own, which keeps its history short. What it saw goes into the
 * story.
 * @param startedAt when what is watched was begun, in milliseconds since the epoch: its time counts from there
 */
export function* watch(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  target: Watched,
  regions: readonly RegionName[],
  startedAt: number,
): Flow<WatchResult> {
  const { waveTimeoutMs } = target.rollout;
  const leftMs = endOfTime(story, target.rollout) - startedAt;
  const time = { startedAt, timeoutMs: Math.max(0, Math.min(waveTimeoutMs, leftMs)) };
  return yield* watchFor(ctx, run, story, target, { ...time, regions });
}

function* watchFor(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  target: Watched,
  { regions, ...how }: Pick<WatchInput, "startedAt" | "timeoutMs" | "promoting"> & Regions,
): Flow<WatchResult> {
  const watcher = watcherId(run.publicationId, run.runId, story.startedAtMs, ++story.watches);
  show(ctx, run, story, how.promoting ? "promoting" : "publishing", { watcher });
  const input: WatchInput = {
    ...run,
    ...how,
    image: target.image,
    regions: story.progress.filter(({ name }) => regions.includes(name)),
    others: story.progress.filter(({ name }) => !regions.includes(name)),
    watchedSince: now(ctx),
    intervals: target.watch,
    ...(story.operationUrl === undefined ? {} : { operationUrl: story.operationUrl }),
  };
  // Without its version it would be told by the newest story, and not by that of its run.
  const { version } = ctx.df;
  const task = ctx.df.callSubOrchestrator(WATCH_REGIONS, input, watcher, version);
  const watched = (yield task) as WatchResult;
  progressed(story, watched.progress);
  if (watched.provisioningState !== undefined) {
    story.provisioningState = watched.provisioningState;
    story.someCompleted = watched.someCompleted;
  }
  if (watched.inLatest !== undefined) story.inLatest = watched.inLatest;
  if (watched.dataLuns !== undefined) story.dataLuns = watched.dataLuns;
  for (const outcome of watched.outcomes)
    if (outcome.kind === "failed") noteGone(story, outcome.fault);
  noteLost(story, watched);
  if (watched.unreadable !== undefined) noteGone(story, watched.unreadable);
  if (watched.cancelled !== undefined) story.cancelled = watched.cancelled;
  return watched;
}

/** What was Completed in an earlier wave and isn't there as it was mustn't be recorded as Completed. */
function noteLost(story: Story, { lost = [] }: WatchResult): void {
  for (const { region, fault } of lost) {
    story.outcomes.set(region, failedRegion(region, fault));
    const known = story.progress.filter(({ name }) => name === region);
    progressed(
      story,
      known.map((one) => ({ ...one, state: "failed" })),
    );
  }
}
