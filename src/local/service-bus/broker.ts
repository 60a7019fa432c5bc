import type { Logger } from "pino";
import { Namespace, type NamespaceSettings } from "./core/namespace";
import type { Environment } from "./core/queue";
import { listen } from "./wire/listener";

export interface Broker {
  port: number;
  /** Ends all connections; the store stays open. */
  stop(): Promise<void>;
}

/** Serves the entities over AMQP. @param port 0 for any free one. */
export async function startBroker(
  settings: NamespaceSettings,
  environment: Environment,
  port: number,
  log: Logger,
): Promise<Broker> {
  const namespace = new Namespace(settings, environment);
  for (const queue of namespace.orphans())
    log.warn({ queue }, "holds messages, but is not in the configuration; they are kept");
  const listener = await listen(namespace, port, log);
  return {
    port: listener.port,
    async stop() {
      await listener.close();
      namespace.close();
    },
  };
}

/** What the clients connect with; any key is good, on loopback only. */
export function connectionString(port: number): string {
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`;
}
