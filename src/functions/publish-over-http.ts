import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { PublicationState } from "../domain/run/outcome";
import { admit, type Admission } from "./admit";
import type { FunctionDependencies } from "./dependencies";
import { jsonResponse, problemResponse } from "./problem-response";

/** Largest request body; a request with 200 regions has about 100 KB. */
const MAX_BODY_CHARACTERS = 1_000_000;

/** `POST /api/publications`: starts a publication, or says everything that is wrong with it. */
export function publishOverHttp(dependencies: FunctionDependencies) {
  return async (
    request: HttpRequest,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    const text = await request.text();
    if (text.length > MAX_BODY_CHARACTERS)
      return problemResponse(413, "Request too large", `at most ${MAX_BODY_CHARACTERS} characters`);
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch (error) {
      return problemResponse(400, "Not JSON", `the body isn't JSON: ${(error as Error).message}`, {
        problems: [
          {
            path: "$",
            code: "NotJson",
            message: (error as Error).message,
            action: "send a JSON object; docs/request.md shows one",
          },
        ],
      });
    }
    // An empty header is no identity: every request with one would be the same request.
    const fallbackRequestId = request.headers.get("idempotency-key") || randomUUID();
    try {
      return answer(await admit(dependencies, client, { raw, trigger: "http", fallbackRequestId }));
    } catch (error) {
      context.error(`a request over HTTP could not be admitted: ${String(error)}`);
      return problemResponse(
        503,
        "Try again",
        "storage or the durable store didn't answer; sending the same request again is safe",
        { requestId: givenRequestId(raw) ?? fallbackRequestId },
      );
    }
  };
}

function givenRequestId(raw: unknown): string | undefined {
  const given = (raw as { requestId?: unknown } | null)?.requestId;
  return typeof given === "string" ? given : undefined;
}

const GOING: ReadonlySet<PublicationState> = new Set(["accepted", "planning", "publishing"]);

function answer(admission: Admission): HttpResponseInit {
  switch (admission.kind) {
    case "invalid":
      return problemResponse(
        400,
        "The request can't be admitted",
        `${admission.problems.length} problem(s); nothing was started`,
        { requestId: admission.requestId, problems: admission.problems },
      );
    case "conflict":
      return problemResponse(409, "The version is being published", admission.message, {
        publicationId: admission.publicationId,
        links: { publication: `/api/publications/${admission.publicationId}` },
      });
    case "accepted":
    case "joined": {
      const self = `/api/publications/${admission.publicationId}`;
      const done = admission.kind === "joined" && !GOING.has(admission.state);
      return jsonResponse(
        done ? 200 : 202,
        {
          id: admission.publicationId,
          runId: admission.runId,
          requestId: admission.requestId,
          state: admission.kind === "joined" ? admission.state : "accepted",
          joined: admission.kind === "joined",
          links: { self },
        },
        { location: self, ...(done ? {} : { "retry-after": "5" }) },
      );
    }
  }
}
