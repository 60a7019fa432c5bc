/** What the demo reads of the HTTP API's answers. It takes no code of the app: it is a client. */
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

export type PublicationState =
  | "accepted"
  | "planning"
  | "publishing"
  | "published"
  | "partlyPublished"
  | "failed"
  | "rejected"
  | "cancelled";

export interface PublicationImage {
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  definition: string;
  version: string;
  location: string;
  id: string;
}

export type RegionState =
  "pending" | "prepared" | "replicating" | "completed" | "failed" | "notStarted";

/** One region of a publication while it runs and afterwards. */
export interface Region {
  name: string;
  state: RegionState;
  /** Percent. */
  progress: number;
  wave: number;
  startedAt?: string;
  lastChangeAt?: string;
  fault?: Fault;
}

export interface Fault {
  code: string;
  message: string;
  action: string;
  correlationId?: string;
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
  regions: FailedRegion[];
  leftOver: LeftOver[];
}

export interface Problem {
  /** Where in the request, as a JSON path. */
  path: string;
  code: string;
  message: string;
  action: string;
  region?: string;
}

/** How a region ended. */
export interface FailedRegion {
  region: string;
  kind: "completed" | "failed" | "notStarted";
  fault?: Fault;
}

export interface LeftOver {
  resourceId: string;
  what: string;
  command: string;
}

/** States after which nothing more happens. */
const FINAL: ReadonlySet<PublicationState> = new Set([
  "published",
  "partlyPublished",
  "failed",
  "rejected",
  "cancelled",
]);

/** Whether a publication's run has ended. */
export function hasEnded(publication: Publication): boolean {
  return FINAL.has(publication.state);
}
