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
import { newestWriter } from "./ended-runs";
import { tryAgain } from "./or-try-again";
import { jsonResponse, problemResponse } from "./problem-response";
import { readStatement, type Statement } from "./statement";
import { takeVersion, type Taken } from "./take-version";

/**
 * `POST /api/publications/{id}/promote`, with `{"who": …, "why": …}`: takes a version that a rollout has left out of
 * `latest` into it, with all of its Completed regions, as the newest request wants it that was written. A run of its own
 * under the version's one lock: 202 with the run, 409 while another one is going on.
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
      // While a run is going on the version isn't free, whatever is asked.
      const wish = (await newestWriter(dependencies, id)) ?? goingOn(found.row);
      if (wish === undefined) return nothingToPromote(id, "no run of it has come to a write");
      const { fingerprint } = wish;
      const path = documentPaths.request(id, fingerprint);
      const asked = await dependencies.documents.read<PublishRequest>(path);
      if (asked === undefined) return nothingToPromote(id, `its request ${path} is gone`);
      const requestId = `promote-${dependencies.newRunId(dependencies.now())}`;
      const by = { requestId, ...statement.said };
      const started = await startPromotion(dependencies, client, asked, by);
      return "refused" in started ? started.refused : answer(started);
    } catch (error) {
      context.error(`a promotion could not be started: ${plainText(String(error))}`);
      return tryAgain("storage or the durable store didn't answer; sending the same again is safe");
    }
  };
}

/** Starts a promotion of what a request has published. */
export async function startPromotion(
  dependencies: FunctionDependencies,
  client: DurableClient,
  asked: PublishRequest,
  by: Statement & Pick<PublicationRow, "requestId" | "redriveOf">,
): Promise<Taken | { refused: HttpResponseInit }> {
  const fingerprint = promotionFingerprint(asked);
  const candidate = newRow(dependencies, asked, {
    ...by,
    fingerprint,
    trigger: "http",
    action: "promote",
  });
  const { id } = candidate;
  if (asked.excludeFromLatest)
    return {
      refused: problemResponse(
        409,
        "Not for latest",
        "its request asks for a version that stays out of latest (excludeFromLatest)",
        { links: linksOf(id) },
      ),
    };
  await dependencies.documents.write(documentPaths.request(id, fingerprint), asked);
  return takeVersion(dependencies, client, {
    candidate,
    orchestrator: PROMOTE_IMAGE_VERSION,
  });
}

const goingOn = (row: PublicationRow): PublicationRow | undefined =>
  row.state === "accepted" ? row : undefined;

/** What was to be promoted isn't known any more. */
export const nothingToPromote = (id: string, why: string): HttpResponseInit =>
  problemResponse(409, "Nothing to promote", why, { links: linksOf(id) });

const linksOf = (id: string) => ({ publication: `/api/publications/${id}` });

function answer(taken: Taken): HttpResponseInit {
  const links = linksOf(taken.publicationId);
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
