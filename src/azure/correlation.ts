import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { InvocationContext, PreInvocationContext } from "@azure/functions";
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

/** Every call of Resource Manager tells which run it is made for, and belongs to that run's trace. */
export const correlationHeaders: PipelinePolicy = {
  name: "correlationHeaders",
  sendRequest(request, next) {
    const { correlationId, trace } = current.getStore() ?? {};
    if (correlationId !== undefined)
      request.headers.set("x-ms-correlation-request-id", correlationId);
    if (trace !== undefined) request.headers.set("traceparent", traceParentOf(trace));
    return next(request);
  },
};

/** A span of its own for each call. */
const traceParentOf = ({ traceId, flags }: Trace): string =>
  `00-${traceId}-${randomBytes(8).toString("hex")}-${flags}`;

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

function correlationOf(context: InvocationContext, input: unknown): Correlation {
  const { options, invocationId, traceContext } = context;
  // Only of an activity the input is of our own making.
  const run = options.trigger.type === "activityTrigger" ? (input as RunInput | null) : null;
  if (typeof run?.runId !== "string")
    return {
      correlationId: invocationId,
      trace: traceOf(traceContext?.traceParent),
      write: context,
    };
  const trace = traceOf(run.traceParent) ?? ownTrace(run.runId);
  return { correlationId: correlationIdOf(run.runId), trace, write: context };
}

interface RunInput {
  runId?: unknown;
  traceParent?: unknown;
}
