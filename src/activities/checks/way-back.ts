import type { ImageVersions } from "../../azure/image-versions";
import { checkWayBack, newestOf } from "../../domain/preflight/check-way-back";
import { isEncrypted } from "../../domain/request/publish-request";
import { isProblem, readOrRefused } from "../read-or-refused";
import type { Check } from "./check";

/**
 * Bars the way back from the customer's keys to the platform's. Asks for the definition's versions
 * only when one is to have platform-managed keys, new or not: an older version is a way back, too.
 * When Azure doesn't show them, that is a reason against the plan: who can't see whether the way
 * leads back doesn't take it.
 */
export function noWayBack({ list }: Pick<ImageVersions, "list">): Check {
  return async ({ request, existing, source, ...patience }) => {
    if (isEncrypted(request)) return { problems: [], remarks: [] };
    const look = () => list(request.image);
    const versions = await readOrRefused("$.encryption.type", look, patience);
    if (isProblem(versions)) return { problems: [versions], remarks: [] };
    const before = {
      existing: existing?.body.publishingProfile.targetRegions,
      newest: newestOf(versions),
      source,
    };
    return { problems: checkWayBack(request, before), remarks: [] };
  };
}
