import type { ScheduleStates } from "../../azure/schedule-states";
import type { Schedule } from "../../domain/schedule/schedule";
import { firstState, underCalendar, type ScheduleState } from "../../domain/schedule/state";

/** A state as it was read: it is changed only if nobody else has changed it since. */
export interface Held {
  state: ScheduleState;
  etag: string | undefined;
  /** The table hasn't this state yet: the schedule, or its calendar, is new, or the document names it again. */
  isNew?: true;
}

/** The schedule's state; a new one where there is none yet, which isn't written. */
export async function holdState(
  states: ScheduleStates,
  schedule: Schedule,
  now: Date,
): Promise<Held> {
  const found = await states.get(schedule.id);
  if (found === undefined)
    return { state: firstState(schedule, now), etag: undefined, isNew: true };
  const state = underCalendar(found.state, schedule, now);
  return state === found.state ? found : { ...found, state, isNew: true };
}

/** Writes the new state; undefined when somebody else was faster, whose decision counts then. */
export async function change(
  states: ScheduleStates,
  { etag }: Held,
  state: ScheduleState,
): Promise<Held | undefined> {
  if (!(await states.put(state, etag))) return undefined;
  return states.get(state.id);
}
