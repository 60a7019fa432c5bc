import type { Clock } from "../../../src/local/durable-engine/clock";

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ dueAt: number; onDue: () => void }>();

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  setTimer(dueAt: number, onDue: () => void): () => void {
    const timer = { dueAt, onDue };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on to a time; what falls due on the way happens in its order, each with its outcome. */
  async advanceTo(time: string): Promise<void> {
    const end = Date.parse(time);
    for (;;) {
      await settle();
      const due = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt)[0];
      if (due === undefined || due.dueAt > end) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.dueAt);
      due.onDue();
    }
    this.#now = end;
  }
}

/** Lets everything that waits for nothing but promises come to its end. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
