import type { TypedData } from "../functions-host/typed-data";
import type { Clock } from "../durable-engine/clock";
import type { Store } from "../durable-engine/store/store";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import type { FunctionInvoker } from "./function-invoker";

/** Settings of the durable host; the names follow host.json's `extensions.durableTask`. */
export interface DurableHostOptions {
  hubName: string;
  /** Number of activities that run at one time. */
  maxConcurrentActivities: number;
  /** Number of orchestrator episodes that run at one time. */
  maxConcurrentOrchestrators: number;
  /** Version that new orchestrations get when they name none. */
  defaultVersion?: string | undefined;
  /** Fails loudly, naming the trap, where Azure would hang or differ in silence. */
  strict: boolean;
  /** Test switch: how much too early timers fire (Azure Storage: up to 1000 ms). Default 0. */
  timersFireEarlyMs?: number | undefined;
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

export type DurableLog = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  facts?: Record<string, unknown>,
) => void;

export interface DurableHostParts {
  store: Store;
  clock: Clock;
  invoker: FunctionInvoker;
  options: DurableHostOptions;
  log: DurableLog;
  /** Called once when a commit failed: the engine has halted and nothing more will be kept. */
  onFatal(error: Error): void;
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
}

/** Puts engine, store and function app together. */
export declare function createDurableHost(parts: DurableHostParts): DurableHost;
