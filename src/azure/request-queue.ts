import type { ServiceBusSender } from "@azure/service-bus";

/** The queue of publish requests, as a sender sees it. */
export interface RequestQueue {
  /** Resolves once the queue has taken the message. */
  send(request: object, messageId: string): Promise<void>;
}

export function createRequestQueue(sender: Pick<ServiceBusSender, "sendMessages">): RequestQueue {
  return {
    send: (request, messageId) =>
      sender.sendMessages({ body: request, messageId, contentType: "application/json" }),
  };
}
