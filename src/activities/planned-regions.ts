import type { TargetRegion } from "../domain/plan/image-version-body";
import { documentPaths } from "../domain/run/document-paths";
import type { PlanDocument } from "../domain/run/records";
import type { ActivityDependencies, RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";

/** The regions as the run has planned them; a person's promotion plans none and takes them as it found them. */
export async function plannedRegions(
  { documents }: Pick<ActivityDependencies, "documents">,
  { publicationId, runId }: Pick<RunRef, "publicationId" | "runId">,
): Promise<TargetRegion[]> {
  const path = documentPaths.plan(publicationId, runId);
  const plan = (await documents.read<PlanDocument>(path))?.plan;
  if (plan !== undefined && plan.kind !== "impossible") return plan.targetRegions;
  const inspected = await documents.read<InspectedDocument>(
    documentPaths.inspected(publicationId, runId),
  );
  return inspected?.existing?.publishingProfile.targetRegions ?? [];
}
