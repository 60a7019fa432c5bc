import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { documentPaths } from "../domain/run/document-paths";
import type { FailureDocument, FailureRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { problemResponse } from "./problem-response";

/** An entry of the ledger: what was recorded, and the row that says what was done about it. */
export interface FailureEntry {
  failure: FailureDocument;
  row: FailureRow;
}

/** The entry that a request's path names, or the answer that there is none. */
export async function findFailure(
  { documents, records }: Pick<FunctionDependencies, "documents" | "records">,
  request: HttpRequest,
): Promise<FailureEntry | { refused: HttpResponseInit }> {
  const id = request.params["id"] ?? "";
  // Ids are ours: anything else could name another document.
  const [failure, found] = /^[0-9a-f-]+$/i.test(id)
    ? await Promise.all([
        documents.read<FailureDocument>(documentPaths.failure(id)),
        records.failure(id),
      ])
    : [];
  if (failure === undefined)
    return {
      refused: problemResponse(404, "No such failure", `there is no recorded failure "${id}"`),
    };
  // The document is written first: while the row is still to come nothing was done about it.
  return { failure, row: found?.row ?? { ...rowOf(failure), status: "open" } };
}

function rowOf(failure: FailureDocument): Omit<FailureRow, "status"> {
  const { id, recordedAt, kind, state, summary, publicationId, runId, requestId } = failure;
  return {
    id,
    recordedAt,
    kind,
    state,
    summary,
    ...(publicationId === undefined ? {} : { publicationId }),
    ...(runId === undefined ? {} : { runId }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/**
 * Notes on an entry what somebody has done about it. The first who does a thing counts.
 * @param note what is to be noted; undefined when it was done before
 * @returns the row as it is afterwards
 */
export async function noteOn(
  { records }: Pick<FunctionDependencies, "records">,
  row: FailureRow,
  note: (row: FailureRow) => Partial<FailureRow> | undefined,
): Promise<FailureRow> {
  for (;;) {
    const found = await records.failure(row.id);
    if (found === undefined) {
      await records.putFailure(row);
      continue;
    }
    const change = note(found.row);
    if (change === undefined) return found.row;
    const next = { ...found.row, ...change };
    if (await records.settleFailure(next, found.etag)) return next;
  }
}

/** What people have done about a failure, as it is shown. */
export function settlementOf(row: FailureRow) {
  const { status, dismissedBy, dismissedWhy, dismissedAt } = row;
  const { redrivenBy, redrivenWhy, redrivenAt, redriveRunId, redrivePublicationId } = row;
  return {
    status,
    ...(dismissedBy === undefined
      ? {}
      : { dismissed: { who: dismissedBy, why: dismissedWhy, at: dismissedAt } }),
    ...(redrivenBy === undefined
      ? {}
      : {
          redriven: {
            ...{ who: redrivenBy, why: redrivenWhy, at: redrivenAt, runId: redriveRunId },
            publication: `/api/publications/${redrivePublicationId}`,
          },
        }),
  };
}

/** Where an entry leads, and what can be done about it. */
export function failureLinks({ id, publicationId, status }: FailureRow) {
  const self = `/api/failures/${id}`;
  return {
    self,
    ...(publicationId === undefined ? {} : { publication: `/api/publications/${publicationId}` }),
    ...(status === "dismissed" ? {} : { redrive: `${self}/redrive`, dismiss: `${self}/dismiss` }),
  };
}
