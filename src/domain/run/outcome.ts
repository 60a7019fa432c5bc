import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import type { RequiredRegions } from "../request/publish-request";

/** Where a publication stands. The last five are final for a run. */
export type PublicationState =
  | "accepted"
  | "planning"
  | "publishing"
  | "published"
  | "partlyPublished"
  | "failed"
  | "rejected"
  | "cancelled";

export type FinalState = Exclude<PublicationState, "accepted" | "planning" | "publishing">;

/** How one region ended. `failed` carries the service's own words in its fault. */
export type RegionOutcome = { region: RegionName } & (
  | { kind: "completed" }
  | { kind: "failed"; fault: Fault; attempts: number }
  | { kind: "notStarted" }
);

/** Something that a failed run leaves in Azure, and the command that would clean it up. */
export interface LeftOver {
  resourceId: string;
  what: string;
  command: string;
}

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
