import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogEvent, LogLevel, LogLineOf } from "../../src/domain/run/log-line";
import type { RunningStack } from "./running-stack";

/** A line for programs, as it stands in the host's log. */
export interface AppLine<E extends LogEvent> {
  level: LogLevel;
  function: string;
  invocationId: string;
  told: LogLineOf<E> & { correlationId: string; traceId: string };
}

/** The same as the host writes it. */
type Logged = Pick<AppLine<LogEvent>, "function" | "invocationId"> & { level: number; msg: string };
const LEVELS: Record<number, LogLevel> = { 30: "info", 40: "warn", 50: "error" };

/** What the app has told programs so far: lines of these names, or all. */
export function appLines<E extends LogEvent = LogEvent>(
  stack: RunningStack,
  ...events: E[]
): AppLine<E>[] {
  return readFileSync(join(stack.directory, "logs", "functions-host.log"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Logged)
    .filter(({ msg }) => msg.startsWith('{"event":'))
    .map(({ level, msg, ...line }) => ({
      ...line,
      level: LEVELS[level] ?? "info",
      told: JSON.parse(msg) as AppLine<E>["told"],
    }))
    .filter(({ told }) => events.length === 0 || events.includes(told.event));
}
