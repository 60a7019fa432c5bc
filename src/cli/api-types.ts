import type { Fault } from "../domain/fault";
import type { Problem } from "../domain/problem";
import type { Undone } from "../domain/rollout/undo";
import type { LeftOver, PublicationState, RegionOutcome } from "../domain/run/outcome";
import type { RegionState } from "../domain/run/progress";

export type { PublicationState, RegionState };

/** What the demo reads of the HTTP API's answers. It takes types of the app, and no code. */
export interface Publication {
  id: string;
  requestId: string;
  image: PublicationImage;
  state: PublicationState;
  startedAt: string;
  updatedAt: string;
  endedAt?: string;
  /** Only in the answer for one publication. */
  regions?: Region[];
  failureId?: string;
}

export interface PublicationImage {
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  definition: string;
  version: string;
  location: string;
  id: string;
}

/** One region of a publication while it runs and afterwards. */
export interface Region {
  name: string;
  state: RegionState;
  /** Percent. */
  progress: number;
  wave: number;
  startedAt?: string;
  lastChangeAt?: string;
  /** It stands still since then. */
  stalledSince?: string;
  fault?: Fault;
}

/** A recorded failure: of a run, or of a message that couldn't be admitted. */
export interface Failure {
  id: string;
  recordedAt: string;
  kind: "run" | "message";
  state: string;
  publicationId?: string;
  requestId?: string;
  summary: string;
  problems: Problem[];
  fault?: Fault;
  regions: RegionOutcome[];
  leftOver: LeftOver[];
  /** Of a run: what it took back. */
  undone?: Undone[];
}

/** States after which nothing more happens. */
const FINAL: ReadonlySet<PublicationState> = new Set([
  "published",
  "promoted",
  "partlyPublished",
  "failed",
  "rejected",
  "cancelled",
]);

/** Whether a publication's run has ended. */
export function hasEnded(publication: Publication): boolean {
  return FINAL.has(publication.state);
}
