import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { plainText } from "../domain/plain-text";
import type { Problem } from "../domain/problem";
import type { DryRun } from "../domain/plan/dry-run";
import { noLongerAllowed } from "../domain/request/allow-list";
import { parseRequest } from "../domain/request/parse-request";
import type { PublishRequest } from "../domain/request/publish-request";
import { publicationId } from "../domain/run/identity";
import type { FailureDocument, RunRow } from "../domain/run/records";
import { admitRequest } from "./admit";
import type { FunctionDependencies } from "./dependencies";
import { instanceState } from "./durable-status";
import {
  failureLinks,
  findFailure,
  noteOn,
  settlementOf,
  type FailureEntry,
} from "./failure-entry";
import { readMessageBody } from "./message-body";
import { jsonResponse, problemResponse } from "./problem-response";
import { startPromotion } from "./promote-publication";
import { readStatement, type Statement } from "./statement";
import type { Taken } from "./take-version";

/**
 * `POST /api/failures/{id}/redrive`, with `{"who": …, "why": …}`: runs the recorded request again, once for each entry.
 * What Azure has is left as it is, so only the failed regions are written. 422 with the preflight's problems when it is
 * still impossible, or when a message can't be understood; 409 while a run of the version is going on, and for an entry
 * that was dismissed.
 */
export function redriveFailure(dependencies: FunctionDependencies) {
  return async (
    request: HttpRequest,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const entry = await findFailure(dependencies, request);
    if ("refused" in entry) return entry.refused;
    const { row } = entry;
    if (row.status === "dismissed")
      return problemResponse(
        409,
        "Dismissed",
        `${row.dismissedBy} has dismissed it: ${row.dismissedWhy}; send the request again instead`,
        { ...settlementOf(row), links: failureLinks(row) },
      );
    try {
      return await redrive(dependencies, client, entry, statement.said);
    } catch (error) {
      context.error(`failure ${row.id} could not be redriven: ${plainText(String(error))}`);
      return problemResponse(
        503,
        "Try again",
        "storage, the durable store or Azure didn't answer; sending the same again is safe",
      );
    }
  };
}

async function redrive(
  dependencies: FunctionDependencies,
  client: DurableClient,
  entry: FailureEntry,
  said: Statement,
): Promise<HttpResponseInit> {
  const { failure } = entry;
  if (failure.action === "promote") return promoteAgain(dependencies, client, entry, said);
  const again = requestOf(dependencies, failure);
  if ("refused" in again) return again.refused;
  const { request, requestId } = again;
  const id = publicationId(request.image);
  const begun = async (): Promise<RunRow | undefined> =>
    (await dependencies.records.runs(id)).find((run) => run.redriveOf === failure.id);
  let plan: DryRun | undefined;
  if ((await begun()) === undefined) {
    if ((await instanceState(client, id))?.going === true) return busy(id);
    plan = await dependencies.dryRun(request);
    // Somebody who redrives it at the same moment has perhaps begun, and is why it can't be done now.
    if (plan.plan.kind === "impossible" && (await begun()) === undefined)
      return impossible(plan.plan.problems);
  }
  const taken = await admitRequest(dependencies, client, {
    request,
    requestId,
    trigger: "http",
    action: "redrive",
    redriveOf: failure.id,
    ...said,
  });
  if (taken.kind === "conflict") return busy(id, taken.message);
  return redriven(dependencies, entry, taken, said, plan);
}

/** What is run again: a run's recorded request, or what a message says now that something may have changed. */
function requestOf(
  { rules, now }: FunctionDependencies,
  failure: FailureDocument,
): { request: PublishRequest; requestId: string } | { refused: HttpResponseInit } {
  // The same for every redrive of the entry: the second one joins the first.
  const requestId = `redrive-${failure.id}`;
  if (failure.request !== undefined) {
    const problems = noLongerAllowed(failure.request, rules.allow);
    return problems.length > 0
      ? { refused: impossible(problems) }
      : { request: failure.request, requestId };
  }
  if (failure.rawMessage === undefined)
    return { refused: problemResponse(409, "The request is gone", "send the request again") };
  const { body, bodyEncoding } = failure.rawMessage;
  const read = readMessageBody(
    bodyEncoding === "base64" ? Buffer.from(String(body), "base64") : asDelivered(body),
  );
  if ("problem" in read) return { refused: unreadable([read.problem]) };
  const parsed = parseRequest(read.value, { ...rules, now: now() });
  return parsed.kind === "invalid"
    ? { refused: unreadable(parsed.problems) }
    : { request: parsed.request, requestId: parsed.requestId ?? requestId };
}

/** A kept text is read as its bytes were: as a text the host would have handed over only what isn't JSON. */
const asDelivered = (body: unknown): unknown =>
  typeof body === "string" ? Buffer.from(body, "utf8") : body;

const impossible = (problems: Problem[]): HttpResponseInit =>
  problemResponse(
    422,
    "Still impossible",
    `${problems.length} problem(s); nothing was started. Mend them and redrive again`,
    { problems },
  );

const unreadable = (problems: Problem[]): HttpResponseInit =>
  problemResponse(
    422,
    "The message has to be mended",
    `${problems.length} problem(s) of the message itself; nothing was started. Send a mended one, and dismiss this`,
    { problems },
  );

function busy(id: string, message = "a run of the version is going on"): HttpResponseInit {
  const links = { publication: `/api/publications/${id}` };
  return problemResponse(409, "A run is going on", `${message}; redrive when it has ended`, {
    links,
  });
}

/** Notes the redrive and says what it writes. */
async function redriven(
  dependencies: FunctionDependencies,
  { row }: FailureEntry,
  taken: Exclude<Taken, { kind: "conflict" }>,
  { who, why }: Statement,
  dryRun: DryRun | undefined,
): Promise<HttpResponseInit> {
  const { publicationId: id, runId, requestId } = taken;
  const noted = await noteOn(dependencies, row, ({ status, redriveRunId }) =>
    redriveRunId !== undefined
      ? undefined
      : {
          status: status === "dismissed" ? status : "redriven",
          redrivenBy: who,
          redrivenWhy: why,
          redrivenAt: dependencies.now().toISOString(),
          redriveRunId: runId,
          redrivePublicationId: id,
        },
  );
  const links = { publication: `/api/publications/${id}`, failure: `/api/failures/${row.id}` };
  return jsonResponse(
    202,
    {
      ...{ id, runId, requestId, joined: taken.kind === "joined" },
      ...settlementOf(noted),
      ...(dryRun === undefined ? {} : { summary: dryRun.summary }),
      links,
    },
    { location: links.publication, "retry-after": "5" },
  );
}

/** What failed was a promotion: that is what is done again. */
async function promoteAgain(
  dependencies: FunctionDependencies,
  client: DurableClient,
  entry: FailureEntry,
  said: Statement,
): Promise<HttpResponseInit> {
  const found = await dependencies.records.publication(entry.row.publicationId ?? "");
  if (found === undefined)
    return problemResponse(409, "Nothing to promote", "its publication is gone");
  const started = await startPromotion(dependencies, client, found.row, said);
  if ("refused" in started) return started.refused;
  if (started.kind === "conflict") return busy(found.row.id, started.message);
  return redriven(dependencies, entry, started, said, undefined);
}
