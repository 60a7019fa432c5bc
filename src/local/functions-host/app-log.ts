import { format } from "node:util";
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

/** The app's `console` goes to the log too: stdout belongs to the ready line. */
export function sendConsoleTo(log: Logger): void {
  const methods = {
    log: "info",
    info: "info",
    debug: "debug",
    trace: "trace",
    warn: "warn",
    error: "error",
  } as const;
  for (const [method, level] of Object.entries(methods))
    console[method as keyof typeof methods] = (...args: unknown[]) =>
      log[level]({ category: "console" }, format(...args));
}
