import { FINGERPRINT_TAG, RUN_TAG, type ImageVersionBody } from "../domain/plan/image-version-body";
import type { Promotion } from "../domain/rollout/latest";
import { documentPaths } from "../domain/run/document-paths";
import { RUN_LOST } from "../domain/run/lost-run";
import type { FailureDocument, PlanDocument } from "../domain/run/records";
import type { ActivityDependencies, RunRef } from "./dependencies";

/** What is kept of earlier runs. */
export type EarlierRuns = Pick<ActivityDependencies, "documents" | "records">;

/**
 * What the version's last writer was to take into `latest` and didn't come to, because the run was lost. The exclusion
 * is ours then, and who sends the same request again asks for the rest of it. A run that has told its own end has left
 * the version out on purpose: that is a person's to decide. Of a version that is in `latest` it has only left out the
 * regions that it added and that weren't Completed: whoever asks for them again wants them there. The lost one may be
 * the run itself, started again: a run looks before its first write.
 */
export async function owedPromotion(
  { documents, records }: EarlierRuns,
  { publicationId, fingerprint }: Pick<RunRef, "publicationId" | "fingerprint">,
  { tags, publishingProfile }: Pick<ImageVersionBody, "tags" | "publishingProfile">,
): Promise<Promotion | undefined> {
  const writer = tags[RUN_TAG];
  if (writer === undefined || tags[FINGERPRINT_TAG] !== fingerprint) return undefined;
  const path = documentPaths.plan(publicationId, writer);
  const plan = (await documents.read<PlanDocument>(path))?.plan;
  if (plan === undefined || plan.kind === "impossible" || plan.latest === undefined)
    return undefined;
  switch (await endOf({ documents, records }, publicationId, writer)) {
    case "lost":
      return plan.latest;
    case "failed":
      return publishingProfile.excludeFromLatest === true
        ? undefined
        : { whole: false, regions: plan.latest.regions };
    case "succeeded":
      return undefined;
  }
}

/** While another run holds the version, one without an end has none to come. */
async function endOf(
  { documents, records }: EarlierRuns,
  publicationId: string,
  runId: string,
): Promise<"lost" | "failed" | "succeeded"> {
  const row = (await records.runs(publicationId)).find((run) => run.runId === runId);
  if (row === undefined || row.state === "accepted") return "lost";
  if (row.failureId === undefined) return "succeeded";
  const failure = await documents.read<FailureDocument>(documentPaths.failure(row.failureId));
  return failure?.fault?.code === RUN_LOST.code ? "lost" : "failed";
}
