import type { AddressInfo, Server, Socket } from "node:net";
import type { Logger } from "pino";
import { create_container, type Container } from "rhea";
import type { Namespace } from "../core/namespace";
import { messageLockLost } from "./errors";
import { ReceivingLinks } from "./receiving-links";
import { adaptSession, rejected, type RheaContext } from "./rhea-session";
import { MAX_MESSAGE_BYTES, SendingLinks } from "./sending-links";

/** As the real service has them. */
const MAX_FRAME_BYTES = 65_536;
const SEND_CREDIT = 500;

const TROUBLE = [
  "connection_error",
  "session_error",
  "sender_error",
  "receiver_error",
  "protocol_error",
  "error",
];

export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** Serves a namespace over AMQP 1.0 on loopback. @param port 0 for any free one. */
export async function listen(namespace: Namespace, port: number, log: Logger): Promise<Listener> {
  const container = create_container({ id: "local-service-bus" });
  offerMechanisms(container);
  serve(container, namespace, log);
  const server = container.listen({
    port,
    host: "127.0.0.1",
    max_frame_size: MAX_FRAME_BYTES,
    // Settling is ours; and an abandoned message isn't a released one.
    sender_options: { autosettle: false, treat_modified_as_released: false },
    receiver_options: {
      autoaccept: false,
      credit_window: SEND_CREDIT,
      max_message_size: MAX_MESSAGE_BYTES,
    },
  } as Parameters<Container["listen"]>[0]);
  const sockets = trackSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Everybody may connect. MSSBCBS is the only mechanism that the .NET client knows. */
function offerMechanisms(container: Container): void {
  const mechanisms = container.sasl_server_mechanisms as unknown as Record<string, unknown> & {
    enable_anonymous(): void;
    enable_plain(check: () => boolean): void;
  };
  mechanisms.enable_anonymous();
  mechanisms.enable_plain(() => true);
  mechanisms.MSSBCBS = mechanisms.ANONYMOUS;
}

function serve(container: Container, namespace: Namespace, log: Logger): void {
  const sending = new SendingLinks(namespace, log);
  const receiving = new ReceivingLinks(namespace, log);
  const on = (event: string, listener: (context: RheaContext) => void): void => {
    container.on(event, (context) => listener(context as unknown as RheaContext));
  };
  on("session_open", ({ session }) =>
    adaptSession(session, {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      flow: () => receiving.wake(),
      lateDisposition: () => rejected(messageLockLost),
    }),
  );
  on("receiver_open", ({ receiver }) => sending.open(receiver));
  on("sender_open", ({ sender }) => receiving.open(sender));
  for (const event of ["connection_close", "disconnected"]) on(event, () => receiving.wake());
  // Without listeners rhea would end the process for a client's mistake.
  for (const event of TROUBLE)
    on(event, (context) => log.warn({ event, reason: reasonOf(context) }, "client trouble"));
}

/** rhea reports a context with an error, or the error itself. */
function reasonOf(context: RheaContext): string {
  const error = context.error ?? context;
  return error instanceof Error ? error.message : "not given";
}

/** Small frames go out at once: waiting for acknowledgements costs 20 ms and more per call. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}
