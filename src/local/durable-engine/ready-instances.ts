/**
 * Nobody rests longer (ms): neither when the machine slept during an episode, nor when its clock was put
 * back during a rest.
 */
const MAX_REST_MS = 1000;

/**
 * Instances that have something to hear, first come first served. Each is run by one at a time, and may
 * have to rest in between.
 */
export class ReadyInstances {
  readonly #ready = new Set<string>();
  readonly #running = new Set<string>();
  /** Running ones that got something new meanwhile. */
  readonly #again = new Set<string>();
  /** Until when (epoch ms). */
  readonly #resting = new Map<string, number>();

  get runningCount(): number {
    return this.#running.size;
  }

  get isEmpty(): boolean {
    return this.#ready.size === 0 && this.#running.size === 0;
  }

  /** When the next of those that are ready has rested (epoch ms). */
  get nextWake(): number | undefined {
    const ends = [...this.#resting].filter(([id]) => this.#ready.has(id)).map(([, end]) => end);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  add(instanceId: string): void {
    (this.#running.has(instanceId) ? this.#again : this.#ready).add(instanceId);
  }

  /** Ends each rest that is over at `now` (epoch ms); with Infinity, all. */
  wake(now: number): void {
    for (const [instanceId, end] of this.#resting)
      if (end <= now || end > now + MAX_REST_MS) this.#resting.delete(instanceId);
  }

  /**
   * The next one that doesn't rest, marked as running until `done` is called. Of those that have to
   * keep apart it gives out one at a time.
   */
  take(keepsApart: (instanceId: string) => boolean = () => false): string | undefined {
    const isOneRunning = [...this.#running].some(keepsApart);
    for (const instanceId of this.#ready) {
      if (this.#resting.has(instanceId) || (isOneRunning && keepsApart(instanceId))) continue;
      this.#ready.delete(instanceId);
      this.#running.add(instanceId);
      return instanceId;
    }
    return undefined;
  }

  /** It rests from `now` (epoch ms) on. */
  done(instanceId: string, now: number, restMs: number): void {
    this.#running.delete(instanceId);
    this.#resting.set(instanceId, now + Math.min(restMs, MAX_REST_MS));
    if (this.#again.delete(instanceId)) this.#ready.add(instanceId);
  }
}
