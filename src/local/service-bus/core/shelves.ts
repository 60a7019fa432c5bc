import type { Clock } from "./clock";
import { insertInOrder, isExpired, removeFrom, type StoredMessage } from "./message";
import { MessageTimers } from "./message-timers";

/** What a queue does when time touches one of its messages. */
export interface ShelfEvents {
  /** A scheduled message's moment has come; it is off the shelf. */
  due(message: StoredMessage): void;
  /** A message has outlived its time; it is off the shelf. */
  expired(message: StoredMessage): void;
  /** A message can be delivered. */
  available(): void;
}

/** Where a queue's messages are while nobody has them: available, put aside, or not due yet. */
export class Shelves {
  readonly #active: StoredMessage[] = [];
  readonly #deferred = new Map<number, StoredMessage>();
  readonly #scheduled: MessageTimers;
  readonly #expiring: MessageTimers;

  constructor(
    private readonly clock: Clock,
    private readonly events: ShelfEvents,
  ) {
    this.#scheduled = new MessageTimers(clock, (message) => events.due(message));
    this.#expiring = new MessageTimers(clock, (message) => {
      if (removeFrom(this.#active, message)) events.expired(message);
    });
  }

  /** Puts a message where its state belongs; one that has expired is reported instead. */
  place(message: StoredMessage): void {
    if (message.state === "deferred") {
      this.#deferred.set(message.sequenceNumber, message);
    } else if (message.state === "scheduled") {
      this.#scheduled.add(message, message.scheduledForMs ?? 0);
    } else if (isExpired(message, this.clock.now())) {
      this.events.expired(message);
    } else {
      insertInOrder(this.#active, message);
      if (message.expiresAtMs !== undefined) this.#expiring.add(message, message.expiresAtMs);
      this.events.available();
    }
  }

  /** Takes the oldest available message. */
  next(): StoredMessage | undefined {
    for (;;) {
      const message = this.#active.shift();
      if (!message) return undefined;
      this.#expiring.take(message.sequenceNumber);
      if (!isExpired(message, this.clock.now())) return message;
      this.events.expired(message);
    }
  }

  /** Takes those of the numbers that are deferred messages. */
  takeDeferred(sequenceNumbers: number[]): StoredMessage[] {
    return sequenceNumbers.flatMap((number) => {
      const message = this.#deferred.get(number);
      if (!message) return [];
      this.#deferred.delete(number);
      // A deferred message stays beyond its time to live until somebody asks for it.
      if (!isExpired(message, this.clock.now())) return [message];
      this.events.expired(message);
      return [];
    });
  }

  /** Takes a message that isn't due yet. */
  takeScheduled(sequenceNumber: number): StoredMessage | undefined {
    return this.#scheduled.take(sequenceNumber);
  }

  messages(): StoredMessage[] {
    return [...this.#active, ...this.#deferred.values(), ...this.#scheduled.messages()];
  }

  /** Stops all timers. */
  close(): void {
    this.#scheduled.close();
    this.#expiring.close();
  }
}
