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
import { isUnverified, type RegionOutcome } from "../domain/run/outcome";
import { completedRegions } from "../domain/run/replication";
import type { OutcomeDocument, RunRow } from "../domain/run/records";

/** What is to be known before a version is taken into `latest`. */
export interface Promotable {
  kind: "promotable";
  image: ImageTarget;
  /** Those that are Completed: a region that isn't there would be promoted to nothing. */
  regions: RegionName[];
  /** Completed regions that stay out: the run that published them couldn't verify them. */
  leftOut: RegionOutcome[];
  rollout: Rollout;
  watch: ActivityDependencies["watch"];
}

/** Looks which regions of a version can be taken into `latest`; what is written now is waited for. */
export function inspectPromotion(dependencies: ActivityDependencies) {
  const { documents, imageVersions, sources, watch } = dependencies;
  return async ({ lastTry, ...run }: RunRef & Patience): Promise<Promotable | Trouble> => {
    const { image, rollout } = await requestOf(documents, run);
    return settle(async (): Promise<Promotable | Trouble> => {
      const version = await imageVersions.get(image);
      if (version !== undefined && isInFlight(version.provisioningState))
        return { kind: "wait", fault: operationInFlight(version.provisioningState) };
      const completed = completedRegions(version?.summary ?? []);
      const leftOut = await unverified(dependencies, run.publicationId, completed);
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
            : `its Completed regions couldn't be verified (${completed.join(", ")})`;
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

/**
 * Of these regions those whose verification failed in the newest run that has begun them: nothing has shown since that
 * their copies are as they have to be. A redrive verifies them again.
 */
async function unverified(
  { documents, records }: Pick<ActivityDependencies, "documents" | "records">,
  publicationId: string,
  completed: readonly RegionName[],
): Promise<RegionOutcome[]> {
  const last = new Map<RegionName, RegionOutcome>();
  const ended = (await records.runs(publicationId)).filter(({ action }) => action !== "promote");
  for (const { runId } of ended.sort(newestFirst)) {
    if (completed.every((region) => last.has(region))) break;
    const path = documentPaths.outcome(publicationId, runId);
    for (const outcome of (await documents.read<OutcomeDocument>(path))?.regions ?? [])
      if (outcome.kind !== "notStarted" && !last.has(outcome.region))
        last.set(outcome.region, outcome);
  }
  return completed.flatMap((region) => last.get(region) ?? []).filter(isUnverified);
}

/** One run of a version ends before the next begins. */
const newestFirst = (a: RunRow, b: RunRow): number =>
  (b.endedAt ?? b.startedAt) < (a.endedAt ?? a.startedAt) ? -1 : 1;

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
