import { takeIn, type Intake } from "./intake";
import type { Draft, SentMessage, StoredMessage } from "./message";
import { MessageTimers } from "./message-timers";
import type { Environment, Queue } from "./queue";

/** Selects messages by what they say. */
export interface Rule {
  name: string;
  /** @param content the encoded message */
  selects: (content: Buffer) => boolean;
}

export interface Subscription {
  queue: Queue;
  /** One that selects a message is enough. Absent: every message is selected. */
  rules?: Rule[] | undefined;
}

/** Gives each subscription a copy of its own, if one of its rules selects the message. Only scheduled messages wait in the topic itself. */
export class Topic {
  readonly #scheduled: MessageTimers;

  constructor(
    readonly path: string,
    private readonly settings: Intake,
    private readonly subscriptions: Subscription[],
    private readonly environment: Environment,
  ) {
    this.#scheduled = new MessageTimers(environment.clock, (message) => this.#fanOut(message));
    for (const message of environment.store.load(this.key)) this.#wait(message);
  }

  get key(): string {
    return this.path.toLowerCase();
  }

  /** @returns the topic's own sequence numbers of the messages, in order. */
  enqueue(messages: SentMessage[]): number[] {
    const { store } = this.environment;
    const { numbers, waiting, copies } = store.transaction(() => {
      const { numbers, accepted } = takeIn(messages, this.key, this.settings, this.environment);
      const waiting = accepted.filter((message) => message.state === "scheduled");
      for (const message of waiting) store.insert(this.key, message);
      return {
        numbers,
        waiting,
        copies: this.#stage(accepted.filter((m) => !waiting.includes(m))),
      };
    });
    for (const message of waiting) this.#wait(message);
    this.#publish(copies);
    return numbers;
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
    for (const subscription of this.subscriptions) subscription.queue.close();
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
    return this.subscriptions.map(({ queue, rules }) =>
      queue.stage(drafts.filter((draft) => isSelected(rules, draft.content))),
    );
  }

  #publish(copies: StoredMessage[][]): void {
    this.subscriptions.forEach(({ queue }, index) => queue.publish(copies[index] ?? []));
  }
}

function isSelected(rules: Rule[] | undefined, content: Buffer): boolean {
  return rules?.some((rule) => rule.selects(content)) ?? true;
}
