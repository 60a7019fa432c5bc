import type { ReadSchedules } from "../../domain/schedule/read-schedules";
import type { ScheduleDependencies } from "./dependencies";
import { scheduleById } from "./schedule-document";

/**
 * Notes of each schedule that the document doesn't name any more since when: put back, it begins anew. A document that
 * can't be read as a whole says nothing about what isn't in it.
 */
export async function noteRemoved(
  { states, now }: Pick<ScheduleDependencies, "states" | "now">,
  read: ReadSchedules,
): Promise<void> {
  if (read.problems.length > 0) return;
  for (const { id, removedAt } of await states.list()) {
    if (removedAt !== undefined || scheduleById(read, id) !== undefined) continue;
    const held = await states.get(id);
    // Who was faster has changed it for a reason; the next tick looks again.
    if (held !== undefined)
      await states.put({ ...held.state, removedAt: now().toISOString() }, held.etag);
  }
}
