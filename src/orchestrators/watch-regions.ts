import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import { fault, passes, type Fault } from "../domain/fault";
import { regionName, type RegionName } from "../domain/region-name";
import type { ImageTarget } from "../domain/request/publish-request";
import type { RegionOutcome } from "../domain/run/outcome";
import { packRegions, type RegionProgress } from "../domain/run/progress";
import { watchIntervalMs, type Watching } from "../domain/rollout/pace";
import { lostOf, type LostRegion } from "../domain/rollout/read-back";
import { judgeStalls, withStalls, type StallChange } from "../domain/rollout/stalled";
import {
  anyCompleted,
  cutShort,
  foldReading,
  timedOut,
  type ReplicationReading,
} from "../domain/run/replication";
import type { Signal } from "../domain/run/signals";
import { call, now, pauseMs, sleep, TIMER_SLACK_MS, type Flow } from "./flow";

/** All that the watcher needs; also what it hands itself when it starts anew. */
export interface WatchInput extends RunRef {
  image: ImageTarget;
  operationUrl?: string;
  regions: RegionProgress[];
  /** Regions of the run that aren't watched now: only shown. */
  others: RegionProgress[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  timeoutMs: number;
  /**
   * When its write was accepted and the watch began, in milliseconds since the epoch. In a watch that an earlier version
   * of the app began it is missing, and no region is told to stand still.
   */
  watchedSince: number;
  intervals: Watching;
  /** The version is taken into `latest`: that goes on to its end, whoever cancels. */
  promoting?: true;
}
export interface WatchResult {
  outcomes: RegionOutcome[];
  progress: RegionProgress[];
  /** The version's state at the end, when it was read; a timeout leaves it open. */
  provisioningState?: string;
  /** Regions of the version that weren't excluded from `latest`, when it was read. */
  inLatest?: RegionName[];
  /** LUNs of the version's data disks, in its own order, when it was read. */
  dataLuns?: number[];
  /** True when some region of the version is Completed, of these or others. */
  someCompleted: boolean;
  /** True when a region is Failed that isn't among those watched. */
  othersFailed?: true;
  /** Regions of earlier waves that somebody has taken away or written anew since they were Completed. */
  lost?: LostRegion[];
  /** The operation's own error, when the version ended Failed. */
  operationFault?: Fault;
  /** Why that couldn't be read. */
  operationUnread?: Fault;
  /** Why the version couldn't be read any more. */
  unreadable?: Fault;
  /** Somebody has cancelled the run: it is no longer watched. */
  cancelled?: Signal;
}

/** History of one generation stays bounded, whatever the number of hours. */
const POLLS_PER_GENERATION = 40;
/** Further looks for the operation's own error, which only explains: with the pauses between about six minutes. */
const OPERATION_LOOKS = 8;

/** Looks at all regions by one GET per poll until each is Completed, failed, or out of time. */
export function* watchRegions(ctx: OrchestrationContext): Flow<WatchResult | undefined> {
  const end = yield* watchOn(ctx, ctx.df.getInput<WatchInput>());
  return end && { ...end, outcomes: withStalls(end.outcomes, end.progress) };
}

/** One generation; undefined when the next one goes on with what it has seen. */
function* watchOn(ctx: OrchestrationContext, input: WatchInput): Flow<WatchResult | undefined> {
  let regions = input.regions;
  let waits = 0;
  let operationLooks = 0;
  let someCompleted = false;
  let last: ReplicationReading | undefined;
  for (let poll = 0; poll < POLLS_PER_GENERATION; poll++) {
    const read = yield* call(ctx, "readReplication", {
      ...sameRun(input),
      image: input.image,
      ...(input.operationUrl === undefined ? {} : { operationUrl: input.operationUrl }),
    });
    const leftMs = input.startedAt + input.timeoutMs - now(ctx);
    if (read.kind === "failed")
      return { ...failAll(regions, read.fault, last), someCompleted, unreadable: read.fault };
    if (read.kind === "wait") {
      // What was accepted goes on in Azure: passing trouble is bounded by the run's time alone.
      if (leftMs <= TIMER_SLACK_MS) return { ...outOfTime(regions, input, last), someCompleted };
      yield* sleep(ctx, Math.min(pauseMs(read, waits++), leftMs));
      continue;
    }
    waits = 0;
    last = read.reading;
    const verdict = foldReading(regions, read.reading, now(ctx));
    const { progress, changes } = judgeStalls(regions, verdict.progress, {
      now: now(ctx),
      watchedSince: input.watchedSince,
      limitMs: input.intervals.stalledAfterMs - TIMER_SLACK_MS,
    });
    regions = progress;
    someCompleted = anyCompleted(read.reading);
    ctx.df.setCustomStatus({
      phase: "publishing",
      runId: input.runId,
      regions: packRegions([...regions, ...input.others]),
    });
    if (changes.length > 0) yield* note(ctx, input, changes);
    const seen = seenOf(read.reading, regions);
    if (read.cancelled !== undefined && input.promoting !== true)
      return {
        ...stopWatching(regions, read.cancelled, last),
        ...seen,
        ...lostSince(input.others, last),
        someCompleted,
        cancelled: read.cancelled,
      };
    const why = unexplained(read.reading);
    const isLookedAgain = why !== undefined && operationLooks < OPERATION_LOOKS;
    if (verdict.outcomes !== undefined && isLookedAgain && leftMs > TIMER_SLACK_MS) {
      yield* sleep(ctx, Math.min(pauseMs({ fault: why }, operationLooks++), leftMs));
      continue;
    }
    if (verdict.outcomes !== undefined)
      return {
        outcomes: verdict.outcomes,
        progress: regions,
        ...seen,
        ...lostSince(input.others, last),
        someCompleted,
      };
    if (leftMs <= TIMER_SLACK_MS)
      return {
        ...outOfTime(regions, input, last),
        ...lostSince(input.others, last),
        inLatest: last.inLatest,
        someCompleted,
      };
    const elapsedMs = input.timeoutMs - leftMs;
    yield* sleep(ctx, Math.min(watchIntervalMs(elapsedMs, input.intervals), leftMs));
  }
  ctx.df.continueAsNew({ ...input, regions });
  return undefined;
}

const sameRun = ({ publicationId, runId, traceParent }: WatchInput) => ({
  publicationId,
  runId,
  ...(traceParent === undefined ? {} : { traceParent }),
});

/** A line in the log for each change. That it can't be written is no reason to look away. */
function* note(ctx: OrchestrationContext, input: WatchInput, changes: StallChange[]): Flow<void> {
  const time = ctx.df.currentUtcDateTime.toISOString();
  try {
    yield* call(ctx, "noteStalled", { ...sameRun(input), image: input.image, time, changes });
  } catch {
    // The regions are shown as they are, and recorded at the end.
  }
}

/** What a reading tells beside the regions that are watched. */
function seenOf(
  {
    provisioningState,
    inLatest,
    dataLuns,
    operationFault,
    operationUnread,
    summary,
  }: ReplicationReading,
  watched: readonly RegionProgress[],
): Partial<WatchResult> {
  const names = new Set(watched.map(({ name }) => name));
  const othersFailed = summary.some(
    ({ region, state }) => /^failed$/i.test(state) && !names.has(regionName(region)),
  );
  return {
    inLatest,
    provisioningState,
    ...(dataLuns === undefined ? {} : { dataLuns }),
    ...(operationFault === undefined ? {} : { operationFault }),
    ...(operationUnread === undefined ? {} : { operationUnread }),
    ...(othersFailed ? { othersFailed } : {}),
  };
}

/** Why the operation's own error can't be read now, where a further look may bring it. */
const unexplained = ({ operationUnread: why }: ReplicationReading): Fault | undefined =>
  why !== undefined && passes(why) ? why : undefined;

/** Judged when the watch is over: while an operation is in flight nobody knows what it will have made. */
function lostSince(
  others: readonly RegionProgress[],
  reading: ReplicationReading,
): Pick<WatchResult, "lost"> {
  const there = others.filter(({ state }) => state === "completed").map(({ name }) => name);
  const lost = lostOf(there, reading);
  return lost.length === 0 ? {} : { lost };
}

type Regions = Pick<WatchResult, "outcomes" | "progress">;

const outOfTime = (
  regions: RegionProgress[],
  { timeoutMs }: WatchInput,
  last?: ReplicationReading,
): Regions => ({
  outcomes: timedOut(regions, timeoutMs, last),
  progress: regions,
});

/** Azure goes on with what it has accepted; the run looks away. */
const stopWatching = (
  regions: RegionProgress[],
  { who, why }: Signal,
  last: ReplicationReading,
): Regions =>
  failAll(
    regions,
    fault(
      "Cancelled",
      "operator",
      `${who} cancelled the run: ${why}; Azure may yet complete the region`,
      "send the request again, or redrive the failure, to go on",
    ),
    last,
  );

/** Nobody looks any longer, or can: what is Completed stays so, unless the last look shows otherwise; the rest has failed. */
const failAll = (regions: RegionProgress[], fault: Fault, last?: ReplicationReading): Regions => ({
  progress: regions,
  outcomes: cutShort(regions, last, () => fault),
});
