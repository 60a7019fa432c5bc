import type { Logger } from "pino";
import type { AppLogEntry } from "./function-app";

const levels = {
  trace: "trace",
  debug: "debug",
  information: "info",
  warning: "warn",
  error: "error",
  critical: "fatal",
  none: "silent",
} as const;

/** Writes a line of `context.log` to the host's log. */
export function writeAppLog(log: Logger, entry: AppLogEntry): void {
  const { message, level, category, functionName, invocationId } = entry;
  log[levels[level]]({ category, function: functionName, invocationId }, message);
}

/** Writes a line that the app printed. */
export function writePrinted(log: Logger, line: string, stream: "stdout" | "stderr"): void {
  log[stream === "stdout" ? "info" : "warn"]({ category: "console", stream }, line);
}
