/** Stops a scheduled call; harmless when it has run already. */
export type Cancel = () => void;

/** Time as the queues see it, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `work` once, not before `atMs`. */
  at(atMs: number, work: () => void): Cancel;
}

/** setTimeout fires at once beyond this delay. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers don't keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(atMs, work) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const delayMs = Math.max(0, atMs - Date.now());
      timer = setTimeout(
        () => (Date.now() < atMs ? arm() : work()),
        Math.min(delayMs, LONGEST_DELAY_MS),
      ).unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
