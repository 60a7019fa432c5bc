import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { Fault } from "../domain/fault";
import type { RegionName } from "../domain/region-name";
import { failedRegion, isGone, isThere, type RegionOutcome } from "../domain/run/outcome";
import {
  packRegions,
  type RegionProgress,
  type RunStatus,
  type WorkingPhase,
} from "../domain/run/progress";
import type { Signal } from "../domain/run/signals";
import { now } from "./flow";

/** What has happened so far; an unexpected error is recorded with it. */
export interface Story {
  startedAt: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  inspected?: Inspected;
  /** PUTs and other writes that were begun: the number of the last one. */
  writes: number;
  /** A write may have been accepted. */
  written: boolean;
  /** Disks that verify the version may be there. */
  disks: boolean;
  /** A removal may have opened the version's safety flag: it is looked for at the end, however that is. */
  opened: boolean;
  /** Sub-orchestrations that were begun: the number of the last one. */
  watches: number;
  operationUrl?: string;
  /** As a watch read it last. */
  provisioningState?: string;
  /** Some region of the version was Completed then. */
  someCompleted?: boolean;
  /** Regions of the version that weren't excluded from `latest` then; absent while a write of ours may have changed it. */
  inLatest?: RegionName[];
  /** LUNs of the version's data disks in its own order, as a watch read them last. */
  dataLuns?: number[];
  progress: RegionProgress[];
  /** What was shown last of what the run is at. */
  shown?: WorkingPhase;
  /** Regions that the run, or a lost one before it, has added to the version: it may promote them. */
  added: Set<RegionName>;
  /** How each region ended that has ended. */
  outcomes: Map<RegionName, RegionOutcome>;
  /** Milliseconds that the run has waited for people: they don't count against its time. */
  waitedForPeopleMs: number;
  cancelled?: Signal;
  /** Nothing of the run is in Azure any more; with the reason when it wasn't the run that deleted it. */
  gone?: { fault?: Fault };
  /** Regions that the run has taken out of the version, and not added back yet. */
  removed: RegionName[];
}

export function beginStory(ctx: OrchestrationContext): Story {
  return {
    startedAt: ctx.df.currentUtcDateTime.toISOString(),
    startedAtMs: now(ctx),
    writes: 0,
    written: false,
    disks: false,
    opened: false,
    watches: 0,
    progress: [],
    added: new Set(),
    outcomes: new Map(),
    waitedForPeopleMs: 0,
    removed: [],
  };
}

/** Custom status: what `GET /api/publications/{id}` shows while the run goes on. */
export function show(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  phase: RunStatus["phase"],
  more: Pick<RunStatus, "watcher" | "awaits"> = {},
): void {
  const isOver = phase === "recording" || phase === "ended";
  if (!isOver) story.shown = phase;
  const status: RunStatus = {
    phase,
    ...(isOver && story.shown !== undefined ? { after: story.shown } : {}),
    runId: run.runId,
    regions: packRegions(story.progress),
    ...more,
  };
  ctx.df.setCustomStatus(status);
}

/** Takes over what is known of some regions, the others stay as they are. */
export function progressed(story: Story, regions: readonly RegionProgress[]): void {
  const news = new Map(regions.map((region) => [region.name, region]));
  story.progress = story.progress.map((region) => news.get(region.name) ?? region);
}

/** A region before anything was done for it. */
export const pending = (
  ctx: OrchestrationContext,
  name: RegionName,
  wave: number,
): RegionProgress => {
  const time = now(ctx);
  return { name, state: "pending", progress: 0, wave, startedAt: time, lastChangeAt: time };
};

/**
 * The outcome of every region, in the request's order; what hasn't ended wasn't started. What was Completed in a
 * version that is gone is lost.
 */
export const outcomesOf = ({ inspected, outcomes, gone }: Story): RegionOutcome[] =>
  (inspected?.regions ?? []).map((region): RegionOutcome => {
    const outcome = outcomes.get(region) ?? { region, kind: "notStarted" };
    return isThere(outcome) && gone?.fault !== undefined
      ? failedRegion(region, gone.fault)
      : outcome;
  });

/**
 * When the run's time is over, in milliseconds since the epoch: nothing is begun in Azure after it but what takes
 * back. Waiting for people doesn't count.
 */
export const endOfTime = (
  { startedAtMs, waitedForPeopleMs }: Story,
  { timeoutMs }: Pick<Inspected["rollout"], "timeoutMs">,
): number => startedAtMs + waitedForPeopleMs + timeoutMs;

/**
 * Takes note of where the last write's operation stands. Of a write whose reply was lost nobody knows: the one before
 * it would tell another operation's error.
 */
export function noteOperation(story: Story, { operationUrl }: { operationUrl?: string }): void {
  if (operationUrl === undefined) delete story.operationUrl;
  else story.operationUrl = operationUrl;
}

/** Takes note of a fault that means that the version is no longer the run's. */
export function noteGone(story: Story, fault: Fault): void {
  if (isGone(fault)) story.gone = { fault };
}
