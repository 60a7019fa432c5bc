import type { Cancel, Clock } from "./clock";
import type { StoredMessage } from "./message";

/** Messages that something happens to at a given moment: they become due, or expire. */
export class MessageTimers {
  readonly #waiting = new Map<number, { message: StoredMessage; cancel: Cancel }>();

  constructor(
    private readonly clock: Clock,
    private readonly onDue: (message: StoredMessage) => void,
  ) {}

  add(message: StoredMessage, atMs: number): void {
    this.take(message.sequenceNumber);
    const cancel = this.clock.at(atMs, () => {
      this.#waiting.delete(message.sequenceNumber);
      this.onDue(message);
    });
    this.#waiting.set(message.sequenceNumber, { message, cancel });
  }

  /** Takes a message out again; undefined when it isn't (or no longer) waiting. */
  take(sequenceNumber: number): StoredMessage | undefined {
    const entry = this.#waiting.get(sequenceNumber);
    entry?.cancel();
    this.#waiting.delete(sequenceNumber);
    return entry?.message;
  }

  messages(): StoredMessage[] {
    return [...this.#waiting.values()].map((entry) => entry.message);
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
