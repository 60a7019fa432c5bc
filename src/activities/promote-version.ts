import { promoted, type Promotion } from "../domain/rollout/latest";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export type PromoteVersionInput = WriteRef & Promotion;

/**
 * Takes the exclusion from `latest` away, as far as the request doesn't ask for it: the version's flag and
 * the regions', because either alone would go on excluding. Sends nothing when nothing changes.
 */
export function promoteVersion(dependencies: ActivityDependencies) {
  return ({ whole, regions, ...ref }: PromoteVersionInput): Promise<Written | Trouble> =>
    writeVersion<never>(dependencies, ref, (existing, request) => {
      if (existing === undefined) return { kind: "nothing" };
      const body = promoted(existing.body, request, { whole, regions });
      return body === undefined ? { kind: "nothing" } : { kind: "put", body, undo: [] };
    });
}
