import { parseArmId } from "../domain/arm-id";
import type { PublicationRow } from "../domain/run/records";

/** What waits for whose word, and where to say it: links name run and wave, so that no late answer hits the next. */
export function approvalOf({ id, runId }: PublicationRow, wave: number) {
  const link = (decision: "approve" | "reject"): string =>
    `/api/publications/${id}/${decision}?run=${encodeURIComponent(runId)}&wave=${wave}`;
  return { wave, links: { approve: link("approve"), reject: link("reject") } };
}

/** A publication as lists show it, and what every answer about it begins with. */
export function summary(row: PublicationRow) {
  const parsed = parseArmId(row.imageId);
  const [gallery, definition, version] = parsed?.names ?? [];
  const { id, requestId, runId, state, trigger, startedAt, updatedAt, endedAt, failureId } = row;
  return {
    id,
    requestId,
    runId,
    trigger,
    image: {
      subscriptionId: parsed?.subscriptionId,
      resourceGroup: parsed?.resourceGroup,
      gallery,
      definition,
      version,
      ...(row.strategy === undefined ? {} : { strategy: row.strategy }),
      ...(row.strategyBase === undefined ? {} : { strategyBase: row.strategyBase }),
      location: row.location,
      id: row.imageId,
    },
    state,
    startedAt,
    updatedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(failureId === undefined ? {} : { failureId }),
    links: {
      self: `/api/publications/${id}`,
      ...(failureId === undefined ? {} : { failure: `/api/failures/${failureId}` }),
    },
  };
}
