import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { parseArmId } from "../domain/arm-id";
import { documentPaths } from "../domain/run/document-paths";
import type { OutcomeDocument, PlanDocument, PublicationRow } from "../domain/run/records";
import type { FailureDocument } from "../domain/run/records";
import type { RegionProgress } from "../domain/run/progress";
import type { FunctionDependencies } from "./dependencies";
import { consumptionLink } from "./read-consumption";
import { liveStatus } from "./live-status";
import { listed, pageLinks, pageOf } from "./paging";
import { jsonResponse, problemResponse } from "./problem-response";

/** `GET /api/publications`: newest state of each publication; `requestId`, `state`, paging. */
export function listPublications({ records }: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const requestId = request.query.get("requestId");
    const state = request.query.get("state");
    const page = pageOf(request.query);
    if ("mistake" in page) return problemResponse(400, "Invalid query", page.mistake);
    const answer = await listed(
      records.publications({
        ...page,
        ...(requestId === null ? {} : { requestId }),
        ...(state === null ? {} : { state }),
      }),
    );
    if ("mistake" in answer) return problemResponse(400, "Invalid query", answer.mistake);
    const { rows, continuation } = answer;
    return jsonResponse(200, { items: rows.map(summary), ...pageLinks(request.url, continuation) });
  };
}

/** `GET /api/publications/{id}`: state, progress of every region, plan, outcome and runs. */
export function readPublication({ records, documents }: FunctionDependencies) {
  return async (request: HttpRequest, client: DurableClient): Promise<HttpResponseInit> => {
    const id = (request.params["id"] ?? "").toLowerCase();
    const found = await records.publication(id);
    if (found === undefined)
      return problemResponse(404, "No such publication", `there is no publication "${id}"`);
    const { row } = found;
    const [live, runs, plan, outcome, failure] = await Promise.all([
      liveStatus(client, row),
      records.runs(id),
      documents.read<PlanDocument>(documentPaths.plan(id, row.runId)),
      documents.read<OutcomeDocument>(documentPaths.outcome(id, row.runId)),
      row.failureId === undefined
        ? undefined
        : documents.read<FailureDocument>(documentPaths.failure(row.failureId)),
    ]);
    const { links, ...summarised } = summary(row);
    const some = outcome?.regions.some(({ kind }) => kind === "completed") === true;
    return jsonResponse(200, {
      ...summarised,
      links: { ...links, ...(some ? { consume: consumptionLink(id) } : {}) },
      state: row.state === "accepted" ? (live?.state ?? row.state) : row.state,
      ...(row.state === "accepted" && live?.lost === true ? { lost: true } : {}),
      ...(row.state === "accepted" && live?.awaits !== undefined
        ? { awaitingApproval: approvalOf(row, live.awaits) }
        : {}),
      regions: regionViews(live?.regions ?? [], outcome),
      plan: plan === undefined ? null : planView(plan),
      outcome: outcome ?? null,
      problems: failure?.problems ?? [],
      ...(outcome?.leftOver === undefined ? {} : { leftOver: outcome.leftOver }),
      runs,
    });
  };
}

/** What waits for whose word, and where to say it: links name run and wave, so that no late answer hits the next. */
function approvalOf({ id, runId }: PublicationRow, wave: number) {
  const link = (decision: "approve" | "reject"): string =>
    `/api/publications/${id}/${decision}?run=${encodeURIComponent(runId)}&wave=${wave}`;
  return { wave, links: { approve: link("approve"), reject: link("reject") } };
}

const planView = ({ plan, ...told }: PlanDocument) => ({ ...plan, ...told });

function summary(row: PublicationRow) {
  const parsed = parseArmId(row.imageId);
  const [gallery, definition, version] = parsed?.names ?? [];
  const { id, requestId, runId, state, trigger, startedAt, updatedAt, endedAt, failureId } = row;
  return {
    id,
    requestId,
    runId,
    trigger,
    image: {
      subscriptionId: parsed?.subscriptionId,
      resourceGroup: parsed?.resourceGroup,
      gallery,
      definition,
      version,
      location: row.location,
      id: row.imageId,
    },
    state,
    startedAt,
    updatedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(failureId === undefined ? {} : { failureId }),
    links: {
      self: `/api/publications/${id}`,
      ...(failureId === undefined ? {} : { failure: `/api/failures/${failureId}` }),
    },
  };
}

function regionViews(live: RegionProgress[], outcome: OutcomeDocument | undefined) {
  const known = new Map(live.map((region) => [region.name, region]));
  const names = live.length > 0 ? live.map((region) => region.name) : outcomeNames(outcome);
  return names.map((name) => {
    const region = known.get(name);
    const ended = outcome?.regions.find((candidate) => candidate.region === name);
    return {
      name,
      state: ended?.kind ?? region?.state ?? "pending",
      progress: ended?.kind === "completed" ? 100 : (region?.progress ?? 0),
      wave: region?.wave ?? 1,
      ...(region === undefined
        ? {}
        : {
            startedAt: new Date(region.startedAt).toISOString(),
            lastChangeAt: new Date(region.lastChangeAt).toISOString(),
          }),
      ...(ended?.kind === "completed" && ended.verified === true ? { verified: true } : {}),
      ...(ended?.kind === "failed" ? { fault: ended.fault, attempts: ended.attempts } : {}),
    };
  });
}

function outcomeNames(outcome: OutcomeDocument | undefined): string[] {
  return (outcome?.regions ?? []).map((region) => region.region);
}
