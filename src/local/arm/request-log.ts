import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import type { Caller } from "./auth";

/** One call, as it is logged. Headers aren't kept: they carry tokens. */
export interface LoggedRequest {
  /** Counts up from 1. */
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
  durationMs: number;
}

/** How many calls the control interface can look back on; the file keeps all. */
const KEPT = 20_000;

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

/** Calls in order, to a file as JSON lines (when one is given) and in memory. */
export class RequestLog {
  #requests: LoggedRequest[] = [];
  #count = 0;

  /** @throws when the file can't be written */
  constructor(
    private readonly file: string | undefined,
    private readonly answers = false,
  ) {
    if (file !== undefined) writeFileSync(file, "", { flag: "a" });
  }

  add({ answer, ...request }: Omit<LoggedRequest, "number">): void {
    const logged = { number: ++this.#count, ...request };
    // In memory they would be too many: with 40 regions an answer has 30 kB.
    this.#requests.push(logged);
    if (this.#requests.length > KEPT * 1.5) this.#requests = this.#requests.slice(-KEPT);
    if (this.file === undefined) return;
    const line = this.answers && answer !== undefined ? { ...logged, answer } : logged;
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  find(filter: RequestFilter): LoggedRequest[] {
    const { method, pathContains, status, caller, apiVersion, correlationId, after } = filter;
    return this.#requests.filter(
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
  }
}

/** The body as it is logged: parsed when it is JSON. */
export function loggedBody(raw: Buffer): { bodySha256?: string; body?: unknown } {
  if (raw.length === 0) return {};
  const text = raw.toString("utf8");
  const bodySha256 = createHash("sha256").update(raw).digest("hex");
  try {
    return { bodySha256, body: JSON.parse(text) as unknown };
  } catch {
    return { bodySha256, body: text }; // malformed JSON is worth seeing as it came
  }
}
