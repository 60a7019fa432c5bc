import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { RegionName } from "../domain/region-name";
import { watcherId } from "../domain/run/identity";
import type { Flow } from "./flow";
import { WATCH_REGIONS } from "./names";
import { noteGone, progressed, show, type Story } from "./story";
import type { WatchInput, WatchResult } from "./watch-regions";

/** What is watched, and for how long. */
export type Watched = Pick<Inspected, "image" | "regions" | "rollout" | "watch">;

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
  const watcher = watcherId(run.publicationId, run.runId, story.startedAtMs, ++story.watches);
  show(ctx, run, story, "publishing", { watcher });
  const { timeoutMs, waveTimeoutMs } = target.rollout;
  const leftMs = story.startedAtMs + story.waitedForPeopleMs + timeoutMs - startedAt;
  const input: WatchInput = {
    ...run,
    image: target.image,
    regions: story.progress.filter(({ name }) => regions.includes(name)),
    others: story.progress.filter(({ name }) => !regions.includes(name)),
    startedAt,
    timeoutMs: Math.max(0, Math.min(waveTimeoutMs, leftMs)),
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
  if (watched.dataLuns !== undefined) story.dataLuns = watched.dataLuns;
  for (const outcome of watched.outcomes)
    if (outcome.kind === "failed") noteGone(story, outcome.fault);
  if (watched.cancelled !== undefined) story.cancelled = watched.cancelled;
  return watched;
}
