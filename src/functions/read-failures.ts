import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DeadLetter, DeadLetters } from "../azure/dead-letters";
import { documentPaths } from "../domain/run/document-paths";
import type { FailureDocument, FailureRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { listed, pageLinks, pageOf } from "./paging";
import { jsonResponse, problemResponse } from "./problem-response";

/** Dead letters beside the first page of the ledger. */
const SHOWN_DEAD_LETTERS = 50;

/**
 * `GET /api/failures`: the ledger, newest first; `requestId`, `publicationId`, paging. The first
 * unfiltered page also shows the dead letters: requests that couldn't even be recorded.
 */
export function listFailures({ records, deadLetters }: FunctionDependencies) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
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
      ...(requestId === null && publicationId === null && page.continuation === undefined
        ? await shownDeadLetters(deadLetters, context)
        : {}),
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

/** The ledger is shown also while Service Bus is away; then it says so. */
async function shownDeadLetters(
  deadLetters: DeadLetters,
  context: InvocationContext,
): Promise<{ deadLetters: DeadLetter[] } | { deadLettersUnavailable: true }> {
  try {
    return { deadLetters: await deadLetters.peek(SHOWN_DEAD_LETTERS) };
  } catch (error) {
    context.error(`the dead-letter queue can't be read: ${String(error)}`);
    return { deadLettersUnavailable: true };
  }
}

function linksOf(failure: Pick<FailureRow, "id" | "publicationId">) {
  return {
    self: `/api/failures/${failure.id}`,
    ...(failure.publicationId === undefined
      ? {}
      : { publication: `/api/publications/${failure.publicationId}` }),
  };
}
