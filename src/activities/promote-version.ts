import { promoted, type Promotion } from "../domain/rollout/latest";
import { fault } from "../domain/fault";
import type { PublishRequest } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export type PromoteVersionInput = WriteRef & Promotion;

/**
 * Takes the exclusion from `latest` away, as far as the request doesn't ask for it: the version's flag and
 * the regions', because either alone would go on excluding. Sends nothing when nothing changes. What isn't there
 * any more, or is another image by now, isn't taken into latest.
 */
export function promoteVersion(dependencies: ActivityDependencies) {
  return ({ whole, regions, ...ref }: PromoteVersionInput): Promise<Written | Trouble> =>
    writeVersion<Extract<Trouble, { kind: "failed" }>>(dependencies, ref, (existing, request) => {
      if (existing === undefined) return { kind: "failed", fault: vanished(request) };
      const taken = numberTaken(existing, request);
      if (taken !== undefined) return { kind: "failed", fault: taken };
      const body = promoted(existing.body, request, { whole, regions });
      return body === undefined ? { kind: "nothing" } : { kind: "put", body, undo: [] };
    });
}

const vanished = ({ image }: PublishRequest) =>
  fault(
    "VersionVanished",
    "operator",
    `${imageVersionId(image)} was deleted before it could be taken into latest`,
    "find who deleted it (activity log), then run the request again",
  );
