import type { SOURCE_KINDS } from "./schema";

export type SourceKind = (typeof SOURCE_KINDS)[number];

interface Place {
  subscriptionId: string;
  resourceGroup: string;
}

/** How the newest source is found. */
export type SourceFinder =
  | ({ by: "byTag"; kind: SourceKind; tags: Record<string, string> } & Place)
  | ({ by: "namePrefix"; kind: SourceKind; prefix: string } & Place)
  | ({ by: "newestVersionOf"; gallery: string; definition: string } & Place)
  | SnapshotSetFinder;

/** Finds the newest set of snapshots in which none is missing. */
export interface SnapshotSetFinder extends Place {
  by: "newestSnapshotSet";
  setTag: string;
  diskTag: string;
  luns: readonly number[];
  tags: Record<string, string>;
}

/** The image definition that a schedule publishes to. */
export interface ScheduledImage extends Place {
  gallery: string;
  definition: string;
}

/** A schedule without mistakes. */
export interface Schedule {
  id: string;
  /** Five fields. */
  cron: string;
  /** IANA name. */
  timeZone: string;
  image: ScheduledImage;
  source: SourceFinder;
  /** A publish request that only lacks its source and its id. */
  request: Record<string, unknown>;
  enabled: boolean;
  maxConsecutiveFailures: number;
  catchUp: boolean;
  /** Id of an Image Builder template that is run before the source is looked for. */
  imageTemplate?: string;
}
