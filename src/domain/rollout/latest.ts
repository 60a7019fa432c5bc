import { fault, type Fault } from "../fault";
import { closedFlag, type ImageVersionBody } from "../plan/image-version-body";
import { regionName, type RegionName } from "../region-name";
import { DEFAULTS, type PublishRequest } from "../request/publish-request";
import type { RegionOutcome } from "../run/outcome";
import { maxRepeats } from "./recovery";

/** What of a version is promoted. */
export interface Promotion {
  /** The version's own flag as well: a run made it, or a person asks for it. */
  whole: boolean;
  /** Regions whose flags are set as the request wants them; those that it does not name are let in. */
  regions: readonly RegionName[];
  /**
   * Of a person's promotion: no other region comes in. Under the version's own exclusion a region's flag can be open,
   * and lifting the one would let it in.
   */
  othersStayOut?: true | undefined;
}

/**
 * The body with the exclusion from `latest` taken away as far as the request doesn't ask for it: the
 * version's flag and the regions', because either alone would go on excluding (REST contract).
 * Undefined when nothing changes: a PUT takes minutes.
 */
export function promoted(
  body: ImageVersionBody,
  request: Pick<PublishRequest, "excludeFromLatest" | "targetRegions">,
  { whole, regions, othersStayOut }: Promotion,
): ImageVersionBody | undefined {
  const { publishingProfile } = body;
  const { excludeFromLatest: asked = DEFAULTS.excludeFromLatest } = request;
  const wanted = new Map(regions.map((name) => [name, false]));
  for (const { name, excludeFromLatest = DEFAULTS.excludeFromLatest } of request.targetRegions)
    if (wanted.has(name)) wanted.set(name, excludeFromLatest);
  const inside = regionsInLatest(body);
  const targetRegions = publishingProfile.targetRegions.map((region) => {
    const name = regionName(region.name);
    const flag = wanted.get(name) ?? (othersStayOut && !inside.includes(name) ? true : undefined);
    return flag === undefined ? region : { ...region, excludeFromLatest: flag };
  });
  const next = {
    ...body,
    publishingProfile: {
      ...publishingProfile,
      targetRegions,
      ...(whole ? { excludeFromLatest: asked } : {}),
    },
    safetyProfile: closedFlag(body),
  };
  return sameFlags(body, next) ? undefined : next;
}

/** Regions whose copies `latest` finds: neither the version nor the region itself is excluded (REST contract). */
export const regionsInLatest = ({
  publishingProfile: { excludeFromLatest, targetRegions },
}: ImageVersionBody): RegionName[] =>
  excludeFromLatest === true
    ? []
    : targetRegions
        .filter((region) => region.excludeFromLatest !== true)
        .map(({ name }) => regionName(name));

function sameFlags(a: ImageVersionBody, b: ImageVersionBody): boolean {
  const flags = ({ publishingProfile: { excludeFromLatest, targetRegions } }: ImageVersionBody) =>
    [excludeFromLatest, ...targetRegions.map((region) => region.excludeFromLatest)].map(Boolean);
  return flags(a).join() === flags(b).join();
}

/** What was seen after the PUT of a promotion. */
export interface PromotionSeen {
  /** Of the regions that were Completed before it. */
  outcomes: readonly RegionOutcome[];
  /** Absent when its time was over. */
  provisioningState?: string;
  /** A region is Failed that was so before: Azure has tried it again with this PUT. */
  othersFailed?: true;
  operationFault?: Fault;
  /** Why that couldn't be read. */
  operationUnread?: Fault;
  unreadable?: Fault;
}

/** How a promotion's PUT has ended. */
export type PromotionEnd =
  | { kind: "promoted" }
  | { kind: "failed"; fault: Fault }
  /** Its operation failed for reasons of its own: the same PUT once more. */
  | { kind: "again"; fault: Fault }
  /** Its operation failed, and so did a region that had failed before: the flags, read back, say what came of it. */
  | { kind: "lookAtFlags"; fault: Fault };

/**
 * Judges the operation of a promotion: an accepted PUT isn't a version in `latest`.
 * @param repeats how often the PUT was sent again already
 */
export function judgePromotion(seen: PromotionSeen, repeats: number): PromotionEnd {
  if (seen.unreadable !== undefined) return { kind: "failed", fault: seen.unreadable };
  const lost = seen.outcomes.find((outcome) => outcome.kind === "failed");
  if (lost?.kind === "failed") return { kind: "failed", fault: lost.fault };
  const isFailed = /^failed$/i.test(seen.provisioningState ?? "");
  if (seen.provisioningState === undefined) return { kind: "failed", fault: TIMED_OUT };
  if (!isFailed) return { kind: "promoted" };
  const why = seen.operationFault ?? failedWithout(seen.operationUnread);
  if (seen.othersFailed) return { kind: "lookAtFlags", fault: why };
  return { kind: repeats < maxRepeats(why) ? "again" : "failed", fault: why };
}

const LOOK = "look at the version in the portal, and at its activity log";

const TIMED_OUT = fault(
  "PromotionTimedOut",
  "repeat",
  "the write that takes the version into latest was accepted, and hasn't ended in its time",
  LOOK,
);

const failedWithout = (unread: Fault | undefined): Fault =>
  fault(
    "PromotionFailed",
    "repeat",
    "the write that takes the version into latest was accepted, and its operation ended Failed " +
      (unread === undefined
        ? "without a reason"
        : `for a reason that couldn't be read (${unread.code}: ${unread.message})`),
    LOOK,
  );
