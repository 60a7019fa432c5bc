import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import * as z from "zod";
import type { RunStatus } from "../domain/run/progress";
import type { PublicationRow } from "../domain/run/records";
import type { SignalRow } from "../domain/run/signals";
import { SIGNALLED } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { instanceState } from "./durable-status";
import { jsonResponse, problemResponse } from "./problem-response";

/** Who steers, and why: kept with the run, so both are asked for. */
const statement = z.strictObject({
  who: z.string().trim().min(1).max(200),
  why: z.string().trim().min(1).max(2000),
});

export type Steering = "approve" | "reject" | "cancel";

/**
 * `POST /api/publications/{id}/approve`, `…/reject` and `…/cancel`, with `{"who": …, "why": …}`. Stored first, then
 * raised as an event that only wakes the run: 202. 409 when the run isn't there to be steered, or somebody else
 * has decided otherwise before.
 */
export function steerPublication({ records, now }: FunctionDependencies, steering: Steering) {
  return async (request: HttpRequest, client: DurableClient): Promise<HttpResponseInit> => {
    const id = (request.params["id"] ?? "").toLowerCase();
    const said = statement.safeParse(jsonOf(await request.text()));
    if (!said.success)
      return problemResponse(
        400,
        "Who, and why?",
        'the body is {"who": "…", "why": "…"}; both are kept with the run',
      );
    const found = await records.publication(id);
    if (found === undefined)
      return problemResponse(404, "No such publication", `there is no publication "${id}"`);
    const about = await subject(client, found.row, steering);
    if ("refusal" in about) return problemResponse(409, "Nothing to decide", about.refusal);
    const row: SignalRow = {
      ...said.data,
      runId: found.row.runId,
      at: now().toISOString(),
      about: about.about,
      ...(steering === "cancel" ? {} : { decision: steering }),
    };
    if (!(await records.signal(id, row))) {
      const before = await records.signals(id, row.runId);
      const first =
        row.about === "cancel" ? before.cancel : before.decisions[Number(row.about.slice(5))];
      const same = steering === "cancel" || (first as { decision?: string }).decision === steering;
      if (!same)
        return problemResponse(409, "Decided before", `${first?.who} decided otherwise`, { first });
    }
    // Again also for a repetition: the first event may never have been raised.
    await client.raiseEvent(id, SIGNALLED, { about: row.about });
    return jsonResponse(202, { id, runId: row.runId, [steering]: said.data, about: row.about });
  };
}

/** What is decided on: the run as a whole, or the wave that waits. */
async function subject(
  client: DurableClient,
  { id, runId, state }: PublicationRow,
  steering: Steering,
): Promise<{ about: SignalRow["about"] } | { refusal: string }> {
  const instance = await instanceState(client, id);
  const status = instance?.customStatus as RunStatus | null | undefined;
  if (instance?.going !== true || (status && status.runId !== runId))
    return { refusal: `no run of it is going on; its state is ${state}` };
  if (steering === "cancel") return { about: "cancel" };
  if (status?.phase !== "awaitingApproval" || status.awaits === undefined)
    return { refusal: "its run doesn't wait for an approval now" };
  return { about: `wave-${status.awaits - 1}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
