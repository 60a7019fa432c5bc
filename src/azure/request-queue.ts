import type { ServiceBusSender } from "@azure/service-bus";

/** The queue of publish requests, as a sender sees it. */
export interface RequestQueue {
  /**
   * Resolves once the queue has taken the message.
   * @param timeToLive ms after which the queue delivers it no more, but keeps it as a dead letter
   */
  send(request: object, messageId: string, timeToLive: number): Promise<void>;
}

export function createRequestQueue(sender: Pick<ServiceBusSender, "sendMessages">): RequestQueue {
  return {
    send: (body, messageId, timeToLive) =>
      sender.sendMessages({ body, messageId, timeToLive, contentType: "application/json" }),
  };
}
