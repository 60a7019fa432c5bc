import { documentPaths } from "../domain/run/document-paths";
import type { PublishRequest } from "../domain/request/publish-request";
import { leavesFlagOpen, type Undone } from "../domain/rollout/undo";
import { imageVersionId } from "../domain/run/identity";
import {
  runFailureId,
  type FailureDocument,
  type OutcomeDocument,
  type PlanDocument,
} from "../domain/run/records";
import type { ActivityDependencies, RunRef } from "./dependencies";

/**
 * Keeps the ledger's document for a success that has left the version's safety flag open: by its entry people see that,
 * and `reconcile` closes the flag. Before the outcome, so that whoever takes a cut-off recording up finds it.
 * @returns undefined where no flag is open
 */
export async function keepOpenFlag(
  { documents }: Pick<ActivityDependencies, "documents">,
  { publicationId, runId, fingerprint }: RunRef,
  { image, startedAt: _startedAt, endedAt, leftOver = [], ...outcome }: OutcomeDocument,
  undone: readonly Undone[],
): Promise<FailureDocument | undefined> {
  if (!leavesFlagOpen(undone)) return undefined;
  const [request, plan] = await Promise.all([
    documents.read<PublishRequest>(documentPaths.request(publicationId, fingerprint)),
    documents.read<PlanDocument>(documentPaths.plan(publicationId, runId)),
  ]);
  const id = runFailureId(endedAt, runId);
  const document: FailureDocument = {
    ...{ id, recordedAt: endedAt, kind: "run", ...outcome },
    summary: `${outcome.state}, but the safety flag of the version is still open`,
    ...{ image, leftOver, problems: [], undone: [...undone] },
    ...(request === undefined ? {} : { request }),
    ...(plan === undefined ? {} : { plan }),
  };
  await documents.write(documentPaths.failure(id), document);
  return document;
}

/** The row by which the entry is listed. A repetition changes nothing of it. */
export async function listOpenFlag(
  { records }: Pick<ActivityDependencies, "records">,
  { id, recordedAt, kind, state, summary, publicationId, runId, requestId }: FailureDocument,
  { image }: OutcomeDocument,
): Promise<void> {
  await records.putFailure({
    ...{ id, recordedAt, kind, state, summary },
    ...(publicationId === undefined ? {} : { publicationId }),
    ...(runId === undefined ? {} : { runId }),
    ...(requestId === undefined ? {} : { requestId }),
    status: "open",
    imageId: imageVersionId(image),
    flagOpen: "true",
  });
}
