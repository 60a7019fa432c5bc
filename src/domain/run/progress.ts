import type { RegionName } from "../region-name";

export type RegionState =
  "pending" | "prepared" | "replicating" | "completed" | "failed" | "notStarted";

/** Live state of one region of a run. */
export interface RegionProgress {
  name: RegionName;
  state: RegionState;
  /** Percent. */
  progress: number;
  wave: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  lastChangeAt: number;
  /** Present while it stands still: since when. */
  stalledSince?: number;
}

/** A region whose copy is begun anew: of the one before nothing counts. */
export const begunAnew = (
  { name, wave, startedAt }: RegionProgress,
  now: number,
): RegionProgress => ({
  ...{ name, wave, startedAt },
  state: "replicating",
  progress: 0,
  lastChangeAt: now,
});

/** What a run is at before its end. */
export type WorkingPhase =
  "planning" | "publishing" | "verifying" | "awaitingApproval" | "promoting" | "compensating";

/** What a run shows while it runs: the durable custom status, bounded at 16 KB by the service. */
export interface RunStatus {
  phase: WorkingPhase | "recording" | "ended";
  /** While `recording` and once it has `ended`: what it was at last. Absent when it was at nothing. */
  after?: WorkingPhase;
  runId: string;
  /** Instance that holds the regions' progress while `publishing` or `promoting`. */
  watcher?: string;
  /** While `awaitingApproval`: the wave that waits, the first is 1. */
  awaits?: number;
  /** Packed regions: a tuple each, because 100 regions must fit in 8,000 characters. */
  regions: PackedRegion[];
}

/** name, state letter, percent, wave; in seconds since the epoch start, last change, and since when it stands still. */
export type PackedRegion = [string, string, number, number, number, number, number?];

const LETTERS: Record<RegionState, string> = {
  pending: "p",
  prepared: "q",
  replicating: "r",
  completed: "c",
  failed: "f",
  notStarted: "n",
};
const STATES = new Map(Object.entries(LETTERS).map(([state, letter]) => [letter, state]));

/** Packs regions for the custom status; times lose their milliseconds. */
export function packRegions(regions: RegionProgress[]): PackedRegion[] {
  return regions.map((region) => [
    region.name,
    LETTERS[region.state],
    region.progress,
    region.wave,
    Math.floor(region.startedAt / 1000),
    Math.floor(region.lastChangeAt / 1000),
    ...(region.stalledSince === undefined
      ? ([] as const)
      : ([Math.floor(region.stalledSince / 1000)] as const)),
  ]);
}

/** The inverse of `packRegions`. */
export function unpackRegions(packed: PackedRegion[]): RegionProgress[] {
  return packed.map(([name, letter, progress, wave, startedAt, lastChangeAt, stalledSince]) => ({
    name,
    state: (STATES.get(letter) ?? "pending") as RegionState,
    progress,
    wave,
    startedAt: startedAt * 1000,
    lastChangeAt: lastChangeAt * 1000,
    ...(stalledSince === undefined ? {} : { stalledSince: stalledSince * 1000 }),
  }));
}
