import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DeadLetters } from "../azure/dead-letters";
import type { Records } from "../azure/records";
import { isPlain } from "../domain/plain-text";
import type { FailureRow, Settlement } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { deadLetterPage } from "./list-dead-letters";
import { failureLinks, findFailure, settlementOf } from "./failure-entry";
import { listed, pageLinks, pageOf } from "./paging";
import { jsonResponse, problemResponse } from "./problem-response";

/**
 * `GET /api/failures`: the ledger, newest first; `requestId`, `publicationId`, `state`, `kind`, `status`, paging. The
 * dismissed ones are left out unless `status` asks for them. The first unfiltered page also shows the dead letters:
 * requests that couldn't even be recorded; where the others are says `moreDeadLetters`.
 */
export function listFailures({ records, deadLetters }: FunctionDependencies) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const filter = filterOf(request.query);
    if ("mistake" in filter) return problemResponse(400, "Invalid query", filter.mistake);
    const page = pageOf(request.query);
    if ("mistake" in page) return problemResponse(400, "Invalid query", page.mistake);
    const answer = await listed(records.failures({ ...page, ...filter }));
    if ("mistake" in answer) return problemResponse(400, "Invalid query", answer.mistake);
    const { rows, continuation } = answer;
    return jsonResponse(200, {
      items: rows.map((row) => ({
        ...recorded(row),
        ...settlementOf(row),
        links: failureLinks(row),
      })),
      ...(Object.keys(filter).length === 0 && page.continuation === undefined
        ? await shownDeadLetters(deadLetters, context)
        : {}),
      ...pageLinks(request.url, continuation),
    });
  };
}

/** `GET /api/failures/{id}`: one recorded failure, whole, and what was done about it. */
export function readFailure(dependencies: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const entry = await findFailure(dependencies, request);
    if ("refused" in entry) return entry.refused;
    const { failure, row } = entry;
    return jsonResponse(200, { ...failure, ...settlementOf(row), links: failureLinks(row) });
  };
}

type Filter = Omit<Parameters<Records["failures"]>[0], "limit" | "continuation">;

const CHOICES: Record<string, readonly string[]> = {
  // A success has an entry when it has left the safety flag open.
  state: ["failed", "partlyPublished", "rejected", "cancelled", "published"],
  kind: ["run", "message"],
  status: ["open", "redriven", "dismissed", "all"],
};

/** A filter that can't match is a mistake of whoever asks, and no empty ledger. */
function filterOf(query: URLSearchParams): Filter | { mistake: string } {
  const filter: Record<string, string> = {};
  for (const name of ["requestId", "publicationId", ...Object.keys(CHOICES)]) {
    const value = query.get(name);
    if (value === null) continue;
    const choices = CHOICES[name];
    if (choices !== undefined && !choices.includes(value))
      return { mistake: `${name} is one of ${choices.join(", ")}, not "${value}"` };
    if (!isPlain(value)) return { mistake: `${name} has a character that doesn't print` };
    filter[name] = name === "publicationId" ? value.toLowerCase() : value;
  }
  return filter;
}

/** The row without what `settlementOf` shows in words of its own. */
function recorded(row: FailureRow): Omit<FailureRow, keyof Settlement> {
  const { id, recordedAt, kind, state, summary, publicationId, runId, requestId, imageId } = row;
  return {
    ...{ id, recordedAt, kind, state, summary },
    ...(publicationId === undefined ? {} : { publicationId }),
    ...(runId === undefined ? {} : { runId }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(imageId === undefined ? {} : { imageId }),
  };
}

/** The ledger is shown also while Service Bus is away; then it says so. */
async function shownDeadLetters(
  deadLetters: DeadLetters,
  context: InvocationContext,
): Promise<{ deadLetters: object[]; moreDeadLetters?: string } | { deadLettersUnavailable: true }> {
  try {
    const { items, next } = await deadLetterPage(deadLetters);
    return { deadLetters: items, ...(next === undefined ? {} : { moreDeadLetters: next }) };
  } catch (error) {
    context.error(`the dead-letter queue can't be read: ${String(error)}`);
    return { deadLettersUnavailable: true };
  }
}
