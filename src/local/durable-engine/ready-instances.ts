/** Instances that have something to hear, first come first served; each is run by one at a time. */
export class ReadyInstances {
  readonly #ready = new Set<string>();
  readonly #running = new Set<string>();
  /** Running ones that got something new meanwhile. */
  readonly #again = new Set<string>();

  get runningCount(): number {
    return this.#running.size;
  }

  get isEmpty(): boolean {
    return this.#ready.size === 0 && this.#running.size === 0;
  }

  add(instanceId: string): void {
    (this.#running.has(instanceId) ? this.#again : this.#ready).add(instanceId);
  }

  /** The next one, marked as running until `done` is called. */
  take(): string | undefined {
    for (const instanceId of this.#ready) {
      this.#ready.delete(instanceId);
      this.#running.add(instanceId);
      return instanceId;
    }
    return undefined;
  }

  done(instanceId: string): void {
    this.#running.delete(instanceId);
    if (this.#again.delete(instanceId)) this.#ready.add(instanceId);
  }
}
