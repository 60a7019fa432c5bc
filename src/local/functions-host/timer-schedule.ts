import { Cron } from "croner";
import { SettingError } from "./app-settings";
import { parseTimeSpan } from "./time-span";

/** When a timer trigger is due. */
export interface TimerSchedule {
  /** The first occurrence after `after` (epoch ms). */
  next(after: number): number;
  /** False for a TimeSpan: a fixed interval knows no daylight saving. */
  readonly adjustForDst: boolean;
  /** Whether occurrences are at least a minute apart: only then Azure keeps a status. */
  readonly monitored: boolean;
}

const MINUTE_MS = 60_000;

/**
 * Reads a schedule: NCRONTAB with six fields (seconds first; five: without seconds) in UTC, or a
 * TimeSpan.
 * @throws {SettingError} for anything else, extensions of other crons among it.
 */
export function parseSchedule(text: string, now: number): TimerSchedule {
  const intervalMs = text.includes(":") ? parseTimeSpan(text) : undefined;
  if (intervalMs !== undefined && intervalMs > 0)
    return {
      next: (after) => after + intervalMs,
      adjustForDst: false,
      monitored: intervalMs >= MINUTE_MS,
    };
  const cron = parseCron(text);
  const next = (after: number): number => {
    const at = cron.nextRun(new Date(after));
    if (!at) throw new SettingError(`the schedule "${text}" never occurs`);
    return at.getTime();
  };
  return { next, adjustForDst: true, monitored: isMinuteApart(next, now) };
}

/** Azure looks at the next ten occurrences, and so does this. */
function isMinuteApart(next: (after: number) => number, now: number): boolean {
  let at = next(now);
  for (let count = 0; count < 10; count++) {
    const following = next(at);
    if (following - at < MINUTE_MS) return false;
    at = following;
  }
  return true;
}

function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
  const days = "sun|mon|tue|wed|thu|fri|sat";
  const field = new RegExp(`^(\\d|[*,/-]|${months}|${days})+$`, "i");
  if ((fields.length !== 6 && fields.length !== 5) || !fields.every((part) => field.test(part)))
    throw new SettingError(`"${text}" is neither an NCRONTAB schedule nor a time span`);
  try {
    // NCRONTAB wants both day fields to hold, other crons one of them.
    return new Cron(text, { timezone: "UTC", domAndDow: true, paused: true });
  } catch (error) {
    throw new SettingError(`the schedule "${text}" is wrong: ${(error as Error).message}`);
  }
}
