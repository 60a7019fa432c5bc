import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readKeptFile } from "./kept-file";

/**
 * When a timer ran last and is due next (epoch ms). Before its first run it has no `last`, and while
 * the host has never seen the timer before, it was never updated.
 */
export interface TimerStatus {
  last?: number | undefined;
  next: number;
  lastUpdated?: number | undefined;
}

/** Keeps the status of timers between starts. */
export interface TimerStatusStore {
  /** @throws {StartError} when what was kept is damaged. */
  load(functionName: string): TimerStatus | undefined;
  save(functionName: string, status: TimerStatus): void;
}

/** Forgets everything at the end of the process. */
export function createMemoryTimerStatusStore(): TimerStatusStore {
  const all = new Map<string, TimerStatus>();
  return {
    load: (name) => all.get(name),
    save: (name, status) => void all.set(name, status),
  };
}

const storedStatus = z.object({
  last: z.number().optional(),
  next: z.number(),
  lastUpdated: z.number().optional(),
});

/** One file per timer; written aside and renamed, so that a kill leaves the old or the new one. */
export function createFileTimerStatusStore(directory: string): TimerStatusStore {
  mkdirSync(directory, { recursive: true });
  const fileOf = (name: string): string => join(directory, `${name}.json`);
  return {
    load: (name) => readKeptFile(fileOf(name), storedStatus),
    save(name, status) {
      writeFileSync(`${fileOf(name)}.new`, JSON.stringify(status));
      renameSync(`${fileOf(name)}.new`, fileOf(name));
    },
  };
}
