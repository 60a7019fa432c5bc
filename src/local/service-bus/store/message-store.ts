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
  /** All of the writes in `work`, or none. */
  transaction<T>(work: () => T): T;
  close(): void;
}
