import type { StoredMessage } from "../core/message";
import type { MessageStore } from "./message-store";

/** Messages that live as long as the process. */
export class MemoryStore implements MessageStore {
  readonly #queues = new Map<string, Map<number, StoredMessage>>();
  readonly #counters = new Map<string, number>();
  readonly #messageIds = new Map<string, Map<string, number>>();

  load(queue: string): StoredMessage[] {
    return [...this.#of(queue).values()]
      .map((message) => ({ ...message }))
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber);
  }

  queues(): string[] {
    return [...this.#queues].filter(([, messages]) => messages.size > 0).map(([name]) => name);
  }

  insert(queue: string, message: StoredMessage): void {
    this.#of(queue).set(message.sequenceNumber, { ...message });
  }

  update(queue: string, message: StoredMessage): void {
    this.insert(queue, message);
  }

  remove(queue: string, sequenceNumber: number): void {
    this.#of(queue).delete(sequenceNumber);
  }

  nextNumber(counter: string): number {
    const next = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, next);
    return next;
  }

  noteMessageId(entity: string, messageId: string, nowMs: number, sinceMs: number): boolean {
    const noted = this.#messageIds.get(entity) ?? new Map<string, number>();
    this.#messageIds.set(entity, noted);
    // In order of time, so what is to be forgotten comes first.
    for (const [id, atMs] of noted) {
      if (atMs >= sinceMs) break;
      noted.delete(id);
    }
    if (noted.has(messageId)) return false;
    noted.set(messageId, nowMs);
    return true;
  }

  /** Writes to memory don't fail half-way, so there is nothing to undo. */
  transaction<T>(work: () => T): T {
    return work();
  }

  close(): void {
    this.#queues.clear();
  }

  #of(queue: string): Map<number, StoredMessage> {
    const found = this.#queues.get(queue) ?? new Map<number, StoredMessage>();
    this.#queues.set(queue, found);
    return found;
  }
}
