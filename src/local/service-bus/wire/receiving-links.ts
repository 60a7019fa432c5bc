import type { Logger } from "pino";
import type { Namespace } from "../core/namespace";
import type { Queue } from "../core/queue";
import { internalError, messageLockLost, notAllowed, notFound, notImplemented } from "./errors";
import { tokenOfTag } from "./lock-token";
import { Pump, type Consumer } from "./pump";
import {
  accepted,
  answerDisposition,
  forgetDelivery,
  rejected,
  terminusOf,
  type AmqpError,
  type Outcome,
  type RheaDelivery,
  type RheaSender,
  type RheaTerminus,
} from "./rhea-session";
import { isReplySource } from "./sending-links";
import { deadLetter, entriesOfTyped, fieldOfTyped, settle, type Settlement } from "./settlement";

const SESSION_FILTER = "com.microsoft:session-filter";
/** Of a source's distribution modes: the messages stay where they are. */
const BROWSING = "copy";
const SENT_SETTLED = 1;
/** Positions in AMQP's `error` and `modified`. */
const ERROR_INFO = 2;
const UNDELIVERABLE_HERE = 1;
const ANNOTATIONS = 2;

/** The links on which clients receive: messages of queues, replies to requests. */
export class ReceivingLinks {
  readonly #pumps = new Map<Queue, Pump>();

  constructor(
    private readonly namespace: Namespace,
    private readonly log: Logger,
  ) {}

  /** Answers a client's attach, with messages from now on, or with why it is refused. */
  open(sender: RheaSender): void {
    sender.local.attach.snd_settle_mode = sender.snd_settle_mode;
    sender.local.attach.rcv_settle_mode = sender.rcv_settle_mode;
    sender.set_target({ address: sender.target?.address });
    const source = this.#sourceOf(sender);
    // Clients take a refused link for an open one unless its source is null.
    if ("condition" in source) {
      this.log.warn({ link: sender.name, reason: source.description }, "refused a link");
      return sender.close(source);
    }
    sender.set_source(terminusOf(sender.source) ?? {});
    if (source.queue) this.#consume(sender, source.queue);
  }

  /** Looks for work everywhere: a client has made room, or has gone. */
  wake(): void {
    for (const pump of this.#pumps.values()) pump.wake();
  }

  #sourceOf(sender: RheaSender): { queue?: Queue } | AmqpError {
    const address = sender.source?.address ?? "";
    if (isReplySource(address)) return unsupported(sender.source) ?? {};
    const entity = this.namespace.find(address);
    if (!entity) return notFound(address);
    if (entity.kind === "topic")
      return notAllowed(
        `Messages can't be received from the topic '${entity.path}'; receive from a subscription.`,
      );
    if (SESSION_FILTER in (sender.source?.filter ?? {}))
      return notAllowed(
        `Sessions are not supported by the local Service Bus, and '${entity.path}' does not require them: it can't be received from by session.`,
      );
    return unsupported(sender.source) ?? { queue: entity.queue };
  }

  #consume(sender: RheaSender, queue: Queue): void {
    const pump = this.#pumps.get(queue) ?? new Pump(queue, this.log);
    this.#pumps.set(queue, pump);
    const consumer: Consumer = {
      sender,
      receiveAndDelete: sender.snd_settle_mode === SENT_SETTLED,
      draining: false,
    };
    pump.add(consumer);
    sender.on("sender_draining", () => {
      consumer.draining = true;
      pump.wake();
    });
    sender.on("sender_close", () => pump.wake());
    const on = (outcome: string, read: (delivery: RheaDelivery) => Settlement): void =>
      sender.on(outcome, ({ delivery }) => this.#settle(queue, delivery, read));
    on("accepted", () => ({ kind: "complete" }));
    on("released", () => ({ kind: "release" }));
    on("rejected", (delivery) => {
      const error = delivery.remote_state?.value[0];
      return deadLetter(entriesOfTyped(fieldOfTyped(error, ERROR_INFO)));
    });
    on("modified", ({ remote_state }) => ({
      kind: remote_state?.value[UNDELIVERABLE_HERE]?.value === true ? "defer" : "abandon",
      properties: entriesOfTyped(remote_state?.value[ANNOTATIONS]),
    }));
  }

  #settle(
    queue: Queue,
    delivery: RheaDelivery,
    read: (delivery: RheaDelivery) => Settlement,
  ): void {
    const wantsAnswer = !delivery.remote_settled;
    const outcome = this.#outcomeOf(queue, delivery, read);
    forgetDelivery(delivery);
    if (wantsAnswer) answerDisposition(delivery.link.session, delivery.id, outcome);
    this.#pumps.get(queue)?.wake();
  }

  /** An error must not escape from here: it would end the process instead of this settlement. */
  #outcomeOf(
    queue: Queue,
    delivery: RheaDelivery,
    read: (delivery: RheaDelivery) => Settlement,
  ): Outcome {
    try {
      const settled = settle(queue, tokenOfTag(delivery.tag), read(delivery));
      return settled ? accepted() : rejected(messageLockLost);
    } catch (error) {
      this.log.error({ err: error, queue: queue.path }, "a settlement failed");
      return rejected(internalError(error));
    }
  }
}

/** A source is echoed as it was asked for, so nothing may stand in it that isn't heeded. */
function unsupported(source: RheaTerminus | null): AmqpError | undefined {
  const [filter] = Object.keys(source?.filter ?? {});
  if (filter !== undefined) return notImplemented(`The filter '${filter}' of a receiver is`);
  if (source?.distribution_mode === BROWSING)
    return notImplemented(`The distribution mode '${BROWSING}' of a receiver is`);
  return undefined;
}
