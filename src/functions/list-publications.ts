import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { PublicationState } from "../domain/run/outcome";
import type { PublicationRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { liveStatus } from "./live-status";
import { listed, pageLinks, pageOf } from "./paging";
import { jsonResponse, problemResponse } from "./problem-response";
import { approvalOf, summary } from "./publication-summary";

/** Where a state is told: a row says `accepted` until its run has ended, what it does then only the run itself. */
const TOLD_BY: Record<PublicationState, "row" | "run"> = {
  accepted: "row",
  planning: "run",
  publishing: "run",
  verifying: "run",
  awaitingApproval: "run",
  promoting: "run",
  compensating: "run",
  published: "row",
  promoted: "row",
  partlyPublished: "row",
  failed: "row",
  rejected: "row",
  cancelled: "row",
};

/** Runs that are asked for one page of those that are in a state. */
const MOST_RUNS = 50;

/**
 * `GET /api/publications`: newest state of each publication; `requestId`, `state`, paging. `accepted` finds all whose
 * run hasn't ended. What a run does just now is asked of the runs of one page of them: a page may have few items, or
 * none, and yet a next one.
 */
export function listPublications({ records }: Pick<FunctionDependencies, "records">) {
  return async (request: HttpRequest, client: DurableClient): Promise<HttpResponseInit> => {
    const requestId = request.query.get("requestId");
    const state = request.query.get("state");
    if (state !== null && !isState(state))
      return invalid(`state is one of ${Object.keys(TOLD_BY).join(", ")}, not "${state}"`);
    const page = pageOf(request.query);
    if ("mistake" in page) return invalid(page.mistake);
    const live = state !== null && TOLD_BY[state] === "run" ? state : undefined;
    const answer = await listed(
      records.publications({
        ...page,
        ...(requestId === null ? {} : { requestId }),
        ...(state === null ? {} : { state }),
        ...(live === undefined
          ? {}
          : { state: "accepted", limit: Math.min(page.limit, MOST_RUNS) }),
      }),
    );
    if ("mistake" in answer) return invalid(answer.mistake);
    const { rows, continuation } = answer;
    const items = live === undefined ? rows.map(summary) : await inLiveState(client, rows, live);
    return jsonResponse(200, { items, ...pageLinks(request.url, continuation) });
  };
}

/** A filter that can't match is a mistake of whoever asks, and no empty list. */
const invalid = (mistake: string): HttpResponseInit =>
  problemResponse(400, "Invalid query", mistake);

const isState = (state: string): state is PublicationState => Object.hasOwn(TOLD_BY, state);

async function inLiveState(
  client: DurableClient,
  rows: readonly PublicationRow[],
  state: PublicationState,
): Promise<object[]> {
  const items = rows.map(async (row) => {
    const live = await liveStatus(client, row);
    if (live?.state !== state) return [];
    const { awaits } = live;
    const waits = awaits === undefined ? {} : { awaitingApproval: approvalOf(row, awaits) };
    return [{ ...summary(row), state, ...waits }];
  });
  return (await Promise.all(items)).flat();
}
