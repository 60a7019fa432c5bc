import { closeSync, openSync, writeSync } from "node:fs";
import { StartError } from "../program";

/** One thing that ran, or that happened to what runs. */
export interface RunEntry {
  /** What kind of thing: `http`, `timer`, `activity`, … */
  kind: string;
  /** The function's name. */
  name: string;
  /** Which one: an instance, a message; empty: there is nothing to tell it by. */
  subject?: string;
  outcome: string;
  durationMs?: number;
  note?: string;
}

/** The log of what ran, for people: a line for each invocation and each step of an orchestration. */
export interface RunLog {
  write(entry: RunEntry): void;
}

/** Longer notes are cut: they stand whole in the other log. */
const MAX_NOTE = 300;

/**
 * Writes the lines to a file; without one to the terminal, where the host runs in one.
 * @throws {StartError} when the file can't be written.
 */
export function openRunLog(file: string | undefined): RunLog {
  if (file === undefined)
    return { write: (entry) => void (process.stdout.isTTY && process.stdout.write(line(entry))) };
  try {
    const descriptor = openSync(file, "a");
    process.once("exit", () => closeSync(descriptor));
    return { write: (entry) => void writeSync(descriptor, line(entry)) };
  } catch (error) {
    throw new StartError(`can't write the log file ${file}: ${(error as Error).message}`);
  }
}

/** Kind, outcome, duration, name, subject, note: what has a width of its own stands in front. */
function line({ kind, name, subject, outcome, durationMs, note }: RunEntry): string {
  const columns = [
    new Date().toISOString().replace("T", " ").replace("Z", ""),
    kind.padEnd(12),
    outcome.padEnd(10),
    (durationMs === undefined ? "" : `${Math.round(durationMs)} ms`).padStart(9),
    name.padEnd(24),
    subject ?? "-",
    oneLine(note ?? ""),
  ];
  return `${columns.join("  ").trimEnd()}\n`;
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > MAX_NOTE ? `${flat.slice(0, MAX_NOTE)}…` : flat;
}
