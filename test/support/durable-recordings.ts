import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the real Durable extension sent and answered: see the README beside the recordings. */
export const RECORDINGS = join(__dirname, "../fixtures/recorded/durable-extension-3.19.0");

export type Json = Record<string, unknown>;

/** An HTTP exchange, a call of the client library, or a note of whoever drove the recording. */
export interface RecordedCall extends Json {
  request?: string;
  sent?: unknown;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface RecordedInstance {
  function?: string;
  child?: boolean;
  lastPayload?: Json & { history: Json[] };
  answer?: Json | null;
  thrown?: string;
  status?: { code: number; headers: Record<string, string>; body: unknown } | null;
}

export interface Recording {
  /** File name without its end. */
  name: string;
  scenario: string;
  calls: RecordedCall[];
  instances: Record<string, RecordedInstance>;
}

/** Instances whose status was asked for while their last episode was being written. */
export const STATUS_IN_BETWEEN: ReadonlySet<string> = new Set(["purge-run", "statusQueries-w"]);

/** All scenarios; what else lies there begins with an underscore. */
export function loadRecordings(): Recording[] {
  return readdirSync(RECORDINGS)
    .filter((file) => file.endsWith(".json") && !file.startsWith("_"))
    .sort()
    .map((file) => {
      const read = JSON.parse(readFileSync(join(RECORDINGS, file), "utf8")) as Omit<
        Recording,
        "name"
      >;
      return { ...read, calls: read.calls ?? [], name: file.replace(/\.json$/, "") };
    });
}

/** Members that hold a time, or count the lines of .NET stack traces. */
const TIMES = new Set(["Timestamp", "ScheduledTime", "FireAt", "createdTime", "lastUpdatedTime"]);
const STACKS = new Set(["StackTrace", "stackTrace", "lines"]);
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g;

/**
 * Takes away what no second run can repeat: times, generated ids, .NET stack traces and serialised
 * exceptions, and the wording of the JSON parser.
 */
export function normalise(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => normalise(item));
  if (typeof value === "object" && value !== null) {
    const object = value as Json;
    const isParserError = String(object.ExceptionType).includes("JsonReaderException");
    return Object.fromEntries(
      Object.entries(object).map(([name, member]) => [
        name,
        isParserError && name === "ExceptionMessage" ? "<parser>" : normalise(member, name),
      ]),
    );
  }
  if (value === null || value === undefined) return value;
  if (TIMES.has(key)) return "<time>";
  if (STACKS.has(key)) return "<stack>";
  if (key === "Input" && typeof value === "string") return normalise(parsedOrText(value));
  return typeof value === "string" ? normaliseText(value) : value;
}

/** JSON texts count by their value: .NET writes some numbers and characters differently. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function normaliseText(text: string): string {
  return text
    .replace(GUID, "<id>")
    .replace(/\{"\$type".*$/s, "<details>")
    .replace(/Message: .*, StackTrace: .*$/s, "<details>")
    .replace(/"ExceptionMessage":"[^]*$/, "<exception>")
    .replace(/"schemaVersion":\d/, '"schemaVersion":<version>');
}

const CUT = /^([^]{300})…<(\d+) characters>$/;

/** Undoes the cut of a text that goes on with the same letter; `end` is what it ended with. */
export function restoreCut(text: string, end = ""): string {
  const cut = CUT.exec(text);
  const kept = cut?.[1] ?? "";
  const missing = Number(cut?.[2] ?? 0) - kept.length - end.length;
  return cut ? kept + kept.slice(-1).repeat(missing) + end : text;
}

/**
 * The first place at which two normalised values differ; undefined: nowhere. Long texts were cut in
 * the recordings: of those the beginning counts.
 */
export function firstDifference(actual: unknown, recorded: unknown, at = ""): string | undefined {
  if (typeof recorded === "string" && typeof actual === "string") {
    const cut = CUT.exec(recorded);
    if (actual === recorded || (cut && actual.startsWith(cut[1] ?? "\0"))) return undefined;
  } else if (isContainer(recorded) && isContainer(actual)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    for (const key of keys) {
      const found = firstDifference(actual[key], recorded[key], `${at}.${key}`);
      if (found !== undefined) return found;
    }
    if (Array.isArray(recorded) === Array.isArray(actual)) return undefined;
  } else if (Object.is(actual, recorded)) return undefined;
  return `${at || "value"}: got ${show(actual)}, recorded ${show(recorded)}`;
}

function isContainer(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 400);
}
