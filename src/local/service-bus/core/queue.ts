import type { MessageStore } from "../store/message-store";
import type { Clock } from "./clock";
import { LockTable, type Lock } from "./lock-table";
import { takeIn, type Intake } from "./intake";
import {
  stamp,
  type DeadLetterFacts,
  type Draft,
  type EditContent,
  type SentMessage,
  type StoredMessage,
} from "./message";
import { Shelves } from "./shelves";

export interface QueueSettings extends Intake {
  lockDurationMs: number;
  /** A message whose delivery failed this often is dead-lettered. */
  maxDeliveryCount: number;
  /** Expired messages go to the dead-letter queue instead of being dropped. */
  deadLetterOnExpiration: boolean;
}

/** What queues share: where messages are kept, and the time. */
export interface Environment {
  store: MessageStore;
  clock: Clock;
}

const unchanged: EditContent = (content) => content;
const nothing = (): void => undefined;

/**
 * A queue, a subscription or a dead-letter queue. Every change is in the store before it is seen
 * here, so a message that was accepted is never lost; locks are kept in memory only, so after a
 * restart a locked message is available again.
 */
export class Queue {
  /** Called whenever a message has become available. */
  onAvailable: () => void = nothing;
  readonly #shelves: Shelves;
  readonly #locks: LockTable;

  /**
   * @param path unique in the namespace, with the letter case of its configuration.
   * @param deadLetters absent for a dead-letter queue itself.
   */
  constructor(
    readonly path: string,
    private readonly settings: QueueSettings,
    private readonly environment: Environment,
    readonly deadLetters?: Queue,
  ) {
    const { clock } = environment;
    this.#shelves = new Shelves(clock, {
      due: (message) => this.#activate(message),
      expired: (message) => this.#expire(message),
      available: () => this.onAvailable(),
    });
    this.#locks = new LockTable(clock, settings.lockDurationMs, (lock) =>
      this.#deliveryFailed(lock.message),
    );
    for (const message of environment.store.load(this.key)) this.#shelves.place(message);
  }

  /** The name under which the store knows the queue; names ignore letter case. */
  get key(): string {
    return this.path.toLowerCase();
  }

  /** @returns the sequence numbers of the messages, in order; a duplicate uses up one too. */
  enqueue(messages: SentMessage[]): number[] {
    const { store } = this.environment;
    const { numbers, accepted } = store.transaction(() => {
      const taken = takeIn(messages, this.key, this.settings, this.environment);
      for (const message of taken.accepted) store.insert(this.key, message);
      return taken;
    });
    this.publish(accepted);
    return numbers;
  }

  /**
   * Writes a topic's messages to the store only; `publish` makes them visible once that is durable.
   */
  stage(drafts: Draft[]): StoredMessage[] {
    const { store, clock } = this.environment;
    return drafts.map((draft) => {
      const number = store.nextNumber(this.key);
      const message = stamp(draft, number, clock.now(), this.settings.defaultTimeToLiveMs);
      store.insert(this.key, message);
      return message;
    });
  }

  publish(staged: StoredMessage[]): void {
    for (const message of staged) this.#shelves.place(message);
  }

  /** Locks the oldest available message. @param onEnd called once the lock is over. */
  lockNext(onEnd: () => void = nothing): Lock | undefined {
    const message = this.#shelves.next();
    return message && this.#locks.take(message, onEnd);
  }

  /** Removes the oldest available message and gives it away (receive-and-delete). */
  takeNext(): StoredMessage | undefined {
    const message = this.#shelves.next();
    if (message) this.environment.store.remove(this.key, message.sequenceNumber);
    return message;
  }

  /** Locks those of the numbers that are deferred messages. */
  lockDeferred(sequenceNumbers: number[]): Lock[] {
    return this.#shelves
      .takeDeferred(sequenceNumbers)
      .map((message) => this.#locks.take(message, nothing));
  }

  /** Removes those of the numbers that are deferred messages, and gives them away. */
  removeDeferred(sequenceNumbers: number[]): StoredMessage[] {
    const found = this.#shelves.takeDeferred(sequenceNumbers);
    for (const message of found) this.environment.store.remove(this.key, message.sequenceNumber);
    return found;
  }

  /** The new end of the lock in ms since the epoch, or undefined when the lock is lost. */
  renew(token: string): number | undefined {
    return this.#locks.renew(token);
  }

  /** This and the other settlements answer false when the lock is lost. */
  complete(token: string): boolean {
    return this.#settle(token, (message) =>
      this.environment.store.remove(this.key, message.sequenceNumber),
    );
  }

  /** Gives the message back; counts as a failed delivery. */
  abandon(token: string, edit: EditContent = unchanged): boolean {
    return this.#settle(token, (message) =>
      this.#deliveryFailed({ ...message, content: edit(message.content) }),
    );
  }

  /** Gives the message back untouched, as if it had never been delivered. */
  release(token: string): boolean {
    return this.#settle(token, (message) => this.#shelves.place(message));
  }

  /** Puts the message aside: from now on it is delivered by its sequence number only. */
  defer(token: string, edit: EditContent = unchanged): boolean {
    return this.#settle(token, (message) =>
      this.#replace({
        ...message,
        content: edit(message.content),
        state: "deferred",
        deliveryCount: message.deliveryCount + 1,
      }),
    );
  }

  deadLetter(
    token: string,
    why: Omit<DeadLetterFacts, "source">,
    edit: EditContent = unchanged,
  ): boolean {
    return this.#settle(token, (message) =>
      this.#toDeadLetters({ ...message, content: edit(message.content) }, why),
    );
  }

  /** Removes a message that isn't due yet; false when there is none. */
  cancelScheduled(sequenceNumber: number): boolean {
    if (!this.#shelves.takeScheduled(sequenceNumber)) return false;
    this.environment.store.remove(this.key, sequenceNumber);
    return true;
  }

  /** Copies of up to `count` messages from a sequence number on, whatever their state. */
  peek(fromSequenceNumber: number, count: number): StoredMessage[] {
    return [...this.#shelves.messages(), ...this.#locks.messages()]
      .filter((message) => message.sequenceNumber >= fromSequenceNumber)
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, count)
      .map((message) => ({ ...message }));
  }

  /** Stops all timers. The queue must not be used afterwards. */
  close(): void {
    this.#locks.close();
    this.#shelves.close();
    this.deadLetters?.close();
  }

  #settle(token: string, work: (message: StoredMessage) => void): boolean {
    const message = this.#locks.end(token);
    if (!message) return false;
    try {
      work(message);
    } catch (error) {
      // The store has refused: the message is still there, so it must stay available.
      this.#shelves.place(message);
      throw error;
    }
    return true;
  }

  #deliveryFailed(message: StoredMessage): void {
    const counted = { ...message, deliveryCount: message.deliveryCount + 1 };
    const limit = this.settings.maxDeliveryCount;
    if (!this.deadLetters || counted.deliveryCount < limit) return this.#replace(counted);
    this.#toDeadLetters(counted, {
      reason: "MaxDeliveryCountExceeded",
      description: `Message could not be consumed after ${limit} delivery attempts.`,
    });
  }

  /** A dead-letter queue has none of its own, so there the message stays, with the new reason. */
  #toDeadLetters(message: StoredMessage, why: Omit<DeadLetterFacts, "source">): void {
    const deadLetter = { source: message.deadLetter?.source ?? this.path, ...why };
    const dead: StoredMessage = { ...message, state: "active", expiresAtMs: undefined, deadLetter };
    const { deadLetters } = this;
    if (!deadLetters) return this.#replace(dead);
    const { store } = this.environment;
    store.transaction(() => {
      store.remove(this.key, message.sequenceNumber);
      store.insert(deadLetters.key, dead);
    });
    deadLetters.publish([dead]);
  }

  #replace(message: StoredMessage): void {
    this.environment.store.update(this.key, message);
    this.#shelves.place(message);
  }

  /** A scheduled message joins the end of the queue, under a number of that moment. */
  #activate(scheduled: StoredMessage): void {
    const { store, clock } = this.environment;
    const active = store.transaction(() => {
      const sequenceNumber = store.nextNumber(this.key);
      const message: StoredMessage = {
        ...scheduled,
        sequenceNumber,
        state: "active",
        enqueuedAtMs: clock.now(),
      };
      store.remove(this.key, scheduled.sequenceNumber);
      store.insert(this.key, message);
      return message;
    });
    this.#shelves.place(active);
  }

  #expire(message: StoredMessage): void {
    if (!this.deadLetters || !this.settings.deadLetterOnExpiration) {
      this.environment.store.remove(this.key, message.sequenceNumber);
      return;
    }
    this.#toDeadLetters(message, {
      reason: "TTLExpiredException",
      description: "The message expired and was dead lettered.",
    });
  }
}
