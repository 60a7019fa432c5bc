import { regionName, type RegionName } from "../region-name";
import type { TargetRegion } from "./image-version-body";

/** A region of an existing version, and whether Azure gave its replication up. */
export interface ExistingRegion {
  targetRegion: TargetRegion;
  failed: boolean;
}

/** What a region's preparation needs to know besides the request. */
export interface RegionToPrepare {
  region: RegionName;
  /** LUNs of the data disks to encrypt; absent when there is neither source nor version. */
  dataLuns?: number[];
  /** Set when the version exists. */
  versionExists: boolean;
  /** The region as the existing version has it. */
  existing?: ExistingRegion;
}

/** Of everything that is known of the target, what concerns one region. */
export function regionToPrepare(
  known: { dataLuns?: number[]; existing?: ExistingRegion[] },
  region: RegionName,
): RegionToPrepare {
  const existing = known.existing?.find(
    (candidate) => regionName(candidate.targetRegion.name) === region,
  );
  return {
    region,
    ...(known.dataLuns === undefined ? {} : { dataLuns: known.dataLuns }),
    versionExists: known.existing !== undefined,
    ...(existing === undefined ? {} : { existing }),
  };
}
