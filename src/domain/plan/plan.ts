import { warning, type Problem, type Remark } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { TargetRegion } from "./image-version-body";
import type { Promotion } from "../rollout/latest";
import { planWaves, type WaveOrder } from "../rollout/waves";
import { manyReplicas } from "./many-replicas";
import type { ExistingRegion } from "./region-to-prepare";

/**
 * What happens to one region. `repeat`: Azure gave its replication up, and the same PUT is its own
 * first advice.
 */
export type RegionOperation = "create" | "replicate" | "scale" | "repeat" | "unchanged";

/** A region that can be written: its disk encryption sets are found and fit. */
export interface PreparedRegion {
  region: RegionName;
  operation: RegionOperation;
  targetRegion: TargetRegion;
}

export interface Change {
  region: RegionName;
  /** `kept`: the request doesn't name a region of the version. Publishing never removes one. */
  operation: RegionOperation | "kept";
  /** Replicas now and then; a region that isn't there yet has none now. */
  replicas: { from?: number; to: number };
}

export interface Wave {
  regions: RegionName[];
}

/** What a plan costs in Azure. */
export interface Extent {
  /** Of all regions together; each is billed as storage. */
  replicas: { before: number; after: number };
  /**
   * What leaves the source region. Azure bills it once for each region that is added: further
   * replicas are made inside of it.
   */
  egress: {
    regions: number;
    /** At most, by the size of the source's disks; absent when Azure doesn't tell it. */
    gigabytes?: number;
  };
}

/** What is decided, beside everything that is to be known about it. */
export type Plan = RolloutPlan | ({ kind: "impossible"; problems: Problem[] } & Remarks);

interface Remarks {
  remarks: Remark[];
}

/** A plan that can be carried out, also when there is only to be watched. */
export type RolloutPlan = {
  waves: Wave[];
  difference: Change[];
  targetRegions: TargetRegion[];
  /** What the run takes into `latest` when everything required is there; absent when that is nothing. */
  latest?: Promotion;
} & Remarks &
  (
    | { kind: "create" | "extend"; extent: Extent }
    /** A run of the same request is writing already: there is only to be watched. */
    | { kind: "adopt"; runId: string }
    | { kind: "nothingToDo" }
  );

/** What a plan is made from. */
export interface PlanFacts {
  image: { location: RegionName };
  /** Regions of the version; absent when there is none. */
  existing?: readonly ExistingRegion[];
  /** Run of the same request whose write is going on. */
  writtenBy?: string;
  /** The version is there and excluded from `latest`. */
  excluded?: true;
  /** What a lost run of the same request has left to be taken into `latest`. */
  owed?: Promotion;
  /** Of the source's disks together, where Azure tells. */
  sizeInGB?: number;
  prepared: readonly PreparedRegion[];
  problems: Problem[];
  /** Reasons against a write, but not against the version as it is. */
  writeProblems?: Problem[];
  remarks?: Remark[];
  rollout: { waves: WaveOrder };
}

/**
 * Decides what to do from what every region answered. One problem anywhere makes the plan
 * impossible: nothing is written unless everything can be.
 */
export function makePlan(facts: PlanFacts): Plan {
  const { existing, image, prepared, rollout, writtenBy, writeProblems = [] } = facts;
  const problems = [...facts.problems, ...writeProblems];
  const remarks = facts.remarks ?? [];
  if (facts.problems.length > 0) return { kind: "impossible", problems, remarks };
  const difference = differenceOf(facts);
  const regions = prepared.map(({ region }) => region);
  const latest = latestOf(facts, difference);
  const common = {
    ...(latest === undefined ? {} : { latest }),
    waves: planWaves(regions, image.location, rollout.waves).map((wave) => ({ regions: wave })),
    difference,
    targetRegions: prepared.map(({ targetRegion }) => targetRegion),
  };
  const stays = (...operations: RegionOperation[]): boolean =>
    existing !== undefined && prepared.every(({ operation }) => operations.includes(operation));
  const beside = [...remarks, ...writeProblems.map(warning)];
  if (writtenBy !== undefined && stays("unchanged", "repeat"))
    return { kind: "adopt", runId: writtenBy, ...common, remarks: beside };
  if (stays("unchanged")) return { kind: "nothingToDo", ...common, remarks: beside };
  if (problems.length > 0) return { kind: "impossible", problems, remarks };
  const extent = extentOf(facts, difference);
  const many = manyReplicas(extent.replicas.after);
  const kind = existing === undefined ? "create" : "extend";
  return { kind, extent, ...common, remarks: [...remarks, ...many] };
}

/** One wave of a plan, as it is carried out. */
export interface WaveToPublish {
  /** The first is 0. */
  number: number;
  regions: RegionName[];
  /** False when Azure has all of its regions as they should be: there is only to be watched. */
  toWrite: boolean;
  /** The version wasn't there before this plan. */
  createdByRun: boolean;
}

/** The waves of a plan in their order. */
export function wavesToPublish({ kind, waves, difference }: RolloutPlan): WaveToPublish[] {
  const stays = new Set(
    difference.filter(({ operation }) => operation === "unchanged").map(({ region }) => region),
  );
  return waves.map(({ regions }, number) => ({
    number,
    regions,
    toWrite: kind !== "adopt" && regions.some((region) => !stays.has(region)),
    createdByRun: kind === "create",
  }));
}

/**
 * A version that was there before and is excluded stays so: that is a person's to decide. But where a lost run has only
 * not come to it, the exclusion is ours.
 */
function latestOf(
  { existing, excluded, owed }: PlanFacts,
  difference: readonly Change[],
): Promotion | undefined {
  const added = addedRegions(difference);
  if (existing === undefined) return { whole: true, regions: added };
  if (owed !== undefined)
    return { whole: owed.whole, regions: [...new Set([...owed.regions, ...added])] };
  return excluded === true || added.length === 0 ? undefined : { whole: false, regions: added };
}

/** Regions that the plan adds to the version. */
const addedRegions = (difference: readonly Change[]): RegionName[] =>
  difference
    .filter(({ operation }) => operation === "create" || operation === "replicate")
    .map(({ region }) => region);

/** What of a plan one wave writes. */
export const wanted = ({ targetRegions }: RolloutPlan, regions: readonly RegionName[]) =>
  targetRegions.filter(({ name }) => regions.includes(regionName(name)));

/** The request's regions in its order, then those that only the version has. */
function differenceOf({ existing = [], prepared }: PlanFacts): Change[] {
  const there = new Map(
    existing.map(({ targetRegion }) => [regionName(targetRegion.name), replicasOf(targetRegion)]),
  );
  const changes = prepared.map(({ region, operation, targetRegion }): Change => {
    const from = there.get(region);
    there.delete(region);
    const to = replicasOf(targetRegion);
    return { region, operation, replicas: from === undefined ? { to } : { from, to } };
  });
  const kept = [...there].map(([region, count]): Change => ({
    region,
    operation: "kept",
    replicas: { from: count, to: count },
  }));
  return [...changes, ...kept];
}

/** One is Azure's own default. */
const replicasOf = ({ regionalReplicaCount = 1 }: TargetRegion): number => regionalReplicaCount;

function extentOf({ image, sizeInGB }: PlanFacts, difference: Change[]): Extent {
  const sum = (count: (change: Change) => number): number =>
    difference.reduce((total, change) => total + count(change), 0);
  const regions = difference.filter(
    ({ region, operation }) =>
      region !== image.location && (operation === "replicate" || operation === "repeat"),
  ).length;
  return {
    replicas: {
      before: sum(({ replicas }) => replicas.from ?? 0),
      after: sum(({ replicas }) => replicas.to),
    },
    egress: {
      regions,
      ...(sizeInGB === undefined ? {} : { gigabytes: sizeInGB * regions }),
    },
  };
}
