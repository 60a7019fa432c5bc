import { warning, type Problem, type Remark } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { TargetRegion } from "./image-version-body";
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
export type Plan = { remarks: Remark[] } & (
  | {
      kind: "create" | "extend";
      waves: Wave[];
      difference: Change[];
      targetRegions: TargetRegion[];
      extent: Extent;
    }
  /** A run of the same request is writing already: there is only to be watched. */
  | { kind: "adopt"; runId: string; difference: Change[]; regions: RegionName[] }
  | { kind: "nothingToDo"; difference: Change[]; regions: RegionName[] }
  | { kind: "impossible"; problems: Problem[] }
);

/** What a plan is made from. */
export interface PlanFacts {
  image: { location: RegionName };
  /** Regions of the version; absent when there is none. */
  existing?: readonly ExistingRegion[];
  /** Run of the same request whose write is going on. */
  writtenBy?: string;
  /** Of the source's disks together, where Azure tells. */
  sizeInGB?: number;
  prepared: readonly PreparedRegion[];
  problems: Problem[];
  /** Reasons against a write, but not against the version as it is. */
  writeProblems?: Problem[];
  remarks?: Remark[];
}

/**
 * Decides what to do from what every region answered. One problem anywhere makes the plan
 * impossible: nothing is written unless everything can be.
 */
export function makePlan(facts: PlanFacts): Plan {
  const { existing, prepared, writtenBy, writeProblems = [] } = facts;
  const problems = [...facts.problems, ...writeProblems];
  const remarks = facts.remarks ?? [];
  if (facts.problems.length > 0) return { kind: "impossible", problems, remarks };
  const difference = differenceOf(facts);
  const regions = prepared.map(({ region }) => region);
  const stays = (...operations: RegionOperation[]): boolean =>
    existing !== undefined && prepared.every(({ operation }) => operations.includes(operation));
  const beside = [...remarks, ...writeProblems.map(warning)];
  if (writtenBy !== undefined && stays("unchanged", "repeat"))
    return { kind: "adopt", runId: writtenBy, difference, regions, remarks: beside };
  if (stays("unchanged")) return { kind: "nothingToDo", difference, regions, remarks: beside };
  if (problems.length > 0) return { kind: "impossible", problems, remarks };
  const extent = extentOf(facts, difference);
  return {
    kind: existing === undefined ? "create" : "extend",
    waves: [{ regions }],
    difference,
    targetRegions: prepared.map(({ targetRegion }) => targetRegion),
    extent,
    remarks: [...remarks, ...manyReplicas(extent.replicas.after)],
  };
}

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
