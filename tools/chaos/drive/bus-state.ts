import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { QUEUE } from "./sender";

const AT_ONCE = 500;
/** Nothing more comes when nothing has come for so long. */
const WAIT_MS = 1000;

/** Reads what is left on queue and topic, as anybody can. */
export class BusState {
  readonly #client: ServiceBusClient;

  constructor(connectionString: string) {
    this.#client = new ServiceBusClient(connectionString);
  }

  /** Message ids on the queue, locked or not. */
  queued(): Promise<string[]> {
    return this.#peek({});
  }

  deadLetters(): Promise<string[]> {
    return this.#peek({ subQueueType: "deadLetter" });
  }

  /** Ids of all CloudEvents; they are taken. */
  async events(): Promise<string[]> {
    const receiver = this.#client.createReceiver("publication-events", "all", {
      receiveMode: "receiveAndDelete",
    });
    const found: string[] = [];
    for (;;) {
      const messages = await receiver.receiveMessages(AT_ONCE, { maxWaitTimeInMs: WAIT_MS });
      if (messages.length === 0) break;
      found.push(
        ...messages.map(({ body }: ServiceBusReceivedMessage) => (body as { id: string }).id),
      );
    }
    await receiver.close();
    return found;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #peek(options: { subQueueType?: "deadLetter" }): Promise<string[]> {
    const receiver = this.#client.createReceiver(QUEUE, options);
    const messages = await receiver.peekMessages(AT_ONCE);
    await receiver.close();
    return messages.map(({ messageId }) => String(messageId));
  }
}
