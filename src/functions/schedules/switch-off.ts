import { scheduleDisabledEvent } from "../../domain/run/publication-event";
import type { ScheduleState } from "../../domain/schedule/state";
import type { Log, ScheduleDependencies } from "./dependencies";
import { change, type Held } from "./hold-state";

type Announcing = Pick<ScheduleDependencies, "announcer" | "states">;

/**
 * Writes the state after a run's end, and announces it when that has switched the schedule off.
 * @param say called when it is written: of two hosts, by one
 */
export async function writeEnd(
  dependencies: Announcing,
  held: Held,
  state: ScheduleState,
  log: Log,
  say: () => void,
): Promise<Held | undefined> {
  const mine = await change(dependencies.states, held, state);
  if (mine === undefined) return undefined;
  say();
  return tellSwitchedOff(dependencies, mine, log);
}

/**
 * Announces that the schedule was switched off, unless it was announced: of two hosts the one that has written it, or
 * the next tick after a crash. At least once, the very same event. Undefined when somebody else was faster.
 */
export async function tellSwitchedOff(
  { announcer, states }: Announcing,
  held: Held,
  log: Log,
): Promise<Held | undefined> {
  const { id: scheduleId, switchedOff } = held.state;
  if (switchedOff?.untold === undefined) return held;
  const { untold, ...off } = switchedOff;
  await announcer.announce(scheduleDisabledEvent({ scheduleId, why: off.why, ...untold }, off.at));
  log.error(`schedule ${scheduleId} was switched off: ${off.why}`);
  return change(states, held, { ...held.state, switchedOff: off });
}
