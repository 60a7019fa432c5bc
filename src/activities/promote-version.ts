import { promoted, type Promotion } from "../domain/rollout/latest";
import { fault, mayBeAccepted, type Fault } from "../domain/fault";
import { closedFlag } from "../domain/plan/image-version-body";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { lostOf, replicatingAgain, type LostRegion } from "../domain/rollout/read-back";
import { imageVersionId } from "../domain/run/identity";
import { operationInFlight } from "../domain/run/in-flight";
import type { Claim } from "../domain/run/signals";
import { cancelled, type Cancelled } from "./cancelled";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import { plannedRegions } from "./planned-regions";
import { readingOf } from "./reading-of";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export interface PromoteVersionInput extends WriteRef, Promotion {
  /** Regions that were Completed when the run looked last: the promotion is of all of them. */
  there: RegionName[];
  /** The operation of the same PUT has failed for reasons of its own: it is sent again, also when no flag differs. */
  again?: true;
}

/** Regions that somebody else has taken away or written since: what is left isn't what was to be promoted. */
export interface Lost {
  kind: "lost";
  regions: LostRegion[];
  fault: Fault;
}

/**
 * This try's PUT was refused, but a try that was cut off has claimed the way before it: its PUT may be on its way to
 * Azure, so the claim stays, and no cancellation counts any more though the run only waits.
 */
type Held = Extract<Trouble, { kind: "wait" }> & { held: true };

/**
 * Takes the exclusion from `latest` away, as far as the request doesn't ask for it: the version's flag and
 * the regions', because either alone would go on excluding. Sends nothing when nothing changes, but looks all the
 * same: what isn't there any more, is another image by now, or is under other keys than planned, isn't told as
 * published. A region that replicates again is waited for. A cancellation is honoured until the run has claimed the
 * version's way into `latest`, which excludes one from then on; the claim is taken back while the run waits, unless the
 * PUT may have been accepted.
 */
export function promoteVersion(dependencies: ActivityDependencies) {
  return async ({
    whole,
    regions,
    othersStayOut,
    there,
    again,
    ...ref
  }: PromoteVersionInput): Promise<Written | Lost | Cancelled | Trouble | Held> => {
    const planned = await plannedRegions(dependencies, ref);
    const { publicationId, runId } = ref;
    const { records } = dependencies;
    let claim: Claim | undefined;
    const written = await writeVersion<Lost | Cancelled | Trouble>(
      dependencies,
      ref,
      async (existing, request) => {
        if (existing === undefined) return { kind: "failed", fault: vanished(request) };
        const taken = numberTaken(existing, request);
        if (taken !== undefined) return { kind: "failed", fault: taken };
        const reading = readingOf(existing, planned);
        const lost = lostOf(there, reading);
        const [first] = lost;
        if (first !== undefined) return { kind: "lost", regions: lost, fault: first.fault };
        const [open] = replicatingAgain(there, reading);
        if (open !== undefined) return { kind: "wait", fault: waitsFor(open) };
        const body =
          promoted(existing.body, request, { whole, regions, othersStayOut }) ??
          (again && { ...existing.body, safetyProfile: closedFlag(existing.body) });
        // Nothing is left to be decided: also without a PUT the run ends published.
        claim = await records.claimLatest(publicationId, runId, dependencies.now().toISOString());
        if (claim.kind === "cancelled") return claim;
        return body === undefined ? { kind: "nothing" } : { kind: "put", body, undo: [] };
      },
      () => cancelled(dependencies, ref),
    );
    const isRefused = written.kind === "wait" && !mayBeAccepted(written.fault);
    if (isRefused && claim?.kind === "held") return { ...written, held: true };
    if (isRefused && claim?.kind === "made") await records.releaseLatest(publicationId, runId);
    return written;
  };
}

const vanished = ({ image }: PublishRequest) =>
  fault(
    "VersionVanished",
    "operator",
    `${imageVersionId(image)} was deleted before it could be taken into latest`,
    "find who deleted it (activity log), then run the request again",
  );

/** Somebody else's write goes on in the region: it is waited for, as his operation is. */
const waitsFor = ({ fault }: LostRegion): Fault => ({
  ...operationInFlight("Replicating"),
  ...{ code: fault.code, message: fault.message, action: fault.action },
});
