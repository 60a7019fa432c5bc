import { fault } from "../domain/fault";
import { regionName, type RegionName } from "../domain/region-name";
import type { ImageTarget, Rollout } from "../domain/request/publish-request";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { imageVersionId } from "../domain/run/identity";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { settle, type Trouble } from "./settle";

/** What is to be known before a version is taken into `latest`. */
export interface Promotable {
  kind: "promotable";
  image: ImageTarget;
  /** Those that are Completed: a region that isn't there would be promoted to nothing. */
  regions: RegionName[];
  rollout: Rollout;
  watch: ActivityDependencies["watch"];
}

/** Looks which regions of a version can be taken into `latest`; what is written now is waited for. */
export function inspectPromotion({ documents, imageVersions, watch }: ActivityDependencies) {
  return async (run: RunRef): Promise<Promotable | Trouble> => {
    const { image, rollout } = await requestOf(documents, run);
    return settle(async (): Promise<Promotable | Trouble> => {
      const version = await imageVersions.get(image);
      if (version !== undefined && isInFlight(version.provisioningState))
        return { kind: "wait", fault: operationInFlight(version.provisioningState) };
      const regions = (version?.summary ?? [])
        .filter(({ state }) => /^completed$/i.test(state))
        .map(({ region }) => regionName(region));
      if (version !== undefined && regions.length > 0)
        return { kind: "promotable", image, regions, rollout, watch };
      const why = version === undefined ? "it isn't there" : "none of its regions is Completed";
      return {
        kind: "failed",
        fault: fault(
          "NothingToPromote",
          "operator",
          `${imageVersionId(image)} can't be taken into latest: ${why}`,
          "send the request again, or redrive its failure; then promote the version",
        ),
      };
    });
  };
}
