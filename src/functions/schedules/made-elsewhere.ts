import type { Records } from "../../azure/records";
import type { ScheduleStates } from "../../azure/schedule-states";
import { definitionKey } from "../../domain/run/identity";
import { isSuccess } from "../../domain/run/outcome";
import type { Schedule } from "../../domain/schedule/schedule";
import { endOf } from "./settle-request";

/** Which source a request publishes to which definition: one key for all spellings. */
export const makesOf = ({ image }: Pick<Schedule, "image">, fingerprint: string): string =>
  `${definitionKey(image)}~${fingerprint}`;

/**
 * Why another schedule's request makes this one needless: it publishes the same source to the same definition, and Azure
 * may not have its version yet, by which it would be known.
 */
export async function madeElsewhere(
  { states, records }: { states: ScheduleStates; records: Records },
  schedule: Schedule,
  fingerprint: string,
): Promise<string | undefined> {
  const makes = makesOf(schedule, fingerprint);
  for (const { id, request, removedAt } of await states.list()) {
    if (request?.makes !== makes || request.outcome !== undefined) continue;
    // Nobody looks how the request of a schedule has ended that isn't in the document.
    if (removedAt !== undefined || id.toLowerCase() === schedule.id.toLowerCase()) continue;
    const end = await endOf({ records }, request);
    if (end === undefined || end === "going" || isSuccess(end.outcome))
      return `schedule ${id} publishes this source, as ${request.requestId}`;
  }
  return undefined;
}
