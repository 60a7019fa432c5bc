import { Cron } from "croner";
import type { Schedule } from "./schedule";

type Calendar = Pick<Schedule, "cron" | "timeZone">;

/** `?` would stand for the time of reading, nicknames and a field for seconds aren't what the document promises. */
const FIELDS = /^[\dA-Za-z*,/#-]+(?: +[\dA-Za-z*,/#-]+){4}$/;

/** True for an IANA time zone. */
export function isTimeZone(name: string): boolean {
  // Offsets are taken by some runtimes and not by others; they know no daylight saving either.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a cron expression; undefined for one that has an occurrence after `now`. */
export function cronFault(cron: string, now: Date): string | undefined {
  if (!FIELDS.test(cron)) return "it has five fields of digits, names and * , - / #";
  try {
    return nextOccurrence({ cron, timeZone: "UTC" }, now) === undefined
      ? "it never occurs"
      : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first occurrence after `after`; undefined when there is none. */
export function nextOccurrence(calendar: Calendar, after: Date): Date | undefined {
  return cronOf(calendar).nextRun(after) ?? undefined;
}

/** The latest occurrence that isn't after `now`; undefined when there is none. */
export function latestOccurrence(calendar: Calendar, now: Date): Date | undefined {
  // The library looks strictly before: an occurrence at this very second is one, too.
  const end = new Date(now.getTime() + 1000);
  const [latest] = cronOf(calendar).previousRuns(1, end);
  if (latest === undefined || latest <= now) return latest;
  return cronOf(calendar).previousRuns(1, latest)[0];
}

/**
 * As Vixie cron: hours and minutes that are named, one or several, come once a day each, also when the clock is changed;
 * with `*` or a step in one of them it is an interval, which follows the hours that really pass.
 */
const cronOf = ({ cron, timeZone }: Calendar): Cron =>
  new Cron(cron, {
    ...{ timezone: timeZone, mode: "5-part", paused: true },
    fixedTimeRule: "no-wildcard",
  });
