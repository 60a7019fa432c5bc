import { RetryMode, ServiceBusClient, type ServiceBusSender } from "@azure/service-bus";
import type { Message } from "../plan/scenarios";
import { requestBody } from "../plan/world";
import type { Endpoints } from "./chaos-stack";
import { insist } from "./elapse";

export const QUEUE = "publish-requests";

/** What an HTTP call of the app was answered. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Sends requests as their senders do: until somebody has taken them. */
export class Sender {
  /** So many were given to the queue or the app, by now. */
  sent = 0;
  readonly #bus: ServiceBusClient;
  readonly #queue: ServiceBusSender;

  constructor(private readonly endpoints: Endpoints) {
    this.#bus = new ServiceBusClient(endpoints.serviceBusConnectionString, {
      retryOptions: {
        mode: RetryMode.Fixed,
        maxRetries: 3,
        retryDelayInMs: 300,
        timeoutInMs: 3000,
      },
    });
    this.#queue = this.#bus.createSender(QUEUE);
  }

  /** @returns false when it was refused at the door: nobody has promised anything */
  async send(message: Message): Promise<boolean> {
    this.sent++;
    if (message.via === "queue") {
      await this.#drop(message);
      return true;
    }
    const headers = { "idempotency-key": message.requestId };
    const { status } = await this.post("/api/publications", requestBody(message.wish), headers);
    if (status !== 200 && status !== 202 && status !== 409)
      throw new Error(`${message.requestId} was answered ${status}`);
    return status !== 409;
  }

  /** Says something to the app, until it is answered; 404 means not yet. */
  post(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return insist(async () => {
      const response = await fetch(`${this.endpoints.functionsUrl}${path}`, {
        method: "POST",
        headers: { "x-functions-key": this.endpoints.functionsKey, ...headers },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status >= 500 || response.status === 404)
        throw new Error(`POST ${path} was answered ${response.status}: ${text}`);
      return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
    });
  }

  async #drop({ requestId, wish }: Message): Promise<void> {
    await insist(() => this.#queue.sendMessages({ messageId: requestId, body: requestBody(wish) }));
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }
}
