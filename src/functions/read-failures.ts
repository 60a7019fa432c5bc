import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { documentPaths } from "../domain/run/document-paths";
import type { FailureDocument, FailureRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { listed, pageLinks, pageOf } from "./paging";
import { jsonResponse, problemResponse } from "./problem-response";

/** `GET /api/failures`: the ledger, newest first; `requestId`, `publicationId`, paging. */
export function listFailures({ records }: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const requestId = request.query.get("requestId");
    const publicationId = request.query.get("publicationId");
    const page = pageOf(request.query);
    if ("mistake" in page) return problemResponse(400, "Invalid query", page.mistake);
    const answer = await listed(
      records.failures({
        ...page,
        ...(requestId === null ? {} : { requestId }),
        ...(publicationId === null ? {} : { publicationId: publicationId.toLowerCase() }),
      }),
    );
    if ("mistake" in answer) return problemResponse(400, "Invalid query", answer.mistake);
    const { rows, continuation } = answer;
    return jsonResponse(200, {
      items: rows.map((row) => ({ ...row, links: linksOf(row) })),
      ...pageLinks(request.url, continuation),
    });
  };
}

/** `GET /api/failures/{id}`: one recorded failure, whole. */
export function readFailure({ documents }: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const id = request.params["id"] ?? "";
    // Ids are ours: anything else could name another document.
    const failure = /^[0-9a-f-]+$/i.test(id)
      ? await documents.read<FailureDocument>(documentPaths.failure(id))
      : undefined;
    if (failure === undefined)
      return problemResponse(404, "No such failure", `there is no recorded failure "${id}"`);
    return jsonResponse(200, { ...failure, links: linksOf(failure) });
  };
}

function linksOf(failure: Pick<FailureRow, "id" | "publicationId">) {
  return {
    self: `/api/failures/${failure.id}`,
    ...(failure.publicationId === undefined
      ? {}
      : { publication: `/api/publications/${failure.publicationId}` }),
  };
}
