import { message as codec, type Dictionary, type Typed } from "rhea";

/**
 * The parts of rhea that its typings leave out and a broker needs, with the reasons for each. All
 * knowledge of rhea's inside is in this file.
 */
export interface RheaLink {
  name: string;
  session: RheaSession;
  connection: RheaConnection;
  /** The client's half of the attach. */
  source: RheaTerminus | null;
  target: RheaTerminus | null;
  snd_settle_mode?: number;
  rcv_settle_mode?: number;
  /** Our half of the attach, not sent before the current turn ends. */
  local: { attach: { snd_settle_mode?: number | undefined; rcv_settle_mode?: number | undefined } };
  set_source(fields: object): void;
  set_target(fields: object): void;
  close(error?: { condition: string; description: string }): void;
  is_open(): boolean;
  is_sender(): boolean;
  on(event: string, listener: (context: RheaContext) => void): void;
}

export interface RheaTerminus {
  value: unknown;
  address?: string | null;
  filter?: Dictionary<unknown> | null;
  distribution_mode?: string | null;
}

/** rhea shows an absent source or target as a value that holds null; so also a coordinator's. */
export function terminusOf(found: RheaTerminus | null): RheaTerminus | undefined {
  return Array.isArray(found?.value) ? found : undefined;
}

export interface RheaSender extends RheaLink {
  credit: number;
  sendable(): boolean;
  set_drained(drained: boolean): void;
  send(message: Buffer, tag: Buffer | undefined, format: number): RheaDelivery;
}

export interface RheaDelivery {
  id: number;
  tag: Buffer;
  link: RheaSender;
  settled: boolean;
  remote_settled: boolean;
  /** An outcome, with the typed values as they came. */
  remote_state?: { value: (Typed | undefined)[] };
  update(settled: boolean, state?: Outcome): void;
}

export interface RheaConnection {
  _process(): void;
  _register(): void;
  each_link(action: (link: RheaLink) => void): void;
}

export interface RheaContext {
  connection: RheaConnection;
  session: RheaSession;
  sender: RheaSender;
  receiver: RheaLink;
  delivery: RheaDelivery;
  message: unknown;
  format?: number;
  error?: unknown;
}

interface Frame<Fields> {
  performative: Fields;
  payload?: Buffer | undefined;
}

interface TransferFields {
  handle: number;
  message_format?: number | null;
  more?: boolean | null;
}

interface DispositionFields {
  role: boolean;
  first: number;
  last?: number | null;
  settled?: boolean | null;
}

export interface RheaSession {
  connection: RheaConnection;
  outgoing: {
    next_delivery_id: number;
    next_pending_delivery: number;
    deliveries: { by_id(id: number): RheaDelivery | undefined };
    pending_dispositions: PendingDisposition[];
  };
  on_transfer(frame: Frame<TransferFields>): void;
  on_flow(frame: Frame<object>): void;
  on_disposition(frame: Frame<DispositionFields>): void;
}

interface PendingDisposition {
  id: number;
  link: { session: RheaSession; is_receiver(): boolean };
  settled: boolean;
  state: Outcome;
}

/** An encoded delivery state; opaque outside rhea. */
export type Outcome = { readonly outcome: unique symbol };

const outcomes = codec as unknown as {
  accepted(): { described(): Outcome };
  rejected(fields: { error: AmqpError }): { described(): Outcome };
};

export interface AmqpError {
  condition: string;
  description: string;
}

export const accepted = (): Outcome => outcomes.accepted().described();
export const rejected = (error: AmqpError): Outcome => outcomes.rejected({ error }).described();

/** rhea decodes messages of format 0 and drops their bytes; of any other it hands over the bytes. */
const RAW_FORMAT = 1;

export interface SessionEvents {
  /** A longer message is cut somewhat beyond this length, so that it doesn't fill the memory. */
  maxMessageBytes: number;
  /** The client has given credit, or made room for more transfers, on some link of the session. */
  flow(): void;
  /** What to answer for a delivery that is over already. */
  lateDisposition(): Outcome;
}

/** Adapts a session that a client has just begun. */
export function adaptSession(session: RheaSession, events: SessionEvents): void {
  const transfer = session.on_transfer.bind(session);
  const bytesSoFar = new Map<number, number>();
  session.on_transfer = (frame) => {
    const { handle, more } = frame.performative;
    frame.performative.message_format ||= RAW_FORMAT;
    const before = bytesSoFar.get(handle) ?? 0;
    if (more) bytesSoFar.set(handle, before + (frame.payload?.length ?? 0));
    else bytesSoFar.delete(handle);
    if (before > events.maxMessageBytes) frame.payload = undefined;
    transfer(frame);
  };
  const flow = session.on_flow.bind(session);
  session.on_flow = (frame) => {
    flow(frame);
    // rhea reports flows of links only; room in the session's window unblocks them just as well.
    events.flow();
  };
  const disposition = session.on_disposition.bind(session);
  session.on_disposition = (frame) => {
    const { role, first, last, settled } = frame.performative;
    if (!role) return disposition(frame);
    for (let id = first; id <= (last ?? first); id++) {
      if (session.outgoing.deliveries.by_id(id)?.id !== id) {
        if (!settled) answerDisposition(session, id, events.lateDisposition());
        continue;
      }
      frame.performative.first = id;
      frame.performative.last = id;
      disposition(frame);
    }
  };
}

/** Tells the client how its settlement of a delivery ended. */
export function answerDisposition(session: RheaSession, id: number, state: Outcome): void {
  const link = { session, is_receiver: () => false };
  session.outgoing.pending_dispositions.push({ id, link, settled: true, state });
  session.connection._register();
}

/**
 * Ends a delivery on our side. rhea keeps the deliveries of a session in a ring that empties from
 * its oldest entry on: one whose lock has expired, and that the client never settles, would block
 * the session for good.
 */
export function forgetDelivery(delivery: RheaDelivery): void {
  delivery.settled = true;
  delivery.remote_settled = true;
  delivery.link.connection._register();
}

/**
 * Whether a delivery can leave at once. One that waits for credit or for the session's window would
 * hold up all others of the session, so there may never be a second.
 */
export function canSend(sender: RheaSender): boolean {
  return sender.is_open() && sender.sendable() && !hasUnsent(sender.session);
}

/** Whether a delivery waits for room in the session's window. */
export function hasUnsent(session: RheaSession): boolean {
  return session.outgoing.next_pending_delivery !== session.outgoing.next_delivery_id;
}
