import type { HistoryEvent } from "../history-event";
import { hasEnded } from "../model";
import type { Write } from "./store";

/**
 * Keeps the histories that were read last: each episode needs the whole of one, of which it has added
 * only the end itself. What was handed out is never changed.
 */
export class HistoryCache {
  /** Least recently used first. */
  readonly #histories = new Map<string, readonly HistoryEvent[]>();
  readonly #maxEvents: number;
  #events = 0;

  /** @param maxEvents so many are kept, and always the history that was read last. */
  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  get(instanceId: string, read: () => readonly HistoryEvent[]): readonly HistoryEvent[] {
    const history = this.#histories.get(instanceId) ?? read();
    this.#keep(instanceId, history);
    return history;
  }

  /** Takes over what has been committed. */
  notice(write: Write): void {
    switch (write.kind) {
      case "appendHistory": {
        const history = this.#histories.get(write.instanceId);
        if (history) this.#keep(write.instanceId, [...history, ...write.events]);
        break;
      }
      case "clearHistory":
      case "removeInstance":
        this.#forget(write.instanceId);
        break;
      case "putInstance":
        // Nobody replays it any more.
        if (hasEnded(write.instance)) this.#forget(write.instance.id);
        break;
      default:
        break;
    }
  }

  #keep(instanceId: string, history: readonly HistoryEvent[]): void {
    this.#forget(instanceId);
    this.#histories.set(instanceId, history);
    this.#events += history.length;
    for (const oldest of this.#histories.keys()) {
      if (this.#events <= this.#maxEvents || oldest === instanceId) break;
      this.#forget(oldest);
    }
  }

  #forget(instanceId: string): void {
    this.#events -= this.#histories.get(instanceId)?.length ?? 0;
    this.#histories.delete(instanceId);
  }
}
