import type { ReasonKey } from "./reasons";
import type { Stage } from "./stage/stage";

/** What azure-facts §3 says is to be done, in the words that a fault carries. */
export type Advice = "permanent" | "operator" | "transient" | "waitForOperation" | "repeat";

/** Where the service says it (§3, *when*). */
export type Said = "PUT" | "DELETE" | "operation" | "region status" | "any call";

/** One row of the table of errors. */
export interface Row {
  number: number;
  title: string;
  said: Said[];
  /** The answer, or what the operation ends with; without a code where none is known. */
  says: { status: number; code: string; message: string };
  advice: Advice;
}

/** What ends a run, or what refuses one of its writes. */
export type Why = Pick<Row["says"], "code"> & { advice: Advice };

/** The version 1.0.0 as the stand-in has it at the end. */
export interface InAzure {
  /** By short name: `Completed`, `Failed`. */
  regions: Record<string, string>;
  /** Where it isn't the usual one of the region. */
  replicas?: Record<string, number>;
  /** What keeps it out of `latest`: regions by their own flags, and `version` by its. */
  outOfLatest: string[];
  /** Somebody else has made it, from another image: nothing of ours is in it. */
  theirs?: true;
}

/** How a cell ends: in the ledger and in Azure. */
export interface End {
  state: "published" | "partlyPublished" | "failed" | "rejected";
  /** What ended the run as a whole, when one thing did. */
  why?: Why;
  /** Codes of a plan that was impossible; then no region is looked at. */
  problems?: string[];
  /** `completed`, `notStarted`, or `failed <code> <advice>`. */
  regions: Record<string, string>;
  /** Compensation, in its order: `<step> <result>`, with code and advice of a failed one. */
  undone?: string[];
  leftOver: string[];
  azure: InAzure | "none";
  /** PUTs that Azure took from the run. */
  puts: number;
  /** The safety flag stays open in Azure, the ledger says so, and `reconcile` closes it. */
  flagOpen?: true;
}

/** When something is done to the world. */
export type Moment =
  /** Before the run. */
  | "start"
  /** Everything is read and decided, nothing is written. */
  | "planned"
  /** Disks of a region are being made. */
  | "verifying"
  /** The run waits for approval, which is given then. */
  | "awaiting"
  /** So many PUTs, or DELETEs, have been sent: what comes next is the point's own. */
  | { puts: number }
  | { deletes: number };

/** Changes something: faults of the stand-in, or what somebody else does. */
export interface Strike {
  moment: Moment;
  faults?: object[];
  act?: (stage: Stage) => Promise<void>;
}

/** What the world is besides the matrix' usual one; lists and members of a world file. */
export type WorldPart = Record<string, unknown>;

export type PointKey =
  | "plan"
  | "firstPut"
  | "lostReply"
  | "replication"
  | "operationRead"
  | "repeat"
  | "deleteFailed"
  | "recreate"
  | "remove"
  | "readd"
  | "laterWave"
  | "promotion"
  | "undoRemove"
  | "closeFlag"
  | "undoDelete"
  | "verification"
  | "approval"
  | "undoCounts"
  | "undoRemoveEnds"
  | "closeFlagEnds";

/** A point of the run, with the scene that leads there. */
export interface Point {
  key: PointKey;
  name: string;
  /** What is struck: a reading of anything, of the version or of its operation, a PUT, a DELETE, a call about disks. */
  call: "reads" | "lost reply" | "watch" | "operation" | "PUT" | "DELETE" | "disks";
  /** Right before the call that is struck. */
  moment: Moment;
  /** Region that the struck call is about. */
  region: string;
  request: Record<string, unknown>;
  world?: WorldPart;
  /** What leads to this point. */
  faults: object[];
  /** How it ends when nothing strikes, or when what strikes passes. */
  undisturbed: End;
  /** How it ends when the struck write is refused for good. */
  refused: (why: Why) => End;
}

/** What is tried in a cell, and what has to come of it. */
export interface Trial {
  /** For people: what becomes of it. */
  outcome: string;
  strikes: Strike[];
  end: End;
  request?: Record<string, unknown>;
  world?: WorldPart;
  /** The request is refused at the door: no run begins. */
  atTheDoor?: true;
  /** Seconds that Azure asks to wait, which must pass before the call is sent again. */
  retryAfter?: number;
}

/** A row of the table at a point: what is tried there, or the key of the reason why it can't occur. */
export type Entry = Trial | { impossible: ReasonKey };

/** A row's entries, at every point. */
export type Entries = (row: Row) => Record<PointKey, (point: Point) => Entry>;

/** What is played on a stage. */
export type Script = Pick<Trial, "strikes" | "request" | "world"> & {
  point: Pick<Point, "key" | "world" | "request" | "faults">;
};

/** A cell that is run. */
export type Cell = Trial & { row: Row; point: Point };
