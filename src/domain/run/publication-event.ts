import { plainText } from "../plain-text";
import { announced } from "./announced";
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
  data: object;
}): PublicationEvent {
  return {
    specversion: "1.0",
    id: `${input.key}.${input.state}`,
    source: `/publications/${encodeURIComponent(plainText(input.publicationId))}`,
    type: `${EVENT_TYPES}.${input.state}`,
    // A sender's text can be empty, and an event's subject mustn't be.
    subject: input.publicationId || input.key,
    time: input.time,
    datacontenttype: "application/json",
    data: announced(input.data),
  };
}

/** What an event says of a schedule that was switched off by its failures. */
export interface SwitchedOff {
  scheduleId: string;
  /** The request whose run was the last of the failures. */
  requestId: string;
  publicationId?: string;
  outcome: string;
  failures: number;
  why: string;
}

/** Event of a schedule that runs no more. `time` is the end of the run that was one failure too many. */
export function scheduleDisabledEvent(off: SwitchedOff, time: string): PublicationEvent {
  return {
    specversion: "1.0",
    id: `${off.requestId}.scheduleDisabled`,
    source: `/schedules/${off.scheduleId}`,
    type: `${EVENT_TYPES}.scheduleDisabled`,
    subject: off.scheduleId,
    time,
    datacontenttype: "application/json",
    data: announced(off),
  };
}

/** A list of problems can be as long as its request: the ledger has it whole. */
const ANNOUNCED_PROBLEMS = 20;

/** A failure as it is announced: without request, plan and raw message, and with its first problems. */
export function announcedFailure(failure: FailureDocument): object {
  const {
    request: _request,
    plan: _plan,
    rawMessage: _raw,
    wrote: _wrote,
    problems,
    ...rest
  } = failure;
  return {
    ...rest,
    problemCount: problems.length,
    leftOverCount: rest.leftOver.length,
    problems: problems.slice(0, ANNOUNCED_PROBLEMS),
  };
}
