import type { Reading } from "../activities/read-replication";
import type { Trouble } from "../activities/settle";
import { fault, passes, type Fault } from "../domain/fault";
import { regionName } from "../domain/region-name";
import { watchIntervalMs } from "../domain/rollout/pace";
import { lostOf } from "../domain/rollout/read-back";
import { judgeStalls, type StallChange } from "../domain/rollout/stalled";
import type { RegionOutcome } from "../domain/run/outcome";
import type { RegionProgress } from "../domain/run/progress";
import {
  anyCompleted,
  cutShort,
  foldReading,
  timedOut,
  type ReplicationReading,
} from "../domain/run/replication";
import type { Signal } from "../domain/run/signals";
import { pauseMs, TIMER_SLACK_MS } from "./flow";
import type { WatchInput, WatchResult } from "./watch-regions";

/** What one generation of a watch has seen so far. */
export interface Seen {
  regions: RegionProgress[];
  someCompleted: boolean;
  /** Looks in a row that weren't answered. */
  unanswered: number;
  /** Looks for the operation's own error that didn't bring it. */
  unexplained: number;
  last?: ReplicationReading;
}
export const NOTHING_SEEN = { someCompleted: false, unanswered: 0, unexplained: 0 };

/** A watch ends, or looks again after a pause. */
export type Next = { end: WatchResult } | { pauseMs: number; seen: Seen };

/** A reading that was taken in. */
export interface Taken {
  seen: Seen;
  /** Regions that have begun to stand still, or have moved again. */
  changes: StallChange[];
  /** How each region has ended, once all have. */
  outcomes?: RegionOutcome[];
}

/** Further looks for the operation's own error, which only explains: with the pauses between about six minutes. */
const OPERATION_LOOKS = 8;

/** The regions as they are after one more reading. */
export function takenIn(
  { watchedSince, intervals }: Pick<WatchInput, "watchedSince" | "intervals">,
  before: Seen,
  reading: ReplicationReading,
  now: number,
): Taken {
  const verdict = foldReading(before.regions, reading, now);
  const limitMs = intervals.stalledAfterMs - TIMER_SLACK_MS;
  const stalls = judgeStalls(before.regions, verdict.progress, { now, watchedSince, limitMs });
  return {
    seen: {
      ...{ ...before, unanswered: 0, last: reading },
      ...{ regions: stalls.progress, someCompleted: anyCompleted(reading) },
    },
    changes: stalls.changes,
    ...(verdict.outcomes === undefined ? {} : { outcomes: verdict.outcomes }),
  };
}

/** After a look that brought no reading. */
export function afterTrouble(
  input: WatchInput,
  seen: Seen,
  trouble: Trouble,
  leftMs: number,
): Next {
  const { regions, someCompleted, unanswered, last } = seen;
  if (trouble.kind === "failed") {
    const { fault: unreadable } = trouble;
    return { end: { ...failAll(regions, unreadable, last), someCompleted, unreadable } };
  }
  // What was accepted goes on in Azure: passing trouble is bounded by the run's time alone.
  if (isOver(leftMs)) return { end: { ...outOfTime(regions, input, last), someCompleted } };
  return { pauseMs: pauseMs(trouble, unanswered), seen: { ...seen, unanswered: unanswered + 1 } };
}

/** After a reading: nobody watches any more, all regions have ended, the time is over, or it goes on. */
export function afterReading(
  input: WatchInput,
  { seen, outcomes }: Taken,
  { reading, cancelled }: Reading,
  leftMs: number,
): Next {
  const { regions, someCompleted } = seen;
  const lost = () => lostSince(input.others, reading);
  const beside = () => ({ ...seenOf(reading, regions), ...lost(), someCompleted });
  if (cancelled !== undefined && input.promoting !== true)
    return { end: { ...stopWatching(regions, cancelled, reading), ...beside(), cancelled } };
  if (outcomes !== undefined) {
    const again = lookAgain(seen, reading, leftMs);
    return again ?? { end: { outcomes, progress: regions, ...beside() } };
  }
  if (isOver(leftMs)) {
    const { inLatest } = reading;
    return { end: { ...outOfTime(regions, input, reading), ...lost(), inLatest, someCompleted } };
  }
  return { pauseMs: watchIntervalMs(input.timeoutMs - leftMs, input.intervals), seen };
}

/** One more look, where it may bring the operation's own error. */
function lookAgain(seen: Seen, reading: ReplicationReading, leftMs: number): Next | undefined {
  const { unexplained } = seen;
  const why = whyUnexplained(reading);
  if (why === undefined || unexplained === OPERATION_LOOKS || isOver(leftMs)) return undefined;
  return {
    pauseMs: pauseMs({ fault: why }, unexplained),
    seen: { ...seen, unexplained: unexplained + 1 },
  };
}

const isOver = (leftMs: number): boolean => leftMs <= TIMER_SLACK_MS;

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
const whyUnexplained = ({ operationUnread: why }: ReplicationReading): Fault | undefined =>
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
