import type { RegionName } from "../region-name";
import type { RegionOutcome } from "../run/outcome";
import type { RegionProgress, RegionState } from "../run/progress";

/** What a stand-still is measured by: milliseconds, moments since the epoch. */
export interface StallRule {
  now: number;
  /** When the watch began. Before it nothing was to move: a wave waits for its turn, a PUT for its answer. */
  watchedSince: number;
  /** A region that hasn't changed for so long stands still. */
  limitMs: number;
}

/** A region has come to stand still, or has changed after it had. */
export interface StallChange {
  event: "regionStalled" | "regionMoved";
  region: RegionName;
  /** As it is now: what has moved may as well be Completed, or Failed. */
  state: RegionState;
  /** Percent, likewise. */
  progress: number;
  /** ISO 8601: since when it stands or stood still. */
  since: string;
}

/**
 * Marks the regions that stand still, and tells which of them do so since this look, and which no longer do. A region
 * counts of which nothing is told, too: that its write was accepted moves nothing. One that failed while it stood still
 * keeps its mark: nobody has seen it move again.
 * @param before the same regions at the look before
 */
export function judgeStalls(
  before: readonly RegionProgress[],
  after: readonly RegionProgress[],
  rule: StallRule,
): { progress: RegionProgress[]; changes: StallChange[] } {
  const progress = after.map((region) => marked(region, rule));
  const now = new Map(progress.map((region) => [region.name, region]));
  return {
    progress,
    changes: before.flatMap((was) => changeOf(was, now.get(was.name) ?? was)),
  };
}

function marked({ stalledSince, ...region }: RegionProgress, rule: StallRule): RegionProgress {
  switch (region.state) {
    case "completed":
      return region;
    case "failed":
      return stalledSince === undefined ? region : { ...region, stalledSince };
    default: {
      const since = Math.max(region.lastChangeAt, rule.watchedSince);
      return rule.now - since >= rule.limitMs ? { ...region, stalledSince: since } : region;
    }
  }
}

function changeOf(was: RegionProgress, is: RegionProgress): StallChange[] {
  const [before, after] = [stalledSince(was), stalledSince(is)];
  const since = after ?? before;
  if (since === undefined || (before === undefined) === (after === undefined)) return [];
  const { name: region, state, progress } = is;
  const event = after === undefined ? "regionMoved" : "regionStalled";
  return [{ event, region, state, progress, since: new Date(since).toISOString() }];
}

/** Since when it stands still; what has failed has come to its end. */
const stalledSince = (region: RegionProgress): number | undefined =>
  region.state === "failed" ? undefined : region.stalledSince;

/** The outcomes with what is known of regions that stood still to their end. */
export function withStalls(
  outcomes: readonly RegionOutcome[],
  progress: readonly RegionProgress[],
): RegionOutcome[] {
  const stalled = new Map(progress.map(({ name, stalledSince }) => [name, stalledSince]));
  return outcomes.map((outcome) => {
    const since = stalled.get(outcome.region);
    return outcome.kind !== "failed" || since === undefined
      ? outcome
      : { ...outcome, stalledSince: new Date(since).toISOString() };
  });
}
