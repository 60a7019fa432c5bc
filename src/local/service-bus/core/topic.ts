import { stamp, type Draft, type StoredMessage } from "./message";
import { MessageTimers } from "./message-timers";
import type { Environment, Queue } from "./queue";

/** Gives each subscription a copy of its own. Only scheduled messages wait in the topic itself. */
export class Topic {
  readonly #scheduled: MessageTimers;

  constructor(
    readonly path: string,
    private readonly subscriptions: Queue[],
    private readonly environment: Environment,
  ) {
    this.#scheduled = new MessageTimers(environment.clock, (message) => this.#fanOut(message));
    for (const message of environment.store.load(this.key)) this.#wait(message);
  }

  get key(): string {
    return this.path.toLowerCase();
  }

  /** @returns the topic's own sequence numbers of the messages, in order. */
  enqueue(drafts: Draft[]): number[] {
    const { store, clock } = this.environment;
    const { stamped, copies } = store.transaction(() => {
      const stamped = drafts.map((draft) =>
        stamp(draft, store.nextNumber(this.key), clock.now(), undefined),
      );
      const waiting = stamped.filter((message) => message.state === "scheduled");
      for (const message of waiting) store.insert(this.key, message);
      return { stamped, copies: this.#stage(stamped.filter((m) => m.state === "active")) };
    });
    for (const message of stamped) if (message.state === "scheduled") this.#wait(message);
    this.#publish(copies);
    return stamped.map((message) => message.sequenceNumber);
  }

  /** Removes a message that isn't due yet; false when there is none. */
  cancelScheduled(sequenceNumber: number): boolean {
    if (!this.#scheduled.take(sequenceNumber)) return false;
    this.environment.store.remove(this.key, sequenceNumber);
    return true;
  }

  /** Stops the timers, also those of the subscriptions. */
  close(): void {
    this.#scheduled.close();
    for (const subscription of this.subscriptions) subscription.close();
  }

  #wait(message: StoredMessage): void {
    this.#scheduled.add(message, message.scheduledForMs ?? 0);
  }

  #fanOut(message: StoredMessage): void {
    const { store } = this.environment;
    const copies = store.transaction(() => {
      store.remove(this.key, message.sequenceNumber);
      return this.#stage([message]);
    });
    this.#publish(copies);
  }

  #stage(drafts: Draft[]): StoredMessage[][] {
    return this.subscriptions.map((subscription) => subscription.stage(drafts));
  }

  #publish(copies: StoredMessage[][]): void {
    this.subscriptions.forEach((subscription, index) => subscription.publish(copies[index] ?? []));
  }
}
