/** Time as the engine sees it: tests put a virtual one here. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `onDue` once `now()` has reached `dueAt` (epoch ms). @returns takes the timer away. */
  setTimer(dueAt: number, onDue: () => void): () => void;
}

/** Node's timers hold at most 2^31-1 ms; longer ones are set again. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(dueAt, onDue) {
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = dueAt - Date.now();
      if (waitMs <= 0) handle = setTimeout(onDue, 0);
      else if (waitMs <= MAX_TIMEOUT_MS) handle = setTimeout(arm, waitMs);
      else handle = setTimeout(arm, MAX_TIMEOUT_MS);
    };
    arm();
    return () => clearTimeout(handle);
  },
};
