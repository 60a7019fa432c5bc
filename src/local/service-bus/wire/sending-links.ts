import type { Logger } from "pino";
import { splitBatch, toSentMessage } from "../amqp/message-content";
import type { Entity, Namespace } from "../core/namespace";
import {
  internalError,
  malformed,
  messageTooLarge,
  notAllowed,
  notFound,
  notImplemented,
} from "./errors";
import { manage } from "./management";
import {
  encodeReply,
  failed,
  ok,
  parseRequest,
  type ManagementReply,
  type ManagementRequest,
} from "./management-request";
import {
  accepted,
  rejected,
  terminusOf,
  type AmqpError,
  type RheaContext,
  type RheaLink,
} from "./rhea-session";
import type { RheaSender } from "./rhea-session";

/** In bytes; what a queue of the real service's Premium tier takes unless told otherwise. */
export const MAX_MESSAGE_BYTES = 1_048_576;

const TOKENS = "$cbs";
const MANAGEMENT = "/$management";
const BATCH_FORMAT = 0x80013700;
const MESSAGE_FORMAT = 0;

/** @returns why a message isn't taken; nothing when it is. */
type Receive = (
  message: Buffer,
  format: number,
  connection: RheaContext["connection"],
) => AmqpError | undefined;

/** The links on which clients send: messages to queues and topics, requests to everything. */
export class SendingLinks {
  constructor(
    private readonly namespace: Namespace,
    private readonly log: Logger,
  ) {}

  /** Answers a client's attach, with what becomes of its messages, or with why it is refused. */
  open(link: RheaLink): void {
    link.local.attach.snd_settle_mode = link.snd_settle_mode;
    link.local.attach.rcv_settle_mode = link.rcv_settle_mode;
    link.set_source(terminusOf(link.source) ?? {});
    const purpose = this.#purposeOf(link);
    // Clients take a refused link for an open one unless its target is null.
    if ("condition" in purpose) {
      this.log.warn({ link: link.name, reason: purpose.description }, "refused a link");
      return link.close(purpose);
    }
    link.set_target({ address: link.target?.address });
    link.on("message", (context) => this.#receive(context, purpose.receive));
  }

  #purposeOf(link: RheaLink): { receive: Receive } | AmqpError {
    const target = terminusOf(link.target);
    // Of the targets that clients ask for only a transaction's coordinator isn't a node.
    if (!target) return notImplemented("Transactions are");
    const address = target.address ?? "";
    if (address.toLowerCase().replace(/^\//, "") === TOKENS)
      // Any token is good: this broker listens on the loopback interface only.
      return { receive: (message, _, connection) => this.#answer(message, connection, () => ok()) };
    const managed = managedAddress(address);
    const entity = this.namespace.find(managed ?? address);
    if (!entity) return notFound(managed ?? address);
    if (managed !== undefined)
      return {
        receive: (message, _, connection) =>
          this.#answer(message, connection, (request) => manage(entity, request)),
      };
    if (entity.kind === "subscription" || entity.kind === "deadLetters")
      return notAllowed(`Messages can't be sent to '${entity.path}'; send to its queue or topic.`);
    return { receive: (message, format) => enqueue(entity, message, format) };
  }

  #receive({ delivery, message, format, connection }: RheaContext, receive: Receive): void {
    try {
      const bytes = message as Buffer;
      if (bytes.length > MAX_MESSAGE_BYTES) {
        delivery.update(true, rejected(messageTooLarge(MAX_MESSAGE_BYTES)));
        return;
      }
      const refusal = receive(bytes, format ?? MESSAGE_FORMAT, connection);
      delivery.update(true, refusal ? rejected(refusal) : accepted());
    } catch (error) {
      this.log.error({ err: error }, "a message could not be taken");
      delivery.update(true, rejected(internalError(error)));
    }
  }

  #answer(
    message: Buffer,
    connection: RheaContext["connection"],
    work: (request: ManagementRequest) => ManagementReply,
  ): AmqpError | undefined {
    const request = readable(() => parseRequest(message));
    if ("condition" in request) return request;
    const link = replyLink(connection, request.replyTo);
    if (!link) throw new Error(`no link takes replies to '${request.replyTo}'`);
    let reply: ManagementReply;
    try {
      reply = work(request);
    } catch (error) {
      this.log.error({ err: error, operation: request.operation }, "a request failed");
      reply = failed(500, internalError(error));
    }
    // Settled in advance: nobody would settle it, and it would stay in the session's ring.
    link.send(encodeReply(request, reply), undefined, MESSAGE_FORMAT).settled = true;
    return undefined;
  }
}

/** The entity's address in the address of a `$management` link. */
export function managedAddress(address: string): string | undefined {
  return address.toLowerCase().endsWith(MANAGEMENT)
    ? address.slice(0, -MANAGEMENT.length)
    : undefined;
}

/** Whether replies come over a link with this source: it needs no entity of its own. */
export function isReplySource(address: string): boolean {
  return (
    address.toLowerCase().replace(/^\//, "") === TOKENS || managedAddress(address) !== undefined
  );
}

function enqueue(entity: Entity, message: Buffer, format: number): AmqpError | undefined {
  const messages = readable(() =>
    (format === BATCH_FORMAT ? splitBatch(message) : [message]).map(toSentMessage),
  );
  if ("condition" in messages) return messages;
  const target = entity.kind === "topic" ? entity.topic : entity.queue;
  target.enqueue(messages);
  return undefined;
}

/** What is read, or that it can't be: a sender's mistake, not a failure of ours. */
function readable<T>(read: () => T): T | AmqpError {
  try {
    return read();
  } catch (error) {
    return malformed(error);
  }
}

/** Clients name the link for replies by its target address, or by its name. */
function replyLink(connection: RheaContext["connection"], replyTo: string): RheaSender | undefined {
  let found: RheaLink | undefined;
  connection.each_link((link) => {
    if (link.is_sender() && (link.target?.address === replyTo || link.name === replyTo))
      found = link;
  });
  return found as RheaSender | undefined;
}
