import type { Logger } from "pino";
import { forReceiver } from "../amqp/message-content";
import type { Queue } from "../core/queue";
import { tagOfToken } from "./lock-token";
import { canSend, forgetDelivery, hasUnsent, type RheaSender } from "./rhea-session";

/** A link on which a client receives. */
export interface Consumer {
  sender: RheaSender;
  /** The message is gone once it is sent; there are no locks. */
  receiveAndDelete: boolean;
  /** The client has asked to use up or give back its credit now. */
  draining: boolean;
}

const MESSAGE_FORMAT = 0;
/** After so many the event loop gets its turn, so that acknowledgements aren't kept waiting. */
const MESSAGES_PER_TURN = 200;

/** Hands the messages of one queue to its consumers, in turn. */
export class Pump {
  #consumers: Consumer[] = [];
  #scheduled = false;

  constructor(
    readonly queue: Queue,
    private readonly log: Logger,
  ) {
    queue.onAvailable = () => this.wake();
  }

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
    this.wake();
  }

  /** Looks for work soon; never at once, because rhea may be in the middle of a frame. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#deliver();
      } catch (error) {
        this.log.error({ err: error, queue: this.queue.path }, "delivery failed");
      }
    });
  }

  #deliver(): void {
    // Links end by detach, or with their session or connection; all of these show here.
    this.#consumers = this.#consumers.filter(({ sender }) => sender.is_open());
    for (let sent = 0; sent < MESSAGES_PER_TURN; sent++) {
      const consumer = this.#takeTurn();
      if (!consumer) break;
      if (!this.#deliverOne(consumer)) return this.#finishDraining();
    }
    if (this.#consumers.some(({ sender }) => canSend(sender))) this.wake();
    else this.#finishDraining();
  }

  /** The next consumer that can take a message; it goes to the end of the line. */
  #takeTurn(): Consumer | undefined {
    const index = this.#consumers.findIndex(({ sender }) => canSend(sender));
    const consumer = this.#consumers[index];
    if (!consumer) return undefined;
    this.#consumers.splice(index, 1);
    this.#consumers.push(consumer);
    return consumer;
  }

  /** False when the queue has nothing to deliver. */
  #deliverOne({ sender, receiveAndDelete }: Consumer): boolean {
    if (receiveAndDelete) {
      const message = this.queue.takeNext();
      if (!message) return false;
      sender.send(forReceiver(message), undefined, MESSAGE_FORMAT).settled = true;
    } else {
      let onEnd = (): void => undefined;
      const lock = this.queue.lockNext(() => onEnd());
      if (!lock) return false;
      const bytes = forReceiver(lock.message, lock.lockedUntilMs);
      const delivery = sender.send(bytes, tagOfToken(lock.token), MESSAGE_FORMAT);
      onEnd = () => forgetDelivery(delivery);
    }
    // Writes the transfer now, so that credit and window are up to date for the next message.
    sender.connection._process();
    return true;
  }

  #finishDraining(): void {
    for (const consumer of this.#consumers) {
      // The credit of a message that is still to leave mustn't be given back.
      if (!consumer.draining || hasUnsent(consumer.sender.session)) continue;
      consumer.draining = false;
      consumer.sender.set_drained(true);
      consumer.sender.connection._register();
    }
  }
}
