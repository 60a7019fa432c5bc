import { foundCompleted, type Undone } from "../rollout/undo";
import { isGone, isOtherCopy, isThere, type FinalState, type RegionOutcome } from "./outcome";

/** How a run ended, as far as it is known. */
interface Ended<S extends FinalState> {
  state: S;
  regions: RegionOutcome[];
}

/**
 * The end of a run after its compensation, which waits for Azure and so sees more than the run did: what has become
 * Completed meanwhile stays, and counts. The version is still out of `latest`, so at most a part is published.
 */
export function afterUndo<S extends FinalState>(
  { state, regions }: Ended<S>,
  undone: readonly Undone[],
): Ended<S | "partlyPublished"> {
  const seen = new Set(undone.flatMap(foundCompleted));
  const after = regions.map((outcome): RegionOutcome =>
    seen.has(outcome.region) && mayBeComplete(outcome)
      ? { region: outcome.region, kind: "completed" }
      : outcome,
  );
  const some = after.some(({ kind }) => kind === "completed");
  return { state: state === "failed" && some ? "partlyPublished" : state, regions: after };
}

/** What was found of a copy that isn't the run's, or not as it has to be, stays found. */
const mayBeComplete = (outcome: RegionOutcome): boolean =>
  outcome.kind === "notStarted" ||
  (outcome.kind === "failed" &&
    !isThere(outcome) &&
    !isGone(outcome.fault) &&
    !isOtherCopy(outcome));
