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

/** Trace id and flags of W3C's trace context. */
export interface Trace {
  traceId: string;
  flags: string;
}

/** What a `traceparent` says; undefined for none that is valid. */
export function traceOf(traceParent: unknown): Trace | undefined {
  if (typeof traceParent !== "string") return undefined;
  const [, traceId = "", spanId = "", flags = ""] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceParent) ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  return { traceId, flags };
}

/** The trace of a run that nobody has begun one for. */
export const ownTrace = (runId: string): Trace => ({
  traceId: createHash("sha256").update(`trace ${runId}`).digest("hex").slice(0, 32),
  flags: "01",
});
