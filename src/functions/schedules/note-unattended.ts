import type { ReadSchedules } from "../../domain/schedule/read-schedules";
import { unattended } from "../../domain/schedule/unattended";
import type { ScheduleDependencies } from "./dependencies";
import { scheduleById } from "./schedule-document";

/**
 * Notes of each schedule that can't run now since when nobody looks after its request; and of one that the document
 * doesn't name any more since when: put back, it begins anew. A document that can't be read as a whole says nothing
 * about what isn't in it.
 */
export async function noteUnattended(
  { states, now }: Pick<ScheduleDependencies, "states" | "now">,
  read: ReadSchedules,
): Promise<void> {
  for (const state of await states.list()) {
    const one = scheduleById(read, state.id);
    if (one?.schedule !== undefined) continue;
    const isGone = one === undefined && read.problems.length === 0;
    if (unattended(state, isGone, now()) === state) continue;
    const held = await states.get(state.id);
    // Who was faster has changed it for a reason; the next tick looks again.
    if (held !== undefined) await states.put(unattended(held.state, isGone, now()), held.etag);
  }
}
