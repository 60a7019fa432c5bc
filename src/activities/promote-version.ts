import { promoted, type Promotion } from "../domain/rollout/latest";
import { fault, type Fault } from "../domain/fault";
import { missingRegions } from "../domain/plan/image-version-body";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import { regionVanished } from "../domain/run/replication";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export interface PromoteVersionInput extends WriteRef, Promotion {
  /** Regions that were Completed when the run looked last: the promotion is of all of them. */
  there: RegionName[];
}

/** Regions that somebody else has taken away since the last look: what is left isn't what was to be promoted. */
export interface Vanished {
  kind: "vanished";
  regions: RegionName[];
  fault: Fault;
}

/**
 * Takes the exclusion from `latest` away, as far as the request doesn't ask for it: the version's flag and
 * the regions', because either alone would go on excluding. Sends nothing when nothing changes. What isn't there
 * any more, or is another image by now, isn't taken into latest.
 */
export function promoteVersion(dependencies: ActivityDependencies) {
  return ({
    whole,
    regions,
    there,
    ...ref
  }: PromoteVersionInput): Promise<Written | Vanished | Trouble> =>
    writeVersion<Vanished | Failed>(dependencies, ref, (existing, request) => {
      if (existing === undefined) return { kind: "failed", fault: vanished(request) };
      const taken = numberTaken(existing, request);
      if (taken !== undefined) return { kind: "failed", fault: taken };
      const lost = missingRegions(there, existing.body.publishingProfile.targetRegions);
      const [first] = lost;
      if (first !== undefined)
        return { kind: "vanished", regions: lost, fault: regionVanished(first) };
      const body = promoted(existing.body, request, { whole, regions });
      return body === undefined ? { kind: "nothing" } : { kind: "put", body, undo: [] };
    });
}

type Failed = Extract<Trouble, { kind: "failed" }>;

const vanished = ({ image }: PublishRequest) =>
  fault(
    "VersionVanished",
    "operator",
    `${imageVersionId(image)} was deleted before it could be taken into latest`,
    "find who deleted it (activity log), then run the request again",
  );
