import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Reading } from "../activities/read-replication";
import type { Fault } from "../domain/fault";
import type { RegionName } from "../domain/region-name";
import type { ImageTarget } from "../domain/request/publish-request";
import type { Watching } from "../domain/rollout/pace";
import type { LostRegion } from "../domain/rollout/read-back";
import { withStalls, type StallChange } from "../domain/rollout/stalled";
import type { RegionOutcome } from "../domain/run/outcome";
import { packRegions, type RegionProgress } from "../domain/run/progress";
import type { Signal } from "../domain/run/signals";
import {
  afterReading,
  afterTrouble,
  NOTHING_SEEN,
  takenIn,
  type Next,
  type Seen,
  type Taken,
} from "./after-look";
import { call, now, sleep, type Flow, type Output } from "./flow";

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

/** Looks at all regions by one GET per poll until each is Completed, failed, or out of time. */
export function* watchRegions(ctx: OrchestrationContext): Flow<WatchResult | undefined> {
  const end = yield* watchOn(ctx, ctx.df.getInput<WatchInput>());
  return end && { ...end, outcomes: withStalls(end.outcomes, end.progress) };
}

/** One generation; undefined when the next one goes on with what it has seen. */
function* watchOn(ctx: OrchestrationContext, input: WatchInput): Flow<WatchResult | undefined> {
  let seen: Seen = { ...NOTHING_SEEN, regions: input.regions };
  for (let poll = 0; poll < POLLS_PER_GENERATION; poll++) {
    const answer = yield* look(ctx, input);
    // As of the look: to note a change takes time of its own.
    const leftMs = input.startedAt + input.timeoutMs - now(ctx);
    let next: Next;
    if (answer.kind === "reading") {
      const taken = yield* takeIn(ctx, input, seen, answer);
      next = afterReading(input, taken, answer, leftMs);
    } else next = afterTrouble(input, seen, answer, leftMs);
    if ("end" in next) return next.end;
    seen = next.seen;
    yield* sleep(ctx, Math.min(next.pauseMs, leftMs));
  }
  ctx.df.continueAsNew({ ...input, regions: seen.regions });
  return undefined;
}

const look = (ctx: OrchestrationContext, input: WatchInput): Flow<Output<"readReplication">> =>
  call(ctx, "readReplication", {
    ...sameRun(input),
    image: input.image,
    ...(input.operationUrl === undefined ? {} : { operationUrl: input.operationUrl }),
  });

/** Takes a reading in, and shows and notes what has changed by it. */
function* takeIn(
  ctx: OrchestrationContext,
  input: WatchInput,
  before: Seen,
  { reading }: Reading,
): Flow<Taken> {
  const taken = takenIn(input, before, reading, now(ctx));
  ctx.df.setCustomStatus({
    phase: "publishing",
    runId: input.runId,
    regions: packRegions([...taken.seen.regions, ...input.others]),
  });
  if (taken.changes.length > 0) yield* note(ctx, input, taken.changes);
  return taken;
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
