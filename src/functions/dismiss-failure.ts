import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { publicationEvent } from "../domain/run/publication-event";
import type { FailureRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { failureLinks, findFailure, noteOn, settlementOf } from "./failure-entry";
import { jsonResponse } from "./problem-response";
import { readStatement } from "./statement";

/**
 * `POST /api/failures/{id}/dismiss`, with `{"who": …, "why": …}`: nothing more is to be done about it. The entry stays
 * readable, lists leave it out. Dismissed again the first dismissal stands: 200 with it.
 */
export function dismissFailure(dependencies: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const entry = await findFailure(dependencies, request);
    if ("refused" in entry) return entry.refused;
    const { who, why } = statement.said;
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
  };
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
