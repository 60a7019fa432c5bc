import { fault } from "../fault";
import type { RegionName } from "../region-name";
import { failedRegion, isOtherCopy, isUnverified, type RegionOutcome } from "../run/outcome";

/** What a run has said of the regions of its version. */
export interface Word {
  outcomes: readonly RegionOutcome[];
  /** Regions that the run has added: earlier runs speak of other copies. */
  added: readonly RegionName[];
}

/**
 * Why a person's promotion leaves a Completed region out of `latest`. What a verification has failed of stays
 * unverified until a run says that it has verified it: a run that was cancelled or lost before it came to that only
 * says that the region is there. What was found under other keys is left out until a run has found it as planned.
 * @param words newest first
 * @param verify the request asks for a verification of the region: that nobody has verified it counts as well
 */
export function whyLeftOut(
  region: RegionName,
  words: readonly Word[],
  verify: boolean,
): RegionOutcome | undefined {
  let asPlanned = false;
  for (const { outcomes, added } of words) {
    const outcome = outcomes.find((one) => one.region === region);
    if (outcome?.kind === "completed") {
      if (outcome.verified === true) return undefined;
      asPlanned = true;
    } else if (outcome !== undefined) {
      if (isUnverified(outcome) || (!asPlanned && isOtherCopy(outcome))) return outcome;
    }
    if (added.includes(region)) break;
  }
  return verify ? failedRegion(region, notVerified(region)) : undefined;
}

const notVerified = (region: RegionName) =>
  fault(
    "NotVerified",
    "operator",
    `${region} is Completed, but no run has verified it, and the request asks for it`,
    "redrive the failure or send the request again: the region is verified, and nothing is copied anew; then promote the version",
  );
