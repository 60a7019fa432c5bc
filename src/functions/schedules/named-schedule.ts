import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { ReadSchedule, ReadSchedules } from "../../domain/schedule/read-schedules";
import type { Schedule } from "../../domain/schedule/schedule";
import { problemResponse } from "../problem-response";
import type { ScheduleDependencies } from "./dependencies";
import { scheduleById, schedulesNow } from "./schedule-document";

type Refused = { refused: HttpResponseInit };

/** The schedule that a path names, maybe one with mistakes; or why there is none. */
export async function namedSchedule(
  dependencies: ScheduleDependencies,
  request: HttpRequest,
): Promise<{ one: ReadSchedule } | Refused> {
  const id = request.params["id"] ?? "";
  const read = await schedulesNow(dependencies);
  const one = scheduleById(read, id);
  return one === undefined ? { refused: noSuchSchedule(read, id) } : { one };
}

/**
 * The same, of a schedule that has no mistake.
 * @param title of the 422 about one that has
 */
export async function soundSchedule(
  dependencies: ScheduleDependencies,
  request: HttpRequest,
  title: string,
): Promise<{ one: ReadSchedule; schedule: Schedule } | Refused> {
  const named = await namedSchedule(dependencies, request);
  if ("refused" in named) return named;
  const { schedule, problems } = named.one;
  if (schedule === undefined)
    return { refused: problemResponse(422, title, "mend the document", { problems }) };
  return { one: named.one, schedule };
}

/** 404; 503 where the document can't be read, which may well have it. */
function noSuchSchedule({ problems }: ReadSchedules, id: string): HttpResponseInit {
  const [first] = problems;
  if (first === undefined)
    return problemResponse(404, "No such schedule", `there is no schedule "${id}" in the document`);
  const why = `${first.message}; ${first.action}`;
  return problemResponse(503, "The schedules can't be read", why, { problems });
}
