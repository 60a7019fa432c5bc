import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import { mayBeComplete } from "./after-undo";
import { endedBefore } from "./lost-run";
import { failedRegion, isThere, type RegionOutcome } from "./outcome";
import { notAsCompleted, notAsPlanned, type ReplicationReading } from "./replication";

/** A version as it is when a run's end is about to be recorded. */
export interface LastReading {
  reading: ReplicationReading;
  /** Regions of the request. */
  requested: RegionName[];
  /** Regions that the run may have added to the version, whichever orchestration of it did. */
  begun: RegionName[];
}

/**
 * The regions by what is there at the end, not by what the run saw of them last: what was Completed and isn't any more has
 * failed; what has become Completed since, as planned, counts; and what a lost run has begun isn't told as not started.
 */
export function asSeenAtLast(
  regions: readonly RegionOutcome[],
  { reading, requested, begun }: LastReading,
): RegionOutcome[] {
  // A run that ended before it had looked knows of none.
  const known = regions.length > 0 ? regions : requested.map(notStarted);
  return known.map((outcome): RegionOutcome => {
    const { region } = outcome;
    const fault = notAsCompleted(region, reading);
    if (isThere(outcome)) return fault === undefined ? outcome : failedRegion(region, fault);
    if (!mayBeComplete(outcome)) return outcome;
    if (fault === undefined) return { region, kind: "completed" };
    const isOurs = outcome.kind === "failed" || begun.includes(region);
    if (!isOurs || !reading.targetRegions.includes(region)) return outcome;
    const other = notAsPlanned(region, reading);
    if (outcome.kind === "failed")
      return other === undefined ? outcome : { ...outcome, fault: other };
    return failedRegion(region, other ?? endedBefore(region));
  });
}

/** The regions of a version that is gone, or is another image: what was Completed in it is lost. */
export const lostWith = (regions: readonly RegionOutcome[], fault: Fault): RegionOutcome[] =>
  regions.map((outcome) => (isThere(outcome) ? failedRegion(outcome.region, fault) : outcome));

const notStarted = (region: RegionName): RegionOutcome => ({ region, kind: "notStarted" });
