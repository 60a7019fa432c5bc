import { plainText } from "../plain-text";
import type { FinalState } from "./outcome";
import type { FailureDocument } from "./records";

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

/** What a run comes to, as it is announced (docs/architecture.md). */
export type Transition =
  | FinalState
  | "accepted"
  | "planned"
  | "waveCompleted"
  | "awaitingApproval"
  | "compensated"
  | "dismissed";

const EVENT_TYPES = "com.gallery-publisher.publication";

/**
 * Event of a publication's change of state. `key` names the occurrence: run id or failure id; a message
 * that can't be admitted has its request id for the publication's, which is the sender's own text.
 */
export function publicationEvent(input: {
  state: Transition;
  publicationId: string;
  key: string;
  time: string;
  data: unknown;
}): PublicationEvent {
  return {
    specversion: "1.0",
    id: `${input.key}.${input.state}`,
    source: `/publications/${encodeURIComponent(plainText(input.publicationId))}`,
    type: `${EVENT_TYPES}.${input.state}`,
    subject: input.publicationId,
    time: input.time,
    datacontenttype: "application/json",
    data: input.data,
  };
}

/** A message holds 256 KB in the standard tier: what may be long is cut, the ledger has it whole. */
const ANNOUNCED_PROBLEMS = 20;
const ANNOUNCED_TEXT = 400;

/** A failure as it is announced: bounded, without request, plan and raw message. */
export function announcedFailure(failure: FailureDocument): unknown {
  const { request: _request, plan: _plan, rawMessage: _raw, problems, regions, ...rest } = failure;
  const cut = (text: string): string =>
    text.length > ANNOUNCED_TEXT ? `${text.slice(0, ANNOUNCED_TEXT)}…` : text;
  return {
    ...rest,
    problemCount: problems.length,
    problems: problems.slice(0, ANNOUNCED_PROBLEMS).map((found) => ({
      ...found,
      path: cut(found.path),
      message: cut(found.message),
      action: cut(found.action),
    })),
    regions: regions.map((region) =>
      region.kind === "failed"
        ? { ...region, fault: { ...region.fault, message: cut(region.fault.message) } }
        : region,
    ),
  };
}
