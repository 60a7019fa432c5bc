import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { plainText } from "../domain/plain-text";
import { problem, type Problem } from "../domain/problem";
import type { DryRun } from "../domain/plan/dry-run";
import { numbered, type PublishRequest } from "../domain/request/publish-request";
import { noLongerAllowed } from "../domain/request/still-allowed";
import { publicationId } from "../domain/run/identity";
import { admitRequest, admitUnnumbered, type Admission, type ReadArrival } from "./admit";
import type { FunctionDependencies } from "./dependencies";
import {
  failureLinks,
  findFailure,
  noteOn,
  settlementOf,
  type FailureEntry,
} from "./failure-entry";
import { findHolder, whoHolds } from "./holder";
import { numberNow } from "./number-request";
import { tryAgain } from "./or-try-again";
import { jsonResponse, problemResponse } from "./problem-response";
import { nothingToPromote, startPromotion } from "./promote-publication";
import { recordedRequest, redriveRequestId } from "./recorded-request";
import { readStatement, type Statement } from "./statement";
import { takeNumberAgain } from "./take-number-again";
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
      return tryAgain(
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
  const again = recordedRequest(dependencies, failure);
  if ("refused" in again) return again.refused;
  const requestId = redriveRequestId(failure.id);
  const number =
    "unnumbered" in again
      ? await numberNow(dependencies, { request: again.unnumbered, requestId })
      : undefined;
  if (number?.kind === "invalid") return impossible(number.problems);
  const request =
    "unnumbered" in again
      ? numbered(again.unnumbered, requestId, number?.version ?? "")
      : again.request;
  const look = await lookBefore(dependencies, client, failure.id, request);
  if ("refused" in look) return look.refused;
  const arrival = {
    requestId,
    trigger: "http" as const,
    action: "redrive" as const,
    redriveOf: failure.id,
    ...said,
  };
  const taken =
    "unnumbered" in again
      ? await admitUnnumbered(dependencies, client, { request: again.unnumbered, ...arrival })
      : await admitAgain(dependencies, client, { request: again.request, ...arrival });
  if (taken.kind === "invalid") return impossible(taken.problems);
  if (taken.kind === "conflict") return busy(taken.publicationId, taken.message);
  // Of a run that somebody else has begun no plan was made here.
  const plan = taken.kind === "accepted" ? look.plan : undefined;
  return redriven(dependencies, entry, taken, said, plan);
}

/** With the number that the request was given, unless that isn't the request's any more. */
async function admitAgain(
  dependencies: FunctionDependencies,
  client: DurableClient,
  arrival: ReadArrival,
): Promise<Admission> {
  const { request, requestId } = arrival;
  if (await takeNumberAgain(dependencies, request, requestId))
    return admitRequest(dependencies, client, arrival);
  return { kind: "invalid", requestId, problems: [numberGone(request.image.version)] };
}

const numberGone = (version: string): Problem =>
  problem(
    "$.image.version",
    "VersionNumberGone",
    `the number ${version}, which this request had, was freed, and isn't this request's any more`,
    "send the request again: it gets another",
  );

/** What a redrive would write, unless it can't be begun now; no plan for one that has begun before. */
async function lookBefore(
  dependencies: FunctionDependencies,
  client: DurableClient,
  failureId: string,
  request: PublishRequest,
): Promise<{ plan?: DryRun } | { refused: HttpResponseInit }> {
  const id = publicationId(request.image);
  const hasBegun = async (): Promise<boolean> =>
    (await dependencies.records.runs(id)).some(({ redriveOf }) => redriveOf === failureId);
  if (await hasBegun()) return {};
  const { rules, now } = dependencies;
  const forbidden = noLongerAllowed(request, { ...rules, now: now() });
  if (forbidden.length > 0) return { refused: impossible(forbidden) };
  const holder = await findHolder(dependencies, client, id);
  if (holder !== undefined) return { refused: busy(id, whoHolds(holder)) };
  const plan = await dependencies.dryRun(request);
  // Somebody who redrives it at the same moment has perhaps begun, and is why it can't be done now.
  if (plan.plan.kind !== "impossible" || (await hasBegun())) return { plan };
  return { refused: impossible(plan.plan.problems) };
}

const impossible = (problems: Problem[]): HttpResponseInit =>
  problemResponse(
    422,
    "Still impossible",
    `${problems.length} problem(s); nothing was started. Mend them and redrive again`,
    { problems },
  );

function busy(id: string, message: string): HttpResponseInit {
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

/** What failed was a promotion: that is what is done again, once for each entry as well. */
async function promoteAgain(
  dependencies: FunctionDependencies,
  client: DurableClient,
  entry: FailureEntry,
  said: Statement,
): Promise<HttpResponseInit> {
  const { id, request, publicationId: publication = "" } = entry.failure;
  if (request === undefined) return nothingToPromote(publication, "its request is gone");
  const by = { requestId: redriveRequestId(id), redriveOf: id, ...said };
  const started = await startPromotion(dependencies, client, request, by);
  if ("refused" in started) return started.refused;
  if (started.kind === "conflict") return busy(started.publicationId, started.message);
  return redriven(dependencies, entry, started, said, undefined);
}
