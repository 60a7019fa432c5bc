import type { TypedData } from "./typed-data";

/** The types of `@azure/functions-core`, the module that a worker supplies to its function app. */

export type LogLevel =
  "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";
export type LogCategory = "user" | "system" | "customMetric";

/** A binding as the library registers it: its type and direction, and every option of the app. */
export interface BindingInfo {
  type: string;
  direction: "in" | "out" | "inout";
  [option: string]: unknown;
}

/** `retry` of a function, durations in whole seconds. */
export interface RetryOptions {
  retryStrategy: "fixedDelay" | "exponentialBackoff";
  maxRetryCount: number;
  delayInterval?: { seconds: number };
  minimumInterval?: { seconds: number };
  maximumInterval?: { seconds: number };
}

export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, BindingInfo>;
  retryOptions?: RetryOptions | undefined;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

/** Tells a function which attempt under its retry policy this is; `exception` is the previous one. */
export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception: { message: string; stackTrace: string; source: string } | null;
}

export interface InvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata: Record<string, TypedData>;
  traceContext: { traceParent: string };
  retryContext?: RetryContext | undefined;
}

export interface CoreInvocationContext {
  invocationId: string;
  metadata: { name: string; bindings: Record<string, BindingInfo> };
  request: InvocationRequest;
  state?: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationResponse {
  outputData: { name: string; data: TypedData }[];
  returnValue?: TypedData | null;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

/** What `@azure/functions` hands over: it makes the arguments, runs the handler, reads its result. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export const hookNames = [
  "appStart",
  "appTerminate",
  "preInvocation",
  "postInvocation",
  "log",
] as const;
export type HookName = (typeof hookNames)[number];
/** Every hook gets one mutable object; what it replaces in there counts. */
export type HookCallback = (context: object) => unknown;

/** The module itself. */
export interface CoreModule {
  readonly version: string;
  readonly hostVersion: string;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  registerHook(name: string, callback: HookCallback): Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel;
  log(level: LogLevel, category: LogCategory, message: string): void;
  readonly Disposable: typeof Disposable;
}

/** Undoes a registration, once. */
export class Disposable {
  #onDispose: (() => unknown) | undefined;

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((disposable) => disposable.dispose()));
  }

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  dispose(): unknown {
    const onDispose = this.#onDispose;
    this.#onDispose = undefined;
    return onDispose?.();
  }
}

/** An error that the library knows to be the worker's and not the app's. */
export class WorkerSystemError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

/** As `WorkerSystemError`, for a hook that this worker doesn't know. */
export class UnknownHookError extends RangeError {
  readonly isAzureFunctionsSystemError = true;
  override readonly name = "RangeError";

  constructor(hook: string) {
    super(`Unrecognized hook "${hook}"`);
  }
}
