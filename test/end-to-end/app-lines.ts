import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogLine } from "../../src/domain/run/log-line";
import type { RunningStack } from "./running-stack";

/** A line for programs, as it stands in the host's log. */
export interface AppLine {
  level: "info" | "warn";
  function: string;
  invocationId: string;
  told: LogLine;
}

/** The same as the host writes it. */
type Logged = Pick<AppLine, "function" | "invocationId"> & { level: number; msg: string };
const WARNING = 40;

/** What the app has told programs so far. */
export function appLines(stack: RunningStack): AppLine[] {
  return readFileSync(join(stack.directory, "logs", "functions-host.log"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Logged)
    .filter(({ msg }) => msg.startsWith('{"event":'))
    .map(({ level, msg, ...line }) => ({
      ...line,
      level: level === WARNING ? "warn" : "info",
      told: JSON.parse(msg) as LogLine,
    }));
}
