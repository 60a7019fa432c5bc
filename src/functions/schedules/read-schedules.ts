import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { jsonResponse } from "../problem-response";
import type { ScheduleDependencies } from "./dependencies";
import { namedSchedule } from "./named-schedule";
import { schedulesNow } from "./schedule-document";
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
    const named = await namedSchedule(dependencies, request);
    if ("refused" in named) return named.refused;
    const { one } = named;
    const state = (await dependencies.states.get(one.id))?.state;
    return jsonResponse(200, {
      ...scheduleView(one, state, dependencies.now()),
      definition: one.schedule ?? null,
      decisions: state?.decisions ?? [],
    });
  };
}
