/** CloudEvents 1.0 in structured JSON mode. */
export interface PublicationEvent {
  specversion: "1.0";
  /** Stable: the same event sent twice has the same id. */
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  data: unknown;
}

const EVENT_TYPES = "com.gallery-publisher.publication";

/** Event of a publication's change of state. `key` names the occurrence: run id or failure id. */
export function publicationEvent(input: {
  state: string;
  publicationId: string;
  key: string;
  time: string;
  data: unknown;
}): PublicationEvent {
  return {
    specversion: "1.0",
    id: `${input.key}.${input.state}`,
    source: `/publications/${input.publicationId}`,
    type: `${EVENT_TYPES}.${input.state}`,
    subject: input.publicationId,
    time: input.time,
    datacontenttype: "application/json",
    data: input.data,
  };
}
