import { foundCompleted, foundLost, type Undone } from "../rollout/undo";
import {
  failedRegion,
  isGone,
  isOtherCopy,
  isThere,
  type FinalState,
  type RegionOutcome,
} from "./outcome";

/** How a run ended, as far as it is known. */
interface Ended<S extends FinalState> {
  state: S;
  regions: RegionOutcome[];
}

/**
 * The end of a run after its compensation, which waits for Azure and so sees more than the run did: what has become
 * Completed meanwhile stays, and counts; what was lost under the flag that was opened is lost. The version is still out of `latest`, so at most a part is published.
 */
export function afterUndo<S extends FinalState>(
  { state, regions }: Ended<S>,
  undone: readonly Undone[],
): Ended<S | "partlyPublished" | "failed"> {
  const seen = new Set(undone.flatMap(foundCompleted));
  const lost = new Map(undone.flatMap(foundLost).map(({ region, fault }) => [region, fault]));
  const after = regions.map((outcome): RegionOutcome => {
    const { region } = outcome;
    const fault = lost.get(region);
    if (fault !== undefined && isThere(outcome)) return failedRegion(region, fault);
    return seen.has(region) && mayBeComplete(outcome) ? { region, kind: "completed" } : outcome;
  });
  return { state: stateBy(state, after), regions: after };
}

/** What is said of a run whose regions were seen otherwise than it thought. */
export function stateBy<S extends FinalState>(
  state: S,
  regions: readonly RegionOutcome[],
): S | "partlyPublished" | "failed" {
  const some = regions.some(({ kind }) => kind === "completed");
  if (state === "failed" && some) return "partlyPublished";
  return state === "partlyPublished" && !some ? "failed" : state;
}

/** What was found of a copy that isn't the run's, or not as it has to be, stays found. */
export const mayBeComplete = (outcome: RegionOutcome): boolean =>
  outcome.kind === "notStarted" ||
  (outcome.kind === "failed" &&
    !isThere(outcome) &&
    !isGone(outcome.fault) &&
    !isOtherCopy(outcome));
