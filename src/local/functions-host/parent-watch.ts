import { Worker } from "node:worker_threads";

/** How often the parent is looked for, in milliseconds. */
const LOOK_MS = 500;

/** Runs beside the app, and goes on also while the app blocks the main thread. */
const WATCH = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, ${LOOK_MS});
`;

/**
 * Ends this process when the one that started it is gone, by whatever signal: at once when its
 * channel closes, and within half a second when the app is in an endless loop and hears nothing.
 */
export function endWithParent(): void {
  process.on("disconnect", () => process.exit(1));
  const options = { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 16 } };
  new Worker(WATCH, options).unref();
}
