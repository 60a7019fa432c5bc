import type { ServiceBusSender } from "@azure/service-bus";
import { createAnnouncer } from "../../../src/azure/outcome-topic";
import { publicationEvent } from "../../../src/domain/run/publication-event";

const event = publicationEvent({
  state: "published",
  publicationId: "p-1",
  key: "run-1",
  time: "2026-11-24T13:00:00.000Z",
  data: { regions: [] },
});

test("an event is a CloudEvent whose id is the same however often it is made", () => {
  expect(event).toEqual({
    specversion: "1.0",
    id: "run-1.published",
    source: "/publications/p-1",
    type: "com.gallery-publisher.publication.published",
    subject: "p-1",
    time: "2026-11-24T13:00:00.000Z",
    datacontenttype: "application/json",
    data: { regions: [] },
  });
});

test("a message carries the event, and its id and type where a subscription filters", async () => {
  const sent: unknown[] = [];
  const sender = { sendMessages: async (message: unknown) => void sent.push(message) };
  await createAnnouncer(sender as unknown as ServiceBusSender).announce(event);
  expect(sent).toEqual([
    {
      body: event,
      messageId: event.id,
      contentType: "application/cloudevents+json; charset=utf-8",
      subject: event.type,
      applicationProperties: { type: event.type, subject: "p-1" },
    },
  ]);
});
