import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MemoryStore } from "../durable-engine/store/memory-store";
import { SqliteStore } from "../durable-engine/store/sqlite-store";
import type { Store } from "../durable-engine/store/store";
import { StartError } from "../program";
import { HostKeys, type GivenKeys } from "./keys";
import {
  createFileTimerStatusStore,
  createMemoryTimerStatusStore,
  type TimerStatusStore,
} from "./timer-status";

/** What outlives a host, or is gone with it when it was opened in memory. */
export interface HostState {
  durable: Store;
  timers: TimerStatusStore;
  keys: HostKeys;
}

/**
 * Opens what the host keeps in `directory` (created when absent), or in memory.
 * @throws {StartError} when the directory can't be used.
 */
export function openState(
  directory: string | undefined,
  hubName: string,
  givenKeys: GivenKeys,
): HostState {
  if (directory === undefined)
    return {
      durable: new MemoryStore(),
      timers: createMemoryTimerStatusStore(),
      keys: new HostKeys(undefined, givenKeys),
    };
  try {
    mkdirSync(directory, { recursive: true });
    return {
      timers: createFileTimerStatusStore(join(directory, "timers")),
      keys: new HostKeys(join(directory, "keys.json"), givenKeys),
      durable: new SqliteStore(join(directory, `${hubName.toLowerCase()}.sqlite`)),
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`can't keep state in ${directory} (--state): ${(error as Error).message}`);
  }
}
