import { setTimeout as delay } from "node:timers/promises";

/** A program ends by itself within this time after its stack was killed. */
const WAIT_MS = 6000;
const LOOK_EVERY_MS = 50;

/**
 * Waits for the programs of a stack that was killed: they notice it and end, but need a moment, in
 * which they still hold ports and files. Does not fail when one stays: it may be someone else's
 * process by now, and whatever is really held is reported where it is missing.
 */
export async function waitForLeftovers(pids: number[], waitMs = WAIT_MS): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (pids.some(isAlive) && Date.now() < deadline) await delay(LOOK_EVERY_MS);
}

/** Whether there is a process with this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
