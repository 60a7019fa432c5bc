import { plainText } from "../../domain/plain-text";
import type { Problem } from "../../domain/problem";
import type { ReadSchedules } from "../../domain/schedule/read-schedules";
import type { Log, ScheduleDependencies } from "./dependencies";

const LONGEST_ID = 60;
const LONGEST_WHY = 500;

/**
 * Says what of the document can't run: the document's mistakes, and the first of each schedule. At every tick, so that an
 * alert is on while it is so, and is over when it's mended.
 */
export function tellMistakes(
  { document, now, log: tell }: Pick<ScheduleDependencies, "document" | "now" | "log">,
  { schedules, problems }: ReadSchedules,
  log: Log,
): void {
  const time = now().toISOString();
  const say = ({ path, code, message }: Problem, about: { scheduleId?: string }): void => {
    const why = plainText(message, LONGEST_WHY);
    tell({ event: "schedulesUnreadable", time, ...about, document, path, code, why });
  };
  for (const found of problems) {
    log.error(`the schedules can't be read: ${found.path}: ${found.message}`);
    say(found, {});
  }
  for (const { id, schedule, problems: mistakes } of schedules) {
    const [first] = mistakes.filter((found) => !problems.includes(found));
    if (schedule !== undefined || first === undefined) continue;
    const scheduleId = plainText(id, LONGEST_ID);
    log.warn(`schedule ${scheduleId} doesn't run: ${first.message}`);
    say(first, { scheduleId });
  }
}
