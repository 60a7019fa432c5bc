import type { Cancel, Clock } from "../../../src/local/service-bus/core/clock";

/** A clock that stands still until a test moves it; what is due then runs in order of time. */
export class VirtualClock implements Clock {
  readonly #timers = new Set<{ atMs: number; work: () => void }>();

  constructor(private nowMs = Date.now()) {}

  now(): number {
    return this.nowMs;
  }

  at(atMs: number, work: () => void): Cancel {
    const timer = { atMs, work };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter((t) => t.atMs <= until).sort((a, b) => a.atMs - b.atMs);
      const next = due[0];
      if (!next) break;
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.work();
    }
    this.nowMs = until;
  }

  /** How many calls are still to come. */
  get pending(): number {
    return this.#timers.size;
  }
}
