import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { jsonResponse, problemResponse } from "../problem-response";
import type { ReadSchedules } from "../../domain/schedule/read-schedules";
import type { ScheduleDependencies } from "./dependencies";
import { scheduleById, schedulesNow } from "./schedule-document";
import { scheduleView } from "./schedule-view";

/** `GET /api/schedules`: every schedule of the document, those with mistakes among them, and the document's own. */
export function listSchedules(dependencies: ScheduleDependencies) {
  return async (): Promise<HttpResponseInit> => {
    const { states, document, now } = dependencies;
    const { schedules, problems } = await schedulesNow(dependencies);
    const items = await Promise.all(
      schedules.map(async (one) => scheduleView(one, (await states.get(one.id))?.state, now())),
    );
    return jsonResponse(200, { items, document, problems });
  };
}

/** `GET /api/schedules/{id}`: with its definition, and the latest decisions about it. */
export function readSchedule(dependencies: ScheduleDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const id = request.params["id"] ?? "";
    const read = await schedulesNow(dependencies);
    const one = scheduleById(read, id);
    if (one === undefined) return noSuchSchedule(read, id);
    const state = (await dependencies.states.get(one.id))?.state;
    return jsonResponse(200, {
      ...scheduleView(one, state, dependencies.now()),
      definition: one.schedule ?? null,
      decisions: state?.decisions ?? [],
    });
  };
}

/** 404; 503 where the document can't be read, which may well have it. */
export const noSuchSchedule = ({ problems }: ReadSchedules, id: string): HttpResponseInit =>
  problems.length === 0
    ? problemResponse(404, "No such schedule", `there is no schedule "${id}" in the document`)
    : problemResponse(503, "The schedules can't be read", "mend the document", { problems });
