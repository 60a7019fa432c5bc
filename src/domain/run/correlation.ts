import { createHash } from "crypto";

/**
 * The id by which Azure's logs tell a run's calls: `x-ms-correlation-request-id`, a GUID. Made of the run's id, so that
 * every process that works on the run sends the same.
 */
export function correlationIdOf(runId: string): string {
  const hash = createHash("sha256").update(`correlation ${runId}`).digest("hex");
  // Version 8 and its variant: a GUID of the maker's own design (RFC 9562).
  const digits = `${hash.slice(0, 12)}8${hash.slice(13, 16)}8${hash.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What W3C's trace context tells of whoever calls. */
export interface Trace {
  traceId: string;
  spanId: string;
  flags: string;
}

/** What a `traceparent` says; undefined for none that is valid. */
export function traceOf(traceParent: unknown): Trace | undefined {
  if (typeof traceParent !== "string") return undefined;
  const [, traceId = "", spanId = "", flags = ""] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceParent) ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

/** The trace of a run that nobody has begun one for. */
export function ownTrace(runId: string): Trace {
  const hash = createHash("sha256").update(`trace ${runId}`).digest("hex");
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48), flags: "01" };
}
