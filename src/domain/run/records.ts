import { createHash } from "crypto";
import type { Fault } from "../fault";
import type { TargetRegion } from "../plan/image-version-body";
import type { Plan } from "../plan/plan";
import type { DefinitionFacts } from "../preflight/source-facts";
import type { Undone } from "../rollout/undo";
import type { Problem } from "../problem";
import type { ImageTarget, PublishRequest } from "../request/publish-request";
import type { NumberedBy } from "./numbers";
import type { FinalState, LeftOver, PublicationState, RegionOutcome } from "./outcome";

/** Where a request came from. */
export type Trigger = "queue" | "http" | "schedule";

/** Why a run was begun, when a person has begun it by steering and not by a request. */
export interface Steered {
  action?: "promote" | "redrive";
  who?: string;
  why?: string;
  /** `redrive`: the ledger's entry. */
  redriveOf?: string;
}

/** What is said of a run at its start. */
export interface Acceptance extends Steered, NumberedBy {
  imageId: string;
  /** ISO 8601: when its version was taken for it. */
  startedAt: string;
}

/** Row of a publication: the version's current or last run. Doubles as the version's lock. */
export type PublicationRow = Steered &
  NumberedBy & {
    id: string;
    imageId: string;
    location: string;
    state: PublicationState;
    runId: string;
    requestId: string;
    fingerprint: string;
    trigger: Trigger;
    startedAt: string;
    updatedAt: string;
    endedAt?: string;
    failureId?: string;
    /** Of a run that ended without success: whether it can have written to the version. */
    wrote?: "nothing" | "maybe";
    /** W3C trace context of the message or call that began the run. */
    traceParent?: string;
  };

/** Row of one run of a publication. */
export type RunRow = Steered &
  NumberedBy &
  Pick<
    PublicationRow,
    | "runId"
    | "requestId"
    | "fingerprint"
    | "trigger"
    | "state"
    | "startedAt"
    | "endedAt"
    | "failureId"
    | "wrote"
  >;

/** Whether a run can have written to its version: where that isn't told, as in older rows, every one but a rejected. */
export const mayHaveWritten = ({
  state,
  wrote,
}: Pick<RunRow, "state"> & { wrote?: RunRow["wrote"] | undefined }): boolean =>
  wrote === undefined ? state !== "rejected" : wrote === "maybe";

/** Which publication a request asked for, and which run answers it. */
export type RequestRow = {
  requestId: string;
  publicationId: string;
  /** Absent in rows of before it was kept, as the run is. */
  fingerprint?: string;
  runId?: string;
};

/** A request as it is remembered: one id may ask for several contents. */
export type AskedFor = Required<Omit<RequestRow, "runId">>;

/** What people have done about a failure; each once, the first one counts. */
export interface Settlement {
  /** `open` until somebody has done something. */
  status: "open" | "redriven" | "dismissed";
  dismissedBy?: string;
  dismissedWhy?: string;
  dismissedAt?: string;
  redrivenBy?: string;
  redrivenWhy?: string;
  redrivenAt?: string;
  /** The run that the redrive has begun, and its publication. */
  redriveRunId?: string;
  redrivePublicationId?: string;
}

/** Row of the failure ledger's index. */
export type FailureRow = Settlement & {
  id: string;
  recordedAt: string;
  kind: "run" | "message";
  state: FinalState;
  summary: string;
  publicationId?: string;
  runId?: string;
  requestId?: string;
  imageId?: string;
  /** The run has opened the version's safety flag and couldn't close it again. */
  flagOpen?: "true";
  /** How many things the run has left behind in Azure; absent when there are none. */
  leftOverCount?: string;
};

/** When an occurrence that has no time of its own was met first. */
export type SeenRow = { firstSeenAt: string };

/** The plan as it is kept: what was decided, in words too, and the bodies that will be sent. */
export interface PlanDocument {
  plan: Plan;
  /** Absent in plans of before it was told. */
  summary?: string[];
  /** The bodies of the PUTs in ARM's own shape, one for each wave; absent as above. */
  bodies?: Record<string, unknown>[];
  /** The PUT that takes the version into `latest`, when one is due. */
  promotion?: Record<string, unknown>;
}

/** How a run ended, whole. */
export interface OutcomeDocument {
  publicationId: string;
  runId: string;
  requestId: string;
  state: FinalState;
  image: ImageTarget;
  startedAt: string;
  endedAt: string;
  regions: RegionOutcome[];
  /** What a success leaves behind in Azure, which is rarely anything: disks that couldn't be deleted, an open safety flag. */
  leftOver?: LeftOver[];
}

/** What creating machines from the regions that a run has completed needs to know; kept with its outcome. */
export interface MachinesDocument {
  image: ImageTarget;
  /** Absent where Azure refused to show it. */
  definition?: DefinitionFacts;
  /** LUNs of the version's data disks, in its own order where that was read. */
  dataLuns: number[];
  /** Of the Completed regions, as the run has left them. */
  targetRegions: TargetRegion[];
  /** The version as a whole is out of `latest`; each region has a flag of its own beside. */
  excludeFromLatest: boolean;
}

/** The body of a message as the host handed it over. */
export interface KeptBody {
  body: unknown;
  /**
   * `json`: what the text says, without its blanks and repeated members; `text`: every character;
   * `base64`: every byte. Absent in entries of before.
   */
  bodyEncoding?: "json" | "text" | "base64";
  /** The text has U+FFFD where bytes weren't UTF-8: the host had lost them before. */
  bytesLost?: true;
}

/** A recorded failure, whole: everything that is needed to understand it and to drive it again. */
export interface FailureDocument extends Omit<
  FailureRow,
  "imageId" | "flagOpen" | "leftOverCount" | keyof Settlement
> {
  /** `promote`: the run was to take the version into `latest`; else it was to publish. */
  action?: "promote";
  image?: ImageTarget;
  /** `maybe` once a PUT may have been accepted; absent in entries of before it was kept. */
  wrote?: RunRow["wrote"];
  problems: Problem[];
  /** What ended the run as a whole, when it was one thing. */
  fault?: Fault;
  regions: RegionOutcome[];
  leftOver: LeftOver[];
  /** The compensation: every step with its result; absent when nothing was to be taken back. */
  undone?: Undone[];
  operationUrl?: string;
  request?: PublishRequest;
  plan?: PlanDocument;
  /** A message that was not understood, as it was delivered. */
  rawMessage?: KeptBody & {
    messageId?: string;
    enqueuedAt?: string;
    deliveryCount?: number;
    applicationProperties?: unknown;
  };
}

/**
 * Key of a ledger entry: sorts newest first, and is the same for the same failure however often it
 * is recorded.
 */
export function failureId(recordedAtMs: number, stableHash: string): string {
  return `${String(1e14 - recordedAtMs).padStart(15, "0")}-${stableHash.slice(0, 12)}`;
}

/** Key of the entry of a run's failure. */
export const runFailureId = (endedAt: string, runId: string): string =>
  failureId(Date.parse(endedAt), createHash("sha256").update(runId).digest("hex"));

/** More runs of one version than anybody looks back on; each costs a document or two. */
const RUNS_LOOKED_AT = 20;

/** Of a version's runs those that count, the newest first: one ends before the next begins. */
export const newestRuns = (runs: readonly RunRow[], counts: (run: RunRow) => boolean): RunRow[] =>
  runs
    .filter(counts)
    .sort((a, b) => ((a.endedAt ?? a.startedAt) < (b.endedAt ?? b.startedAt) ? 1 : -1))
    .slice(0, RUNS_LOOKED_AT);
