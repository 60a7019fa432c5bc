import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { plainText } from "../domain/plain-text";
import { problem, type Problem } from "../domain/problem";
import { parseRequest } from "../domain/request/parse-request";
import { numbered } from "../domain/request/publish-request";
import { isRequestId, MAX_REQUEST_ID_CHARACTERS } from "../domain/request/request-id";
import type { PublicationState } from "../domain/run/outcome";
import { admit, type Admission } from "./admit";
import type { FunctionDependencies } from "./dependencies";
import { readJsonBody } from "./http-body";
import { numberNow } from "./number-request";
import { tryAgain } from "./or-try-again";
import { jsonResponse, problemResponse } from "./problem-response";
import { versionBusy } from "./take-version";

const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(["dryRun", "code", "clientId"]);

/**
 * `POST /api/publications`: starts a publication, or says everything that is wrong with it. With
 * `?dryRun=true` it says what would be done, and starts nothing.
 */
export function publishOverHttp(dependencies: FunctionDependencies) {
  return async (
    request: HttpRequest,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    const mode = readMode(request.query);
    if ("mistake" in mode) return problemResponse(400, "Invalid query", mode.mistake);
    const body = await readJsonBody(request);
    if ("refused" in body) return body.refused;
    const raw = body.json;
    // An empty header is no identity: every request with one would be the same request.
    const fallbackRequestId = request.headers.get("idempotency-key") || randomUUID();
    const unfit = unfitKey(fallbackRequestId);
    if (unfit !== undefined) return refusedKey(dependencies, raw, unfit);
    if (mode.dryRun) return dryRun(dependencies, raw, fallbackRequestId, context);
    try {
      const traceParent = context.traceContext?.traceParent;
      const arrival = { raw, trigger: "http" as const, fallbackRequestId, traceParent };
      return answer(await admit(dependencies, client, arrival));
    } catch (error) {
      context.error(`a request over HTTP could not be admitted: ${plainText(String(error))}`);
      return tryAgain(
        "storage, the durable store or Azure didn't answer; sending the same request again, with its requestId, is safe",
        { requestId: givenRequestId(raw) ?? fallbackRequestId },
      );
    }
  };
}

/**
 * Whether a dry run is asked for. What isn't known is refused: a misspelt `dryRun` would publish.
 * `code` and `clientId` are the host's own, a key and its name.
 */
function readMode(query: URLSearchParams): { dryRun: boolean } | { mistake: string } {
  const unknown = [...query.keys()].find((name) => !KNOWN_PARAMETERS.has(name));
  if (unknown !== undefined)
    return { mistake: `there is no parameter ${shown(unknown)}; dryRun is one, in this spelling` };
  const given = query.getAll("dryRun");
  const wrong = given.find((value) => value !== "true" && value !== "false");
  if (wrong !== undefined) return { mistake: `dryRun is true or false, not ${shown(wrong)}` };
  if (new Set(given).size > 1) return { mistake: "dryRun is said twice, with different values" };
  return { dryRun: given[0] === "true" };
}

const shown = (text: string): string => `"${plainText(text, MAX_REQUEST_ID_CHARACTERS)}"`;

/** A key is kept and shown as the request's id, so the same is asked of it. */
function unfitKey(key: string): Problem | undefined {
  if (isRequestId(key)) return undefined;
  return problem(
    "$.requestId",
    "Invalid",
    `the header Idempotency-Key has ${key.length} characters, or one that doesn't print`,
    `send at most ${MAX_REQUEST_ID_CHARACTERS} that print`,
  );
}

/** The key's problem beside all others of the request. */
function refusedKey({ rules, now }: FunctionDependencies, raw: unknown, unfit: Problem) {
  const parsed = parseRequest(raw, { ...rules, now: now() });
  return invalid([unfit, ...(parsed.kind === "invalid" ? parsed.problems : [])], parsed.requestId);
}

/** What a run would do: 200 with the plan, also when it is impossible; 400 when the request itself is wrong. */
async function dryRun(
  dependencies: FunctionDependencies,
  raw: unknown,
  fallbackRequestId: string,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { rules, now, dryRun: look } = dependencies;
  const parsed = parseRequest(raw, { ...rules, now: now() });
  if (parsed.kind === "invalid") return invalid(parsed.problems, parsed.requestId);
  const { requestId = fallbackRequestId } = parsed;
  try {
    if (parsed.kind === "valid")
      return jsonResponse(200, { dryRun: true, ...(await look(parsed.request)) });
    const { request } = parsed;
    const number = await numberNow(dependencies, { request, requestId });
    if (number.kind === "invalid") return invalid(number.problems, requestId);
    const { version } = number;
    const plan = await look(numbered(request, requestId, version));
    return jsonResponse(200, {
      dryRun: true,
      version: { ...request.numbering, number: version },
      ...plan,
    });
  } catch (error) {
    context.error(`a dry run could not be made: ${plainText(String(error))}`);
    return tryAgain("the plan could not be made; nothing was started");
  }
}

function givenRequestId(raw: unknown): string | undefined {
  const given = (raw as { requestId?: unknown } | null)?.requestId;
  return typeof given === "string" ? given : undefined;
}

const invalid = (problems: Problem[], requestId: string | undefined): HttpResponseInit =>
  problemResponse(
    400,
    "The request can't be admitted",
    `${problems.length} problem(s); nothing was started`,
    { ...(requestId === undefined ? {} : { requestId }), problems },
  );

const GOING: ReadonlySet<PublicationState> = new Set(["accepted", "planning", "publishing"]);

function answer(admission: Admission): HttpResponseInit {
  switch (admission.kind) {
    case "invalid":
      return invalid(admission.problems, admission.requestId);
    case "conflict":
      return problemResponse(409, "The version is being published", admission.message, {
        publicationId: admission.publicationId,
        requestId: admission.requestId,
        links: { publication: `/api/publications/${admission.publicationId}` },
        problems: [versionBusy(admission.message)],
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
          ...(admission.version === undefined ? {} : { version: admission.version }),
          links: { self },
        },
        { location: self, ...(done ? {} : { "retry-after": "5" }) },
      );
    }
  }
}
