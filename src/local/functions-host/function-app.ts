import Module, { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  Disposable,
  hookNames,
  UnknownHookError,
  WorkerSystemError,
  type BindingInfo,
  type CoreModule,
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type HookName,
  type InvocationResponse,
  type LogCategory,
  type LogLevel,
  type ProgrammingModel,
  type RetryContext,
} from "./core-module";
import { runInvocation } from "./invocation";
import type { TypedData } from "./typed-data";

/** A function as the host knows it, with its trigger found among its bindings. */
export interface FunctionDefinition extends FunctionMetadata {
  trigger: BindingInfo;
  /** The name under which the trigger's data travels. */
  triggerName: string;
}

/** A function with its code, as only the process knows it that runs the app. */
export interface RegisteredFunction extends FunctionDefinition {
  callback: FunctionCallback;
}

/** One line of the app's or the library's log. */
export interface AppLogEntry {
  level: LogLevel;
  category: LogCategory;
  message: string;
  functionName?: string | undefined;
  invocationId?: string | undefined;
}

/** What goes with the trigger's data into one invocation. */
export interface InvokeOptions {
  triggerMetadata?: Record<string, TypedData>;
  /** W3C trace context of what begins the invocation. */
  traceParent?: string;
  retryContext?: RetryContext | undefined;
}

/** Version of the Node worker whose behaviour is reproduced. */
const WORKER_VERSION = "3.13.0";
/** And of the host. */
export const HOST_VERSION = "4.1049.0";

/**
 * The part of the Node worker that a function app sees. One per process: `@azure/functions` keeps
 * its registrations in module scope.
 */
export class FunctionApp {
  readonly #functions = new Map<string, RegisteredFunction>();
  readonly #hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  readonly #inputs = new Map<string, (binding: BindingInfo) => TypedData>();
  readonly #onLog: (entry: AppLogEntry) => void;
  readonly #appLevelHookData = {};
  readonly #appHookData = {};
  readonly #module: CoreModule;
  #model: ProgrammingModel | undefined;
  #started = false;

  constructor(onLog: (entry: AppLogEntry) => void = () => undefined) {
    this.#onLog = onLog;
    this.#module = this.#createModule();
  }

  /** The functions by the name they were registered with. */
  get functions(): ReadonlyMap<string, RegisteredFunction> {
    return this.#functions;
  }

  /**
   * The `@azure/functions-core` module of this app. `install` answers it to `require`; where that
   * isn't possible (jest has its own `require`) hand it over by
   * `jest.mock("@azure/functions-core", () => mockApp.coreModule(), { virtual: true })`.
   */
  coreModule(): CoreModule {
    return this.#module;
  }

  /**
   * Answers `require("@azure/functions-core")` in this process. Must run before anything loads
   * `@azure/functions`, which asks once and remembers also a failure.
   * @returns a function that takes the answer away again.
   */
  install(): () => void {
    // Only the owner of the prototype can be patched: `require` is looked up there on each call.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const original = Module.prototype.require;
    const core = this.#module;
    Module.prototype.require = function (this: Module, id: string): unknown {
      return id === "@azure/functions-core" ? core : original.call(this, id);
    } as typeof original;
    return () => {
      Module.prototype.require = original;
    };
  }

  /** Supplies the value of all extra inputs of one binding type (`durableClient`). */
  provideInput(type: string, supply: (binding: BindingInfo) => TypedData): void {
    this.#inputs.set(type.toLowerCase(), supply);
  }

  /**
   * Loads the entry file named by `main` of the app's package.json (CommonJS or ESM) and starts the
   * app. Throws what the entry file throws.
   */
  async load(appDirectory: string): Promise<void> {
    const manifestPath = join(appDirectory, "package.json");
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as Record<string, unknown>;
    if (typeof manifest.main !== "string")
      throw new Error(`${manifestPath} names no entry file: set "main"`);
    if (/[*?{}[\]]/.test(manifest.main))
      throw new Error(`${manifestPath}: a glob as "main" (${manifest.main}) is not supported`);
    const entry = join(appDirectory, manifest.main);
    if (entry.endsWith(".mjs") || (manifest.type === "module" && !entry.endsWith(".cjs")))
      await import(pathToFileURL(entry).href);
    else createRequire(manifestPath)(entry);
    await this.start(appDirectory);
  }

  /**
   * Ends the start-up of an app whose functions are registered: runs the `appStart` hooks, locks
   * `app.setup`, then registration. `load` does it; call it when the app was loaded otherwise.
   */
  async start(appDirectory: string): Promise<void> {
    await this.runHooks("appStart", {
      functionAppDirectory: appDirectory,
      hookData: this.#appLevelHookData,
      appHookData: this.#appHookData,
    });
    const capabilities = (await this.#model?.getCapabilities({})) ?? {};
    this.#started = true;
    if (capabilities.HttpUri !== undefined)
      throw new Error("HTTP streaming (app.setup enableHttpStream) is not supported by this host");
  }

  /**
   * Runs one function by the library's own invocation model, with all hooks.
   * @throws what the function threw, always as an `Error`.
   */
  async invoke(
    target: RegisteredFunction,
    triggerData: TypedData,
    options: InvokeOptions = {},
  ): Promise<InvocationResponse> {
    if (!this.#model) throw new Error("the app has not loaded @azure/functions");
    return runInvocation({
      model: this.#model,
      target,
      inputData: this.#inputDataOf(target, triggerData),
      triggerMetadata: options.triggerMetadata ?? {},
      traceParent: options.traceParent,
      retryContext: options.retryContext,
      appHookData: this.#appHookData,
      runHooks: (name, context) => this.runHooks(name, context),
      log: (entry, context) => this.#log(entry, context),
    });
  }

  /** Runs the `appTerminate` hooks. */
  async terminate(): Promise<void> {
    await this.runHooks("appTerminate", {
      hookData: this.#appLevelHookData,
      appHookData: this.#appHookData,
    });
  }

  /** Runs the app's hooks of one kind in the order of their registration. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) await hook(context);
  }

  #inputDataOf(
    target: RegisteredFunction,
    triggerData: TypedData,
  ): { name: string; data: TypedData }[] {
    const inputs = [{ name: target.triggerName, data: triggerData }];
    for (const [name, binding] of Object.entries(target.bindings)) {
      if (binding.direction !== "in" || name === target.triggerName) continue;
      const supply = this.#inputs.get(binding.type.toLowerCase());
      if (!supply)
        throw new Error(`function ${target.name}: input binding ${binding.type} is not supported`);
      inputs.push({ name, data: supply(binding) });
    }
    return inputs;
  }

  #createModule(): CoreModule {
    return {
      version: WORKER_VERSION,
      hostVersion: HOST_VERSION,
      Disposable,
      registerFunction: (metadata, callback) => this.#register(metadata, callback),
      registerHook: (name, callback) => this.#registerHook(name, callback),
      setProgrammingModel: (model) => {
        this.#model = model;
      },
      getProgrammingModel: () => {
        if (!this.#model) throw new WorkerSystemError("No programming model has been set.");
        return this.#model;
      },
      log: (level, category, message) => this.#log({ level, category, message }, undefined),
    };
  }

  #register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#started)
      throw new WorkerSystemError("A function can only be registered during app startup.");
    if (this.#functions.has(metadata.name))
      throw new WorkerSystemError(
        `A function with name "${metadata.name}" has already been registered.`,
      );
    const trigger = Object.entries(metadata.bindings).find(([, b]) => /trigger$/i.test(b.type));
    if (!trigger) throw new WorkerSystemError(`Function "${metadata.name}" has no trigger.`);
    this.#functions.set(metadata.name, {
      ...metadata,
      callback,
      triggerName: trigger[0],
      trigger: trigger[1],
    });
    return new Disposable(() => this.#functions.delete(metadata.name));
  }

  #registerHook(name: string, callback: HookCallback): Disposable {
    const hooks = this.#hooks.get(name as HookName);
    if (!hooks) throw new UnknownHookError(name);
    hooks.push(callback);
    return new Disposable(() => hooks.splice(hooks.indexOf(callback), 1));
  }

  /** Log hooks may change level and message; they run in place, because `context.log` returns nothing. */
  #log(entry: AppLogEntry, invocationContext: unknown): void {
    const context = { ...entry, invocationContext, hookData: {}, appHookData: this.#appHookData };
    for (const hook of this.#hooks.get("log") ?? []) hook(context);
    this.#onLog({ ...entry, level: context.level, message: context.message });
  }
}
