import type { Clock } from "./clock";
import type { FunctionExecutor } from "./decision";
import type { EngineObserver } from "./observer";
import type { Store } from "./store/store";
import type { VersionOptions } from "./versions";

export interface EngineOptions extends VersionOptions {
  /** Number of activities that run at one time. */
  maxConcurrentActivities: number;
  /** Number of orchestrator episodes that run at one time. */
  maxConcurrentOrchestrators: number;
  /** Fails loudly, naming the trap, where Azure would hang or differ in silence. */
  strict: boolean;
  /**
   * Test switch: timers fire up to so much too early, those that are shorter at once. With 1000 they
   * do as on Azure Storage, whose queues wait whole seconds. Default 0.
   */
  timersFireEarlyMs?: number | undefined;
}

export type EngineLog = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  facts?: Record<string, unknown>,
) => void;

export interface EngineParts {
  store: Store;
  clock: Clock;
  executor: FunctionExecutor;
  options: EngineOptions;
  log: EngineLog;
  /** Called once when a commit failed: the engine has halted. */
  onFatal(error: Error): void;
  observer?: EngineObserver | undefined;
}
