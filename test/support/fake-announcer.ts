import type { Announcer } from "../../src/azure/outcome-topic";
import type { PublicationEvent } from "../../src/domain/run/publication-event";

/** Keeps what is announced, in order. */
export function createFakeAnnouncer(beforeWrite: () => void = () => undefined) {
  const events: PublicationEvent[] = [];
  const announcer: Announcer = {
    announce: async (event) => {
      beforeWrite();
      events.push(structuredClone(event));
    },
  };
  return { ...announcer, events };
}
