import type { JsonObject } from "../json";
import type { RegionReplication } from "../replication";
import type { Encryption, StorageProfile } from "./version-body";

/** A target region with every default filled in; `name` is the short one. */
export interface TargetRegion {
  name: string;
  regionalReplicaCount: number;
  storageAccountType: string;
  excludeFromLatest: boolean;
  encryption?: Encryption;
  /** What else was given for the region, echoed as it came. */
  more: JsonObject;
}

/** Disks of the source: the LUNs that can be encrypted, and what replication has to copy. */
export interface SourceFacts {
  osDiskGb: number;
  dataDisks: { lun: number; sizeGb: number }[];
  /** Ids of what is read. */
  readFrom: string[];
  /** Present for a capture of a virtual machine with Trusted Launch; the set of its OS disk. */
  trustedLaunchVm?: { encryptionSet?: string };
}

/** The publishing profile with defaults filled in; other members are echoed as they came. */
export interface KeptProfile {
  targetRegions: TargetRegion[];
  replicaCount: number;
  /** Absent where there is a strategy. */
  storageAccountType?: string;
  storageAccountStrategy?: string;
  replicationMode: string;
  publishedDate: string;
  excludeFromLatest: boolean;
  endOfLifeDate?: string;
  [member: string]: unknown;
}

export interface VersionProperties {
  publishingProfile: KeptProfile;
  storageProfile: StorageProfile;
  safetyProfile: {
    allowDeletionOfReplicatedLocations: boolean;
    blockDeletionBeforeEndOfLife: boolean;
  };
  securityProfile?: JsonObject;
  provisioningState: string;
}

/** An image version as it is kept. */
export interface VersionRecord {
  key: string;
  id: string;
  name: string;
  type: string;
  /** Short name. */
  location: string;
  tags?: JsonObject;
  properties: VersionProperties;
  /** The operation in flight. */
  operation?: string;
  source: SourceFacts;
  /** By short region name. */
  replication: Record<string, RegionReplication>;
}

/** GB of the largest disk. */
export const largestDiskOf = (source: SourceFacts): number =>
  Math.max(source.osDiskGb, ...source.dataDisks.map((disk) => disk.sizeGb));

/** GB that a region has to copy. */
export const sizeOf = (source: SourceFacts): number =>
  source.osDiskGb + source.dataDisks.reduce((sum, disk) => sum + disk.sizeGb, 0);
