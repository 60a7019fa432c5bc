/** A call as the stand-in for Resource Manager logs it, with its answer. */
export interface ArmCall {
  number: number;
  /** ISO 8601: when it was carried out. */
  time: string;
  method: string;
  path: string;
  caller: { oid?: string };
  /** 0: cut without an answer. */
  status: number;
  body?: unknown;
  answer?: unknown;
}

/** Rows of the app's tables, with the columns that tell of a request's fate. */
export interface Rows {
  publications: { id: string; imageId: string; state: string; runId: string }[];
  runs: RunRow[];
  requests: { requestId: string; publicationId: string; runId?: string }[];
  failures: FailureRow[];
}

export interface RunRow {
  /** Of the publication. */
  partitionKey: string;
  runId: string;
  requestId: string;
  fingerprint: string;
  state: string;
  /** ISO 8601. */
  endedAt?: string;
  failureId?: string;
  action?: string;
}

export interface FailureRow {
  id: string;
  kind: string;
  state: string;
  requestId?: string;
  runId?: string;
  flagOpen?: string;
}

/** How each region of a run has ended, as the run's own document says it. */
export interface RunOutcome {
  runId: string;
  regions: RegionOutcome[];
}

export interface RegionOutcome {
  region: string;
  kind: "completed" | "failed" | "notStarted";
  fault?: { code: string };
}

/** A request that was sent and taken: by the queue, or with 2xx over HTTP. */
export interface Accepted {
  requestId: string;
  version: string;
}

/** A version as ARM answers it at the end, regions by their short names. */
export interface VersionView {
  name: string;
  tags: Record<string, string>;
  provisioningState: string;
  excludeFromLatest: boolean;
  allowsDeletion: boolean;
  regions: RegionView[];
}

export interface RegionView {
  name: string;
  excludeFromLatest: boolean;
  encryption: DiskSets;
  /** Of its replication. */
  state: string | undefined;
}

/** Disk encryption sets of a region's disks, as ARM has them. */
export interface DiskSets {
  osDiskImage?: { diskEncryptionSetId?: string };
  dataDiskImages?: { lun: number; diskEncryptionSetId?: string }[];
}

/** What was asked for by one request. */
export interface Wanted {
  requestId: string;
  version: string;
  regions: string[];
  /** As the request says it: all, these, or so many. */
  required: "all" | string[] | number;
  /** A region counts only once disks were made from it. */
  isVerified?: true;
}

/** Everything that can be held against the product, from outside of it. */
export interface Evidence {
  accepted: Accepted[];
  wanted: Wanted[];
  /** In their order. */
  log: ArmCall[];
  versions: VersionView[];
  /** Ids of managed disks. */
  disks: string[];
  rows: Rows;
  /** Of runs that have ended. */
  outcomes: RunOutcome[];
  /** Message ids that are still on the queue, and among its dead letters. */
  queued: string[];
  deadLetters: string[];
  /** Ids of CloudEvents that were announced. */
  events: string[];
  /** Durable instances that still go on. */
  goingOn: string[];
}
