import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { correlationIdOf } from "../domain/run/correlation";
import { documentPaths } from "../domain/run/document-paths";
import type { OutcomeDocument, PlanDocument } from "../domain/run/records";
import type { FailureDocument } from "../domain/run/records";
import type { RegionOutcome } from "../domain/run/outcome";
import type { RegionProgress } from "../domain/run/progress";
import type { FunctionDependencies } from "./dependencies";
import { consumptionLink } from "./read-consumption";
import { liveStatus } from "./live-status";
import { approvalOf, summary } from "./publication-summary";
import { jsonResponse, problemResponse } from "./problem-response";

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
      correlationId: correlationIdOf(row.runId),
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

const planView = ({ plan, ...told }: PlanDocument) => ({ ...plan, ...told });

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
      ...stoodStill(region, ended),
      ...(ended?.kind === "completed" && ended.verified === true ? { verified: true } : {}),
      ...(ended?.kind === "failed" ? { fault: ended.fault, attempts: ended.attempts } : {}),
    };
  });
}

/** Since when a region stands still; of one that has ended, when nobody has seen it move again. */
function stoodStill(region: RegionProgress | undefined, ended: RegionOutcome | undefined) {
  if (ended !== undefined)
    return ended.kind === "failed" && ended.stalledSince !== undefined
      ? { stalledSince: ended.stalledSince }
      : {};
  return region?.stalledSince === undefined
    ? {}
    : { stalledSince: new Date(region.stalledSince).toISOString() };
}

function outcomeNames(outcome: OutcomeDocument | undefined): string[] {
  return (outcome?.regions ?? []).map((region) => region.region);
}
