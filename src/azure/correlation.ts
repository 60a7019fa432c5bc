import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import type { InvocationContext, PreInvocationContext } from "@azure/functions";
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { correlationIdOf, ownTrace, traceOf, type Trace } from "../domain/run/correlation";

/** What goes along with everything that an invocation does outside the process. */
export interface Correlation {
  correlationId: string;
  trace: Trace | undefined;
  /** Where the invocation's lines are written to, so that the host knows whose they are. */
  write: Record<"info" | "warn" | "error", (text: string) => void>;
}

const current = new AsyncLocalStorage<Correlation>();

/** Undefined outside of any. */
export const currentInvocation = (): Correlation | undefined => current.getStore();

/** Runs `work`, and all that it awaits, as part of an invocation. */
export const inInvocation = <T>(correlation: Correlation, work: () => T): T =>
  current.run(correlation, work);

/**
 * Every call of Resource Manager tells which run it is made for, and is a span of that run's trace. Without a telemetry
 * SDK (src/telemetry.ts) the span is nowhere told, and the headers are sent all the same.
 */
export const correlationHeaders: PipelinePolicy = {
  name: "correlationHeaders",
  async sendRequest(request, next) {
    const invocation = current.getStore();
    if (invocation === undefined) return next(request);
    const { correlationId, trace: parent } = invocation;
    request.headers.set("x-ms-correlation-request-id", correlationId);
    const span = begin(request, correlationId, parent);
    if (parent !== undefined) request.headers.set("traceparent", traceParentOf(parent, span));
    try {
      const response = await next(request);
      span.setAttribute("http.response.status_code", response.status);
      if (response.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
      return response;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  },
};

function begin(
  { method, url }: PipelineRequest,
  correlationId: string,
  parent: Trace | undefined,
): Span {
  // Without its query, which has continuation tokens: long, and of no use to anyone.
  const { origin, hostname, pathname } = new URL(url);
  const attributes = {
    "http.request.method": method,
    "url.full": `${origin}${pathname}`,
    "server.address": hostname,
    correlationId,
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  const tracer = trace.getTracer("gallery-publisher");
  return tracer.startSpan(`${method} ${pathname}`, options, spanContextOf(parent));
}

/** A trace as the SDK takes it. */
export function spanContextOf(parent: Trace | undefined): Context {
  if (parent === undefined) return context.active();
  const { traceId, spanId, flags } = parent;
  const traceFlags = parseInt(flags, 16);
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
}

/** A span of its own for each call. */
function traceParentOf({ traceId, flags }: Trace, span: Span): string {
  const spanId = span.isRecording() ? span.spanContext().spanId : randomBytes(8).toString("hex");
  return `00-${traceId}-${spanId}-${flags}`;
}

/**
 * Hook before every invocation: what an activity calls belongs to its run, whose trace is that of the message or call
 * that began it; what a trigger calls belongs to its invocation.
 */
export function correlateCalls(hook: PreInvocationContext): void {
  const { functionHandler, invocationContext } = hook;
  const correlation = correlationOf(invocationContext, hook.inputs[0]);
  hook.functionHandler = (...parameters): unknown =>
    current.run(correlation, (): unknown => functionHandler(...parameters));
}

function correlationOf(invocation: InvocationContext, input: unknown): Correlation {
  const { options, invocationId, traceContext } = invocation;
  // Only of an activity the input is of our own making.
  const run = options.trigger.type === "activityTrigger" ? (input as RunInput | null) : null;
  if (typeof run?.runId !== "string")
    return {
      correlationId: invocationId,
      trace: traceOf(traceContext?.traceParent),
      write: invocation,
    };
  const own = traceOf(run.traceParent) ?? ownTrace(run.runId);
  return { correlationId: correlationIdOf(run.runId), trace: own, write: invocation };
}

interface RunInput {
  runId?: unknown;
  traceParent?: unknown;
}
