import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import { publicationEvent } from "../domain/run/publication-event";
import type { FailureRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { failureLinks, findFailure, noteOn, settlementOf } from "./failure-entry";
import { tryAgain } from "./or-try-again";
import { jsonResponse } from "./problem-response";
import { readStatement, type Statement } from "./statement";

/**
 * `POST /api/failures/{id}/dismiss`, with `{"who": …, "why": …}`: nothing more is to be done about it. The entry stays
 * readable, lists leave it out. Dismissed again the first dismissal stands: 200 with it. 503 when it couldn't be kept,
 * or couldn't be announced: only who repeats it knows that the event is out.
 */
export function dismissFailure(dependencies: FunctionDependencies) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    try {
      return await dismiss(dependencies, request, statement.said);
    } catch (error) {
      const id = plainText(request.params["id"] ?? "");
      context.error(`failure ${id} could not be dismissed: ${plainText(String(error))}`);
      return tryAgain(
        "storage or Service Bus didn't answer: perhaps it is dismissed, but not announced; repeat it, the first word stands",
      );
    }
  };
}

async function dismiss(
  dependencies: FunctionDependencies,
  request: HttpRequest,
  { who, why }: Statement,
): Promise<HttpResponseInit> {
  const entry = await findFailure(dependencies, request);
  if ("refused" in entry) return entry.refused;
  const row = await noteOn(dependencies, entry.row, ({ status }) =>
    status === "dismissed"
      ? undefined
      : {
          status: "dismissed",
          dismissedBy: who,
          dismissedWhy: why,
          dismissedAt: dependencies.now().toISOString(),
        },
  );
  // Also for a repetition: the first one's event may never have been sent, and its id is the same.
  await dependencies.announcer.announce(dismissal(row));
  return jsonResponse(200, { id: row.id, ...settlementOf(row), links: failureLinks(row) });
}

function dismissal(row: FailureRow) {
  const { id, publicationId, runId, requestId, state, summary, dismissedAt = row.recordedAt } = row;
  return publicationEvent({
    state: "dismissed",
    publicationId: publicationId ?? requestId ?? id,
    key: id,
    time: dismissedAt,
    data: { id, publicationId, runId, requestId, state, summary, ...settlementOf(row) },
  });
}
