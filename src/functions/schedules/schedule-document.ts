import { problem } from "../../domain/problem";
import {
  readSchedules,
  type ReadSchedule,
  type ReadSchedules,
} from "../../domain/schedule/read-schedules";
import type { ScheduleDependencies } from "./dependencies";

/**
 * The schedules as the document has them now; without a document there are none.
 * @throws when storage doesn't answer
 */
export async function schedulesNow({
  documents,
  document,
  rules,
  now,
}: Pick<ScheduleDependencies, "documents" | "document" | "rules" | "now">): Promise<ReadSchedules> {
  try {
    const found = await documents.read<unknown>(document);
    if (found === undefined) return { schedules: [], problems: [] };
    return readSchedules(found, { ...rules, now: now() });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const found = problem("$", "NotJson", `${document}: ${error.message}`, "write a JSON object");
    return { schedules: [], problems: [found] };
  }
}

/** The schedule of this id, in any case. */
export const scheduleById = ({ schedules }: ReadSchedules, id: string): ReadSchedule | undefined =>
  schedules.find((one) => one.id.toLowerCase() === id.toLowerCase());
