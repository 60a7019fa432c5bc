import type { ENTRY_SCHEMAS } from "../../../src/local/arm/world/world-schema";

type Json = Record<string, unknown>;

/** Entries of a world file by their lists, in the form of `samples/world.yaml`. */
export type World = Partial<Record<keyof typeof ENTRY_SCHEMAS, Json[]>>;

/** A request, and who asks under which circumstances. */
export interface Case {
  /** As it comes over the wire. */
  request: Json;
  /** Application settings that differ from the tests'. */
  settings?: Record<string, string>;
  /** Name of an identity of the world whose rights the app has; `function-app` has the roles of `infra`. */
  caller?: string;
  /** Faults of the stand-in, in the form of the world file, for this case only. */
  faults?: Json[];
}

/** One thing that is wrong, and beside it the same without. */
export interface Row extends Case {
  /** What is wrong: an outcome for people. Unique over all areas. */
  title: string;
  /** Everything that is found, in its order: `path code severity`, then the region if it is one's. */
  found: string[];
  /** Texts that the messages contain between them, such as Azure's words or a missing action. */
  says?: string[];
  /** Why something can't be checked although Azure refused no read. */
  beyondReach?: string;
  /** The one fact that differs; finds nothing unless said otherwise. */
  neighbour: Partial<Case> & { found?: string[] };
}

/** Rows that belong together, and what they need in the world besides the sample's. */
export interface Area {
  world?: World;
  rows: Row[];
}
