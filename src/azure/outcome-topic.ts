import type { ServiceBusSender } from "@azure/service-bus";
import type { PublicationEvent } from "../domain/run/publication-event";

/** Announces what became of requests; at least once. */
export interface Announcer {
  announce(event: PublicationEvent): Promise<void>;
}

export function createAnnouncer(sender: ServiceBusSender): Announcer {
  return {
    announce: (event) =>
      sender.sendMessages({
        body: event,
        messageId: event.id,
        contentType: "application/cloudevents+json; charset=utf-8",
        subject: event.type,
        applicationProperties: { type: event.type, subject: event.subject },
      }),
  };
}
