import { documentPaths } from "../domain/run/document-paths";
import type { RunRow } from "../domain/run/records";
import type { ActivityDependencies, RunRef } from "./dependencies";

/**
 * Another run of the same request that is its answer: it has its end, or was lost after it had begun, so that `reconcile`
 * records it. For whoever holds the version: none of the others is going on.
 */
export async function answeredBy(
  { documents, records }: Pick<ActivityDependencies, "documents" | "records">,
  { publicationId, runId, requestId, fingerprint }: RunRef,
): Promise<RunRow | undefined> {
  for (const other of await records.runs(publicationId)) {
    if (other.runId === runId || other.requestId !== requestId) continue;
    if (other.fingerprint !== fingerprint) continue;
    if (other.state !== "accepted") return other;
    if (await hasBegun({ documents }, { publicationId, runId: other.runId })) return other;
  }
  return undefined;
}

/** What a run finds at first is kept before it writes: one without has written nothing. */
export async function hasBegun(
  { documents }: Pick<ActivityDependencies, "documents">,
  { publicationId, runId }: Pick<RunRef, "publicationId" | "runId">,
): Promise<boolean> {
  return (await documents.read(documentPaths.inspected(publicationId, runId))) !== undefined;
}
