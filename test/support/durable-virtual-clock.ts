import type { Clock } from "../../src/local/durable-engine/clock";

/** A clock that stands still until it is moved. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ dueAt: number; onDue: () => void }>();

  constructor(start: number = Date.parse("2026-11-24T15:00:00.000Z")) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimer(dueAt: number, onDue: () => void): () => void {
    const timer = { dueAt, onDue };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** When the next timer is due (epoch ms). */
  get nextTimer(): number | undefined {
    return this.#timers.size === 0
      ? undefined
      : Math.min(...[...this.#timers].map((timer) => timer.dueAt));
  }

  /** Moves on to `time` and fires what is due by then; never goes back. */
  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    for (const timer of [...this.#timers])
      if (timer.dueAt <= this.#now && this.#timers.delete(timer)) timer.onDue();
  }
}
