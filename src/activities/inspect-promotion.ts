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
import type { RegionOutcome } from "../domain/run/outcome";
import { completedRegions } from "../domain/run/replication";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";
import { isProblem, readOrRefused } from "./read-or-refused";
import { settle, type Patience, type Trouble } from "./settle";
import { stayingOut } from "./staying-out";

/** What is to be known before a version is taken into `latest`. */
export interface Promotable {
  kind: "promotable";
  image: ImageTarget;
  /** Those that are Completed: a region that isn't there would be promoted to nothing. */
  regions: RegionName[];
  /** Completed regions that stay out, and why: not verified, or not under the planned keys. */
  leftOut: RegionOutcome[];
  rollout: Rollout;
  watch: ActivityDependencies["watch"];
}

/** Looks which regions of a version can be taken into `latest`; what is written now is waited for. */
export function inspectPromotion(dependencies: ActivityDependencies) {
  const { documents, imageVersions, sources, watch } = dependencies;
  return async ({ lastTry, ...run }: RunRef & Patience): Promise<Promotable | Trouble> => {
    const request = await requestOf(documents, run);
    const { image, rollout } = request;
    return settle(async (): Promise<Promotable | Trouble> => {
      const version = await imageVersions.get(image);
      if (version !== undefined && isInFlight(version.provisioningState))
        return { kind: "wait", fault: operationInFlight(version.provisioningState) };
      const completed = completedRegions(version?.summary ?? []);
      const leftOut =
        version === undefined ? [] : await stayingOut(dependencies, run, request, version);
      const regions = completed.filter((name) => !leftOut.some(({ region }) => region === name));
      if (version !== undefined && regions.length > 0) {
        // Only for what is kept of it: that it can't be read is no reason against the promotion.
        const definition = await readOrRefused("$.image", async () => sources.definition(image), {
          lastTry,
        });
        await documents.write(
          documentPaths.inspected(run.publicationId, run.runId),
          found(version, definition, leftOut),
        );
        return { kind: "promotable", image, regions, leftOut, rollout, watch };
      }
      const why =
        version === undefined
          ? "it isn't there"
          : completed.length === 0
            ? "none of its regions is Completed"
            : `its Completed regions couldn't be verified, or aren't under the planned keys: ${leftOut.map(toldOf).join("; ")}`;
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

const toldOf = (outcome: RegionOutcome): string =>
  outcome.kind === "failed" ? outcome.fault.message : outcome.region;

const found = (
  version: ImageVersionState,
  definition: DefinitionFacts | Problem | undefined,
  leftOut: RegionOutcome[],
): InspectedDocument => ({
  existing: version.body,
  sets: { byId: {} },
  ...(definition === undefined || isProblem(definition) ? {} : { definition }),
  dataLuns: dataLunsOf(version, undefined) ?? [],
  ...(leftOut.length === 0 ? {} : { leftOut }),
});
