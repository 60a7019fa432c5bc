import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { Caller } from "./auth";
import { parsedJson } from "./json";
import { linesAtEnd } from "./last-lines";

/** One call, as it is logged. Other headers aren't kept: they carry tokens. */
export interface LoggedRequest {
  /** Counts up from 1; with a file, from where it ended. */
  number: number;
  time: string;
  caller: Caller;
  method: string;
  path: string;
  query: string;
  apiVersion?: string;
  bodySha256?: string;
  body?: unknown;
  /** 0: the connection was cut without an answer. */
  status: number;
  errorCode?: string;
  /** The answer's body, where the log was opened with answers. */
  answer?: unknown;
  correlationId: string;
  /** W3C trace context that came with the call. */
  traceparent?: string;
  durationMs: number;
}

/** How far the control interface can look back; the file keeps all. */
const KEPT = {
  calls: 20_000,
  /** Characters of the calls as JSON; together they must fit in one text, which V8 limits to 512 MB. */
  chars: 128 * 1024 * 1024,
};
/** How much of an earlier run's file is read at the start. */
const READ_BACK_BYTES = 16 * 1024 * 1024;

/** What isn't given matches everything. */
export interface RequestFilter {
  method?: string | undefined;
  pathContains?: string | undefined;
  status?: number | undefined;
  /** Object id or client id. */
  caller?: string | undefined;
  apiVersion?: string | undefined;
  correlationId?: string | undefined;
  /** Only calls with a greater number. */
  after?: number | undefined;
}

interface KeptRequest {
  request: LoggedRequest;
  chars: number;
}

/** Calls in order, to a file as JSON lines (when one is given) and in memory. */
export class RequestLog {
  #requests: KeptRequest[] = [];
  #chars = 0;
  #count = 0;

  /**
   * Goes on after the calls that the file has.
   * @throws when the file can't be read or written
   */
  constructor(
    private readonly file: string | undefined,
    private readonly answers = false,
    private readonly kept = KEPT,
  ) {
    if (file === undefined) return;
    const { lines, torn } = linesAtEnd(file, READ_BACK_BYTES);
    // The program was killed while it wrote; what comes now is a line of its own.
    appendFileSync(file, torn ? "\n" : "");
    for (const line of lines) {
      const earlier = loggedRequest(line);
      if (earlier !== undefined) this.#keep(earlier, line.length);
    }
    this.#count = this.#requests.at(-1)?.request.number ?? 0;
  }

  add({ answer, ...request }: Omit<LoggedRequest, "number">): void {
    const logged = { number: ++this.#count, ...request };
    const text = JSON.stringify(logged);
    // Answers would be too much to keep in memory: with 40 regions one has 30 kB.
    this.#keep(logged, text.length);
    if (this.file === undefined) return;
    const withAnswer = this.answers && answer !== undefined;
    appendFileSync(this.file, `${withAnswer ? JSON.stringify({ ...logged, answer }) : text}\n`);
  }

  #keep(request: LoggedRequest, chars: number): void {
    this.#requests.push({ request, chars });
    this.#chars += chars;
    const { calls, chars: most } = this.kept;
    // Half as much again before any is dropped, so that not every call moves the others.
    if (this.#requests.length <= calls * 1.5 && this.#chars <= most * 1.5) return;
    let first = 0;
    while (this.#requests.length - first > calls || this.#chars > most)
      this.#chars -= this.#requests[first++]?.chars ?? 0;
    this.#requests = this.#requests.slice(first);
  }

  find(filter: RequestFilter): LoggedRequest[] {
    const { method, pathContains, status, caller, apiVersion, correlationId, after } = filter;
    const requests = this.#requests.map(({ request }) => request);
    return requests.filter(
      (request) =>
        (method === undefined || request.method === method.toUpperCase()) &&
        (pathContains === undefined ||
          `${request.path}?${request.query}`.toLowerCase().includes(pathContains.toLowerCase())) &&
        (status === undefined || request.status === status) &&
        (caller === undefined || [request.caller.oid, request.caller.appid].includes(caller)) &&
        (apiVersion === undefined || request.apiVersion === apiVersion) &&
        (correlationId === undefined || request.correlationId === correlationId) &&
        (after === undefined || request.number > after),
    );
  }

  /** Forgets what is in memory; the file stays. */
  clear(): void {
    this.#requests = [];
    this.#chars = 0;
  }
}

/** A line of the file; undefined where the program was killed in the middle of it. */
function loggedRequest(line: string): LoggedRequest | undefined {
  try {
    const { answer: _answer, ...request } = JSON.parse(line) as LoggedRequest;
    return request;
  } catch {
    return undefined;
  }
}

/** The body as it is logged: parsed when it is JSON. */
export function loggedBody(raw: Buffer): { bodySha256?: string; body?: unknown } {
  if (raw.length === 0) return {};
  const text = raw.toString("utf8");
  const bodySha256 = createHash("sha256").update(raw).digest("hex");
  try {
    return { bodySha256, body: parsedJson(text) };
  } catch {
    return { bodySha256, body: text }; // what can't be taken is worth seeing as it came
  }
}
