import type { LevelWithSilent, Logger } from "pino";
import type { AppLogEntry } from "./function-app";

const levels: Partial<Record<string, LevelWithSilent>> = {
  trace: "trace",
  debug: "debug",
  information: "info",
  warning: "warn",
  error: "error",
  critical: "fatal",
  none: "silent",
};

/** Writes a line of `context.log` to the host's log. */
export function writeAppLog(log: Logger, entry: AppLogEntry): void {
  const { message, level, category, functionName, invocationId } = entry;
  // A hook of the app may have put anything in here.
  const method = levels[level] ?? "info";
  log[method]({ category, function: functionName, invocationId }, String(message));
}

/** Writes a line that the app printed. */
export function writePrinted(log: Logger, line: string, stream: "stdout" | "stderr"): void {
  log[stream === "stdout" ? "info" : "warn"]({ category: "console", stream }, line);
}
