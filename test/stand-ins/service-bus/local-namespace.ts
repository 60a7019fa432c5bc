import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { pino } from "pino";
import { connectionString, startBroker, type Broker } from "../../../src/local/service-bus/broker";
import { systemClock, type Clock } from "../../../src/local/service-bus/core/clock";
import type { NamedQueue } from "../../../src/local/service-bus/core/namespace";
import { MemoryStore } from "../../../src/local/service-bus/store/memory-store";

export interface LocalNamespace {
  broker: Broker;
  client: ServiceBusClient;
  close(): Promise<void>;
}

export function queueNamed(name: string, more: Partial<NamedQueue> = {}): NamedQueue {
  return {
    name,
    lockDurationMs: 60_000,
    maxDeliveryCount: 3,
    deadLetterOnExpiration: true,
    ...more,
  };
}

/** A broker in this process with the queue `jobs` and the topic `events` (`all`, `audit`). */
export async function openNamespace(
  options: { clock?: Clock; jobs?: Partial<NamedQueue> } = {},
): Promise<LocalNamespace> {
  const settings = {
    queues: [queueNamed("jobs", options.jobs)],
    topics: [{ name: "Events", subscriptions: [queueNamed("all"), queueNamed("audit")] }],
  };
  const environment = { store: new MemoryStore(), clock: options.clock ?? systemClock };
  const broker = await startBroker(settings, environment, 0, pino({ level: "silent" }));
  const client = connect(broker.port);
  return {
    broker,
    client,
    async close() {
      await client.close();
      await broker.stop();
    },
  };
}

/** A client that gives up soon instead of repeating for minutes. */
export function connect(port: number, maxRetries = 0, timeoutInMs = 8000): ServiceBusClient {
  return new ServiceBusClient(connectionString(port), {
    retryOptions: { maxRetries, timeoutInMs, retryDelayInMs: 200 },
  });
}

/** The next message, which must come within seconds. */
export async function receiveOne(receiver: {
  receiveMessages(
    count: number,
    options: { maxWaitTimeInMs: number },
  ): Promise<ServiceBusReceivedMessage[]>;
}): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
  if (!message) throw new Error("no message came within 5 s");
  return message;
}
