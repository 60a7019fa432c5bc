import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { plainText } from "../domain/plain-text";
import type { PublishRequest } from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { promotionFingerprint } from "../domain/run/identity";
import type { PublicationRow } from "../domain/run/records";
import { PROMOTE_IMAGE_VERSION } from "../orchestrators/names";
import { newRow } from "./admit";
import type { FunctionDependencies } from "./dependencies";
import { jsonResponse, problemResponse } from "./problem-response";
import { readStatement, type Statement } from "./statement";
import { takeVersion, type Taken } from "./take-version";

/**
 * `POST /api/publications/{id}/promote`, with `{"who": …, "why": …}`: takes a version that a rollout has left out of
 * `latest` into it, with all of its Completed regions. A run of its own under the version's one lock: 202 with the run,
 * 409 while another one is going on.
 */
export function promotePublication(dependencies: FunctionDependencies) {
  return async (
    request: HttpRequest,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    const id = (request.params["id"] ?? "").toLowerCase();
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const found = await dependencies.records.publication(id);
    if (found === undefined)
      return problemResponse(404, "No such publication", `there is no publication "${id}"`);
    try {
      const started = await startPromotion(dependencies, client, found.row, statement.said);
      return "refused" in started ? started.refused : answer(started);
    } catch (error) {
      context.error(`a promotion could not be started: ${plainText(String(error))}`);
      return problemResponse(
        503,
        "Try again",
        "storage or the durable store didn't answer; sending the same again is safe",
      );
    }
  };
}

/** Starts a promotion of what the publication's newest run was asked to publish. */
export async function startPromotion(
  dependencies: FunctionDependencies,
  client: DurableClient,
  row: PublicationRow,
  said: Statement,
): Promise<Taken | { refused: HttpResponseInit }> {
  const path = documentPaths.request(row.id, row.fingerprint);
  const asked = await dependencies.documents.read<PublishRequest>(path);
  const links = { publication: `/api/publications/${row.id}` };
  const refused = (title: string, detail: string) => ({
    refused: problemResponse(409, title, detail, { links }),
  });
  if (asked === undefined) return refused("Nothing to promote", `its request ${path} is gone`);
  if (asked.excludeFromLatest)
    return refused(
      "Not for latest",
      "its request asks for a version that stays out of latest (excludeFromLatest)",
    );
  const fingerprint = promotionFingerprint(asked);
  const candidate = newRow(dependencies, asked, {
    requestId: `promote-${dependencies.newRunId(dependencies.now())}`,
    fingerprint,
    trigger: "http",
    action: "promote",
    ...said,
  });
  await dependencies.documents.write(documentPaths.request(row.id, fingerprint), asked);
  return takeVersion(dependencies, client, candidate, PROMOTE_IMAGE_VERSION);
}

function answer(taken: Taken): HttpResponseInit {
  const links = { publication: `/api/publications/${taken.publicationId}` };
  if (taken.kind === "conflict")
    return problemResponse(
      409,
      "A run is going on",
      `${taken.message}; promote when it has ended`,
      {
        links,
      },
    );
  const { publicationId: id, runId, requestId, kind } = taken;
  return jsonResponse(
    202,
    { id, runId, requestId, joined: kind === "joined", links },
    { location: links.publication, "retry-after": "5" },
  );
}
