import type { StoredMessage } from "../core/message";

/**
 * Where messages outlive the process. What a call has done is durable when it returns, or, inside
 * `transaction`, when that returns.
 */
export interface MessageStore {
  /** All messages of a queue, by sequence number. */
  load(queue: string): StoredMessage[];
  /** Names of the queues that hold messages. */
  queues(): string[];
  insert(queue: string, message: StoredMessage): void;
  /** Writes state, delivery count and content of a message that exists. */
  update(queue: string, message: StoredMessage): void;
  remove(queue: string, sequenceNumber: number): void;
  /** The next number of a counter: 1, 2, … also after a restart. */
  nextNumber(counter: string): number;
  /**
   * Notes that an entity was sent a message with this id at `nowMs`, and forgets what was noted
   * before `sinceMs`. False when the id is there already; the older note then stays.
   */
  noteMessageId(entity: string, messageId: string, nowMs: number, sinceMs: number): boolean;
  /** All of the writes in `work`, or none. */
  transaction<T>(work: () => T): T;
  close(): void;
}
