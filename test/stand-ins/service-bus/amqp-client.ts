import { once } from "node:events";
import {
  connect,
  type Connection,
  type Delivery,
  type EventContext,
  type Receiver,
  type Sender,
} from "rhea";
import { adaptSession, type RheaSession } from "../../../src/local/service-bus/wire/rhea-session";

/** A bare AMQP client, for what other SDKs do and @azure/service-bus doesn't. */
export async function openConnection(
  port: number,
  more: Partial<Record<string, unknown>> = {},
): Promise<Connection> {
  const connection = connect({
    host: "127.0.0.1",
    port,
    username: "anybody",
    reconnect: false,
    ...more,
  });
  connection.on("disconnected", () => undefined);
  await once(connection, "connection_open");
  return connection;
}

/** Receives like .NET: settles in two steps, takes single messages, sees their bytes. */
export function openReceiver(connection: Connection, address: string): Receiver {
  return connection.open_receiver({
    source: address,
    rcv_settle_mode: 1,
    credit_window: 0,
    autoaccept: false,
  });
}

/** The next delivery and the bytes of its message. */
export async function receiveBytes(
  receiver: Receiver,
): Promise<{ delivery: Delivery; bytes: Buffer }> {
  receiver.add_credit(1);
  const [context] = (await once(receiver, "message")) as [EventContext];
  if (!context.delivery) throw new Error("a message without a delivery");
  return { delivery: context.delivery, bytes: context.message as unknown as Buffer };
}

/** Makes rhea hand over messages as bytes, for all links of the connection's first session. */
export function keepBytes(link: Receiver | Sender): void {
  adaptSession(link.session as unknown as RheaSession, {
    maxMessageBytes: Infinity,
    flow: () => undefined,
    lateDisposition: () => {
      throw new Error("a client has no late dispositions");
    },
  });
}

/** Settles, and gives the broker's answer. */
export async function settleWith(
  delivery: Delivery,
  settle: (delivery: Delivery) => void,
): Promise<Record<string, unknown> | undefined> {
  const answered = once(delivery.link, "settled") as Promise<[EventContext]>;
  settle(delivery);
  const [context] = await answered;
  return context.delivery?.remote_state;
}
