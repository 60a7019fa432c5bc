import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { switchedOn, type ScheduleState } from "../../domain/schedule/state";
import { jsonResponse, problemResponse } from "../problem-response";
import { readStatement, type Statement } from "../statement";
import type { ScheduleDependencies } from "./dependencies";
import { change, holdState } from "./hold-state";
import { soundSchedule } from "./named-schedule";
import { scheduleView } from "./schedule-view";

/** Losing this many races in a row means that something else is wrong. */
const MAX_RACES = 5;

/**
 * `POST /api/schedules/{id}/enable` and `…/disable`, with `{"who": …, "why": …}`. Switched on, a schedule begins anew:
 * without failures, from its next occurrence on. 200, also for a repetition; 409 when it is the document that has it
 * switched off.
 */
export function switchSchedule(dependencies: ScheduleDependencies, to: "enable" | "disable") {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const named = await soundSchedule(dependencies, request, "The schedule has mistakes");
    if ("refused" in named) return named.refused;
    const { one, schedule } = named;
    if (to === "enable" && !schedule.enabled)
      return problemResponse(409, "Not here", "the document says enabled: false; change it there");
    const { states, now, log } = dependencies;
    for (let race = 0; race < MAX_RACES; race++) {
      const held = await holdState(states, schedule, now());
      const next = afterSwitch(held.state, to, statement.said, now());
      const isSo = next === held.state;
      if (!isSo && (await change(states, held, next)) === undefined) continue;
      const { who } = statement.said;
      if (!isSo) context.log(`schedule ${schedule.id}: ${to}d by ${who}`);
      if (!isSo && to === "enable")
        log({ event: "scheduleEnabled", time: now().toISOString(), scheduleId: schedule.id, who });
      return jsonResponse(200, scheduleView(one, next, now()));
    }
    throw new Error(`schedule ${request.params["id"]} changed hands ${MAX_RACES} times; try again`);
  };
}

function afterSwitch(
  state: ScheduleState,
  to: "enable" | "disable",
  { who, why }: Statement,
  now: Date,
): ScheduleState {
  const isOff = state.switchedOff !== undefined;
  if (isOff === (to === "disable")) return state;
  return isOff
    ? switchedOn(state, now)
    : { ...state, switchedOff: { who, why, at: now.toISOString() } };
}
