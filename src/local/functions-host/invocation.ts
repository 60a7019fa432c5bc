import { randomBytes, randomUUID } from "node:crypto";
import type {
  CoreInvocationContext,
  FunctionCallback,
  HookName,
  InvocationResponse,
  ProgrammingModel,
  RetryContext,
} from "./core-module";
import type { AppLogEntry, RegisteredFunction } from "./function-app";
import type { TypedData } from "./typed-data";

/** Everything that one run of a function needs. */
export interface Invocation {
  model: ProgrammingModel;
  target: RegisteredFunction;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata: Record<string, TypedData>;
  retryContext: RetryContext | undefined;
  /** W3C trace context of what began it. */
  traceParent: string | undefined;
  appHookData: object;
  runHooks(name: HookName, context: object): Promise<void>;
  log(entry: AppLogEntry, invocationContext: unknown): void;
}

/**
 * Runs a function in the order of the worker's own handler: arguments, `preInvocation` hooks (which
 * may replace inputs and handler), handler, `postInvocation` hooks (which may replace result and
 * error), response.
 */
export async function runInvocation(invocation: Invocation): Promise<InvocationResponse> {
  const core = createContext(invocation);
  const model = await invocation.model.getInvocationModel(core.context);
  const { context, inputs } = await model.getArguments();
  core.userContext = context;
  const shared = { hookData: {}, appHookData: invocation.appHookData, invocationContext: context };

  const before: { inputs: unknown[]; functionCallback: FunctionCallback } = {
    ...shared,
    inputs,
    functionCallback: invocation.target.callback,
  };
  core.context.state = "preInvocationHooks";
  await invocation.runHooks("preInvocation", before);

  const after: { inputs: unknown[]; result: unknown; error: unknown } = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  core.context.state = "invocation";
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error("the function threw nothing");
  }
  core.context.state = "postInvocationHooks";
  await invocation.runHooks("postInvocation", after);
  core.context.state = undefined;

  // A cleared error counts as success; anything else that is falsy was never thrown.
  if (after.error !== null && after.error !== undefined) throw asError(after.error);
  return model.getResponse(context, after.result);
}

function createContext(invocation: Invocation): {
  context: CoreInvocationContext;
  userContext: unknown;
} {
  const { target } = invocation;
  const invocationId = randomUUID();
  const created: { context: CoreInvocationContext; userContext: unknown } = {
    userContext: undefined,
    context: {
      invocationId,
      metadata: { name: target.name, bindings: target.bindings },
      request: {
        invocationId,
        functionId: target.functionId ?? target.name,
        inputData: invocation.inputData,
        triggerMetadata: invocation.triggerMetadata,
        traceContext: { traceParent: childOf(invocation.traceParent) },
        retryContext: invocation.retryContext,
      },
      log: (level, category, message) =>
        invocation.log(
          { level, category, message, functionName: target.name, invocationId },
          created.userContext,
        ),
    },
  };
  return created;
}

/** A W3C trace parent (version, trace id, span id, sampled): a span of the trace that came, or of a new one. */
function childOf(parent: string | undefined): string {
  const [, traceId] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(parent ?? "") ?? [];
  return `00-${traceId ?? randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
}

function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  // Errors of another realm (jest, vm) are no instances of this one's class, but read the same.
  const { message, stack } = Object(thrown) as { message?: unknown; stack?: unknown };
  const error = new Error(typeof message === "string" ? message : String(thrown));
  if (typeof stack === "string") error.stack = stack;
  return error;
}
