import { linesOf } from "../domain/run/announced-lines";
import { LOG_LINES, type LogLine } from "../domain/run/log-line";
import { currentInvocation } from "./correlation";
import type { Announcer } from "./outcome-topic";

/** Writes a line for programs to the log of the invocation that is going on. */
export type Log = (line: LogLine) => void;

/** One JSON object per line: a log's query finds `event` and the other members by name. */
export const structuredLog: Log = (line) => {
  const { correlationId, trace, write = console } = currentInvocation() ?? {};
  const { event, ...members } = line;
  const text = JSON.stringify({ event, ...members, correlationId, traceId: trace?.traceId });
  write[LOG_LINES[event].level](text);
};

/** True for a line that `structuredLog` has written: `event` is always its first member. */
export const isStructured = (text: string): boolean => text.startsWith('{"event":');

/** What is announced is logged as well, so that nothing comes to the one and not to the other. */
export function logged(announcer: Announcer, log: Log): Announcer {
  return {
    async announce(event) {
      await announcer.announce(event);
      for (const line of linesOf(event)) log(line);
    },
  };
}
