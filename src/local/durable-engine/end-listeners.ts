import type { Clock } from "./clock";
import { hasEnded, type Instance } from "./model";

/** Tells who waits for an instance's end. */
export class EndListeners {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Resolves when `instance` says that it has ended, at the latest at `deadline` (epoch ms). */
  wait(instanceId: string, clock: Clock, deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const listeners = this.#listeners.get(instanceId) ?? new Set();
      this.#listeners.set(instanceId, listeners);
      const done = (): void => {
        cancel();
        listeners.delete(done);
        if (listeners.size === 0) this.#listeners.delete(instanceId);
        resolve();
      };
      const cancel = clock.setTimer(deadline, done);
      listeners.add(done);
    });
  }

  notice(instance: Instance): void {
    if (hasEnded(instance))
      for (const done of [...(this.#listeners.get(instance.id) ?? [])]) done();
  }
}
