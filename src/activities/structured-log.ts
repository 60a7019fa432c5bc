import type { LogEvent, LogLine } from "../domain/run/log-line";

/** What lines are written through: the context of an invocation, so that the host knows whose they are. */
export interface Invocation {
  info(text: string): void;
  warn(text: string): void;
}

/** Writes a line for programs to the log. */
export type Log = (to: Invocation, line: LogLine) => void;

const LEVELS: Record<LogEvent, keyof Invocation> = {
  regionStalled: "warn",
  regionMoved: "info",
};

/** One JSON object per line: a log's query finds `event` and the other members by name. */
export const structuredLog: Log = (to, line) => to[LEVELS[line.event]](JSON.stringify(line));
