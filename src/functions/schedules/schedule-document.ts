import { plainText } from "../../domain/plain-text";
import { problem, type Problem } from "../../domain/problem";
import {
  readSchedules,
  type ReadSchedule,
  type ReadSchedules,
} from "../../domain/schedule/read-schedules";
import type { ScheduleDependencies } from "./dependencies";

/**
 * The schedules as the document has them now. Without a document there are none: a mistake only where there were some.
 * @throws when the table of schedules doesn't answer
 */
export async function schedulesNow({
  documents,
  document,
  states,
  rules,
  now,
}: Pick<
  ScheduleDependencies,
  "documents" | "document" | "states" | "rules" | "now"
>): Promise<ReadSchedules> {
  let found: unknown;
  try {
    found = await documents.read<unknown>(document);
  } catch (error) {
    return { schedules: [], problems: [unread(document, error)] };
  }
  if (found !== undefined) return readSchedules(found, { ...rules, now: now() });
  const known = (await states.list()).filter(({ removedAt }) => removedAt === undefined);
  const names = known.map(({ id }) => id);
  return { schedules: [], problems: names.length === 0 ? [] : [missing(document, names)] };
}

/** The schedule of this id, in any case. */
export const scheduleById = ({ schedules }: ReadSchedules, id: string): ReadSchedule | undefined =>
  schedules.find((one) => one.id.toLowerCase() === id.toLowerCase());

/** More isn't needed to see which document is meant. */
const NAMED = 3;
const LONGEST_REASON = 300;

const missing = (document: string, names: readonly string[]): Problem =>
  problem(
    "$",
    "SchedulesMissing",
    `there is no document ${document}, and there were ${names.length} schedules: ${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ", …" : ""}`,
    'bring it back; one with {"schedules": []} says that there are none any more',
  );

function unread(document: string, error: unknown): Problem {
  const { message } = error as Error;
  const reason = `${document}: ${plainText(message, LONGEST_REASON)}`;
  return error instanceof SyntaxError
    ? problem("$", "NotJson", reason, "write a JSON object")
    : problem(
        "$",
        "SchedulesUnreadable",
        reason,
        "see that storage answers, and lets the app read",
      );
}
