import type { TypedData } from "../functions-host/typed-data";
import { ClientOperations } from "../durable-engine/client-operations";
import type { Clock } from "../durable-engine/clock";
import { DurableEngine } from "../durable-engine/engine";
import type { EngineLog, EngineOptions } from "../durable-engine/engine-parts";
import type { EngineObserver } from "../durable-engine/observer";
import type { Store } from "../durable-engine/store/store";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { clientBindingJson } from "./client-binding";
import { createExecutor } from "./executor";
import type { FunctionInvoker } from "./function-invoker";
import { handleDurableHttp } from "./http-api";

/** Settings of the durable host; the names follow host.json's `extensions.durableTask`. */
export interface DurableHostOptions extends EngineOptions {
  hubName: string;
  /** The key that the public management links carry as `code`. */
  webhookKey: string;
}

/** Where the Durable HTTP API is reachable. */
export interface DurableUrls {
  /** Public, with the key: `http://127.0.0.1:7071/runtime/webhooks/durabletask` (no slash at the end). */
  webhookBaseUrl: string;
  /** For the app's own client, without a key: `http://127.0.0.1:17071/durabletask/` (slash at the end). */
  rpcBaseUrl: string;
}

export type DurableLog = EngineLog;

export interface DurableHostParts {
  store: Store;
  clock: Clock;
  invoker: FunctionInvoker;
  options: DurableHostOptions;
  log: DurableLog;
  /** Called once when a commit failed: the engine has halted and nothing more will be kept. */
  onFatal(error: Error): void;
  /** Hears what was done. */
  observer?: EngineObserver | undefined;
}

/** The durable half of a Functions host. */
export interface DurableHost {
  /** Takes up everything that the store holds and begins to work. */
  start(): void;
  /** Begins nothing new and waits for what runs. The store stays open: close it afterwards. */
  stop(): Promise<void>;
  /** Answers one request of the Durable HTTP API (both under the rpc and the webhook base URL). */
  handleHttp(request: DurableHttpRequest): Promise<DurableHttpResponse>;
  /** The value of the `durableClient` input binding. */
  clientBinding(urls: DurableUrls): TypedData;
  /** For tests and for programs that look inside. */
  readonly engine: DurableEngine;
  /** What a client may do, without HTTP. */
  readonly client: ClientOperations;
}

/** Puts engine, store and function app together. */
export function createDurableHost(parts: DurableHostParts): DurableHost {
  const { options, invoker } = parts;
  const engine = new DurableEngine({
    store: parts.store,
    clock: parts.clock,
    executor: createExecutor(invoker, options.strict),
    options,
    log: parts.log,
    onFatal: (error) => parts.onFatal(error),
    observer: parts.observer,
  });
  const client = new ClientOperations(engine);
  const context = { engine, client, links: options };
  return {
    engine,
    client,
    start: () => engine.start(),
    stop: () => engine.stop(),
    handleHttp: (request) => handleDurableHttp(context, request),
    clientBinding: (urls) => ({ string: clientBindingJson(urls, options) }),
  };
}
