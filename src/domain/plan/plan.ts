import type { Problem, Remark } from "../problem";
import type { RegionName } from "../region-name";
import type { TargetRegion } from "./image-version-body";

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
  operation: RegionOperation;
}

export interface Wave {
  regions: RegionName[];
}

/** What is decided, beside everything that is to be known about it. */
export type Plan = { remarks: Remark[] } & (
  | {
      kind: "create" | "extend";
      waves: Wave[];
      difference: Change[];
      targetRegions: TargetRegion[];
    }
  | { kind: "nothingToDo"; difference: Change[]; regions: RegionName[] }
  | { kind: "impossible"; problems: Problem[] }
);

/**
 * Decides what to do from what every region answered. One problem anywhere makes the plan
 * impossible: nothing is written unless everything can be.
 */
export function makePlan(input: {
  exists: boolean;
  prepared: PreparedRegion[];
  problems: Problem[];
  remarks?: Remark[];
}): Plan {
  const { exists, prepared, problems, remarks = [] } = input;
  if (problems.length > 0) return { kind: "impossible", problems, remarks };
  const difference = prepared.map(({ region, operation }) => ({ region, operation }));
  const regions = difference.map(({ region }) => region);
  if (exists && difference.every(({ operation }) => operation === "unchanged"))
    return { kind: "nothingToDo", difference, regions, remarks };
  return {
    kind: exists ? "extend" : "create",
    waves: [{ regions }],
    difference,
    targetRegions: prepared.map(({ targetRegion }) => targetRegion),
    remarks,
  };
}
