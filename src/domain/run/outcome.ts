import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import type { RequiredRegions } from "../request/publish-request";

/** What a run is doing, as its durable status tells; a row says `accepted` until the run has ended. */
export type LiveState =
  | "accepted"
  | "planning"
  | "publishing"
  | "verifying"
  | "awaitingApproval"
  | "promoting"
  | "compensating";

/** Where a publication stands. The last six are final for a run. */
export type PublicationState =
  | LiveState
  | "published"
  /** A run of `promote`: the version was taken into `latest` by a person's word. */
  | "promoted"
  | "partlyPublished"
  | "failed"
  | "rejected"
  | "cancelled";

export type FinalState = Exclude<PublicationState, LiveState>;

const LIVE: ReadonlySet<PublicationState> = new Set<LiveState>([
  "accepted",
  "planning",
  "publishing",
  "verifying",
  "awaitingApproval",
  "promoting",
  "compensating",
]);

/** True while a run goes on. */
export const isLive = (state: PublicationState): state is LiveState => LIVE.has(state);

/** True when the version is published. */
export const isSuccess = (state: string): boolean => state === "published" || state === "promoted";

/** How one region ended. `failed` carries the service's own words in its fault. */
export type RegionOutcome = { region: RegionName } &
  /**
   * `verified`: disks were made from the version there, and were encrypted as they had to be. `stalledSince`: it stood
   * still since then (ISO 8601), and nobody has seen it move again.
   */
  (
    | { kind: "completed"; verified?: true }
    | { kind: "failed"; fault: Fault; attempts: number; stalledSince?: string }
    | { kind: "notStarted" }
  );

/** A region that has failed at its first try, or of which nothing tells how often it was tried. */
export const failedRegion = (region: RegionName, fault: Fault): RegionOutcome => ({
  region,
  kind: "failed",
  fault,
  attempts: 1,
});

/** True when the version isn't there any more, or is another image: what was Completed in it is lost. */
export const isGone = ({ code }: Pick<Fault, "code">): boolean =>
  code === "VersionVanished" || code === "VersionTaken";

/** Something that a failed run leaves in Azure, and the command that would clean it up. */
export interface LeftOver {
  resourceId: string;
  what: string;
  command: string;
}

/** True for a region that is in Azure, and whose copy couldn't be shown to be as it has to be. */
export const isUnverified = (outcome: RegionOutcome): boolean =>
  outcome.kind === "failed" &&
  (outcome.fault.code.startsWith("VerificationFailed") || outcome.fault.code === "NotVerified");

/** Faults of a region whose copy isn't what was planned: that Azure has completed it is no success. */
const OTHER_COPIES: ReadonlySet<string> = new Set([
  "DataDiskNotEncrypted",
  "EncryptionChangedSincePlan",
]);

/** True for a region whose copy was found under other keys than planned, or under none. */
export const isOtherCopy = (outcome: RegionOutcome): boolean =>
  outcome.kind === "failed" && OTHER_COPIES.has(outcome.fault.code);

/** True for a region that is in Azure, whatever was found of it afterwards. */
export const isThere = (outcome: RegionOutcome): boolean =>
  outcome.kind === "completed" || isUnverified(outcome);

/**
 * The words of docs/architecture.md: published = every required region Completed; partlyPublished = at
 * least one but not all required; failed = none.
 */
export function judge(
  regions: RegionOutcome[],
  required: RequiredRegions,
): "published" | "partlyPublished" | "failed" {
  const completed = new Set(
    regions.filter((region) => region.kind === "completed").map((region) => region.region),
  );
  const enough =
    required === "all"
      ? regions.every((region) => region.kind === "completed")
      : typeof required === "number"
        ? completed.size >= required
        : required.every((name) => completed.has(name));
  if (enough && completed.size > 0) return "published";
  return completed.size > 0 ? "partlyPublished" : "failed";
}
