import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import type { LostRegion } from "./read-back";

/** What a step takes back. */
type TakenBack =
  /** The version wasn't there before. */
  | { activity: "deleteVersion"; write: number }
  /** These regions weren't there before. */
  | { activity: "removeRegions"; write: number; regions: RegionName[] }
  /** These regions had other replica counts before; `written` is what the write makes of them. */
  | {
      activity: "restoreReplicaCounts";
      write: number;
      counts: Record<RegionName, number>;
      written: Record<RegionName, number>;
    }
  /** The flag was opened for a removal, which was to leave these regions. */
  | { activity: "closeSafetyFlag"; write: number; kept?: RegionName[] }
  /** Disks that verify the version are about to be made; `group` is the id of their resource group. */
  | { activity: "deleteDisks"; write: number; group: string; names: string[] };

/**
 * A step that takes back what a write did, as data: planned and recorded before the write, so that it is
 * known also when the write's own answer is lost. Previous values, never constants.
 */
export type UndoStep = TakenBack & {
  /** When the run came to write the version again, somebody else had written it since: what the step is about may be his. */
  rewritten?: true;
};

/** A step that is itself a write of the version. */
export type UndoByWrite = Exclude<UndoStep, { activity: "deleteVersion" | "deleteDisks" }>;

/** What a write is about to change. */
export interface BeforeWrite {
  write: number;
  /** Regions that the version has, with their replica counts; absent when there is no version. */
  existing?: { name: RegionName; regionalReplicaCount?: number }[];
  /** Regions of the write. */
  wanted: { name: RegionName; regionalReplicaCount?: number }[];
}

/** The steps that would take a write back. */
export function undoOf({ write, existing, wanted }: BeforeWrite): UndoStep[] {
  // Undone from the last to the first: where the version can't go, its unfinished regions can.
  if (existing === undefined)
    return [
      { activity: "removeRegions", write, regions: wanted.map(({ name }) => name) },
      { activity: "deleteVersion", write },
    ];
  const before = new Map(existing.map((region) => [region.name, region.regionalReplicaCount]));
  const added = wanted.filter(({ name }) => !before.has(name)).map(({ name }) => name);
  const scaled = wanted.flatMap(({ name, regionalReplicaCount: count }) => {
    const had = before.get(name);
    return had === undefined || count === undefined || had === count ? [] : [{ name, had, count }];
  });
  const counts = Object.fromEntries(scaled.map(({ name, had }) => [name, had]));
  const written = Object.fromEntries(scaled.map(({ name, count }) => [name, count]));
  return [
    ...(added.length === 0 ? [] : [{ activity: "removeRegions" as const, write, regions: added }]),
    ...(scaled.length === 0
      ? []
      : [{ activity: "restoreReplicaCounts" as const, write, counts, written }]),
  ];
}

/** Steps with those of one write replaced: a write that is tried again starts from what is there then. */
export const withSteps = (
  steps: readonly UndoStep[],
  write: number,
  own: readonly UndoStep[],
): UndoStep[] => [...steps.filter((step) => step.write !== write), ...own];

/**
 * The steps once the run comes to write a version that somebody else has written last. He may have made it anew, and
 * with the next write it carries the run's tags: what he has made isn't the run's to take back.
 */
export const rewritten = (steps: readonly UndoStep[]): UndoStep[] =>
  steps.map((step) =>
    step.activity === "closeSafetyFlag" || step.activity === "deleteDisks"
      ? step
      : { ...step, rewritten: true },
  );

/** True when what the newest such step is about, a region or the version, may be somebody else's. */
export const mayBeHis = (
  steps: readonly UndoStep[],
  activity: UndoStep["activity"],
  region?: RegionName,
): boolean =>
  newestFirst(steps).find(
    (step) => step.activity === activity && (region === undefined || isAbout(step, region)),
  )?.rewritten === true;

const isAbout = (step: UndoStep, region: RegionName): boolean =>
  ("regions" in step && step.regions.includes(region)) ||
  ("counts" in step && region in step.counts);

/** The order of undoing: newest write first, and of a write the last step first. */
export const newestFirst = (steps: readonly UndoStep[]): UndoStep[] =>
  [...steps].reverse().sort((a, b) => b.write - a.write);

/** What became of an undo step. */
export type Undone = { step: UndoStep } &
  /**
   * Of a removal: `regions` are gone; `completed` are Completed, and stay. Of replica counts: they were set back in
   * `regions`; in the step's others somebody else has changed them since. Of the flag: `lost` were to stay when a
   * removal had opened it, and aren't in the version any more.
   */
  (
    | { result: "undone"; regions?: RegionName[]; completed?: RegionName[]; lost?: LostRegion[] }
    /** Nothing was left of what it would take back. */
    | { result: "nothingToUndo"; completed?: RegionName[]; lost?: LostRegion[] }
    /** It isn't to be taken back, or couldn't be: it is left over; of several disks or regions these, where it is known. */
    | { result: "kept" | "failed"; fault: Fault; left?: string[] }
  );

/** An entry but for its step. */
export type UndoResult = Undone extends infer U
  ? U extends Undone
    ? Omit<U, "step">
    : never
  : never;

/** Regions that a removal has found Completed, and has left. */
export const foundCompleted = (undone: Undone): readonly RegionName[] =>
  "completed" in undone ? (undone.completed ?? []) : [];

/** Regions that were to stay when the flag was opened, and are gone. */
export const foundLost = (undone: Undone): readonly LostRegion[] =>
  "lost" in undone ? (undone.lost ?? []) : [];

/** What is taken back: nothing but what nobody wants to keep, or all that the run did as well. */
export type UndoPolicy = "keepHealthy" | "rollBack";

/**
 * Due under each policy. A success is taken back by `keepHealthy` as well: also a run that goes on without a region
 * has perhaps removed it, and has sent no PUT since that would have closed the flag.
 */
const DUE: Record<UndoPolicy, (activity: UndoStep["activity"]) => boolean> = {
  keepHealthy: (activity) => activity === "deleteDisks" || activity === "closeSafetyFlag",
  rollBack: () => true,
};

/** Regions that a run may have added to the version: how to remove them was recorded before each of its writes. */
export const begunBy = (steps: readonly UndoStep[]): RegionName[] =>
  steps.flatMap((step) => (step.activity === "removeRegions" ? step.regions : []));

/** True when a removal may have opened the safety flag: the step is recorded before its PUT. */
export const opensFlag = (steps: readonly UndoStep[]): boolean =>
  steps.some(({ activity }) => activity === "closeSafetyFlag");

/** `reconcile` looks for records of such runs, and closes the flag. */
export const leavesFlagOpen = (undone: readonly Undone[]): boolean =>
  undone.some(({ step, result }) => step.activity === "closeSafetyFlag" && result === "failed");

/** False for a step that has found nothing to take back, nor anything to tell. */
export const isWorthTelling = (undone: Undone): boolean =>
  undone.result !== "nothingToUndo" || undone.lost !== undefined;

/** Steps that are due by the policy. */
export const dueSteps = (steps: readonly UndoStep[], policy: UndoPolicy): UndoStep[] =>
  newestFirst(steps).filter(({ activity }) => DUE[policy](activity));
