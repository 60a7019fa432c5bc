import type { ImageVersionState } from "../azure/image-versions";
import { fault } from "../domain/fault";
import { dataLunsOf } from "../domain/plan/version-disks";
import type { DefinitionFacts } from "../domain/preflight/source-facts";
import type { Problem } from "../domain/problem";
import type { RegionName } from "../domain/region-name";
import type { ImageTarget, Rollout } from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { imageVersionId } from "../domain/run/identity";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";
import { isProblem, readOrRefused } from "./read-or-refused";
import { settle, type Patience, type Trouble } from "./settle";
import { completedRegions } from "../domain/run/replication";

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
export function inspectPromotion({
  documents,
  imageVersions,
  sources,
  watch,
}: ActivityDependencies) {
  return async ({ lastTry, ...run }: RunRef & Patience): Promise<Promotable | Trouble> => {
    const { image, rollout } = await requestOf(documents, run);
    return settle(async (): Promise<Promotable | Trouble> => {
      const version = await imageVersions.get(image);
      if (version !== undefined && isInFlight(version.provisioningState))
        return { kind: "wait", fault: operationInFlight(version.provisioningState) };
      const regions = completedRegions(version?.summary ?? []);
      if (version !== undefined && regions.length > 0) {
        // Only for what is kept of it: that it can't be read is no reason against the promotion.
        const definition = await readOrRefused("$.image", async () => sources.definition(image), {
          lastTry,
        });
        await documents.write(
          documentPaths.inspected(run.publicationId, run.runId),
          found(version, definition),
        );
        return { kind: "promotable", image, regions, rollout, watch };
      }
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

const found = (
  version: ImageVersionState,
  definition: DefinitionFacts | Problem | undefined,
): InspectedDocument => ({
  existing: version.body,
  sets: { byId: {} },
  ...(definition === undefined || isProblem(definition) ? {} : { definition }),
  dataLuns: dataLunsOf(version, undefined) ?? [],
});
