import * as z from "zod";
import { byRegion } from "./region-schema";

const seconds = z.number().min(0);

/** How long things take, in seconds of the service's time; `speed` divides all of it. */
export const timingSchema = z.strictObject({
  /** Seconds of the service per second of ours. */
  speed: z.number().positive().default(1),
  /** A region's replication: baseSeconds + secondsPerGb × size of all disks, × the region's factor. */
  baseSeconds: seconds.default(180),
  secondsPerGb: seconds.default(6),
  /** Factors by region; the source region's is 1 unless given. */
  regionFactors: byRegion(z.number().positive()).prefault({}),
  /** Regions without a factor get one between 1 and 1 + spread, always the same for a region. */
  spread: z.number().min(0).default(0.3),
  /** A region's state is Unknown for so long at the beginning. */
  unknownSeconds: seconds.default(30),
  /** A failing region fails after this share of the time it would have taken. */
  failAt: z.number().min(0).max(1).default(0.6),
  /** An update of a version in which no region is added or repeated. */
  updateSeconds: seconds.default(150),
  deleteSeconds: seconds.default(90),
  gallerySeconds: seconds.default(10),
  encryptionSetSeconds: seconds.default(10),
  /** An operation that a fault lets fail. */
  failedOperationSeconds: seconds.default(60),
});

/** Where Azure is known to differ from case to case, or where its behaviour is only assumed. */
export const behaviourSchema = z.strictObject({
  /** How regions are written in targetRegions… */
  regionNames: z.enum(["display", "short"]).default("display"),
  /** …and in replicationStatus.summary. */
  summaryRegionNames: z.enum(["display", "short"]).default("short"),
  /** List answers with more entries have a nextLink. */
  pageSize: z.int().min(1).default(100),
  /** Retry-After of operations in seconds; auto: 1 when the clock is sped up, otherwise none. */
  retryAfter: z.union([z.enum(["auto", "none"]), z.int().min(0)]).default("auto"),
  /** A PUT that leaves out the encryption of a region that has one: taken, and the encryption is
   * lost (recorded); or taken and kept; or denied by policy. */
  updateWithoutEncryption: z.enum(["drop", "keep", "refuse"]).default("drop"),
  /** Whether removing a region needs safetyProfile.allowDeletionOfReplicatedLocations. */
  regionRemoval: z.enum(["needsFlag", "silent"]).default("needsFlag"),
  /** When provisioningState becomes Succeeded: with the last region, or with the source region. */
  succeeds: z.enum(["withLastRegion", "withSourceRegion"]).default("withLastRegion"),
  /** Largest replica count of a region. */
  maxReplicaCount: z.int().min(1).default(100),
  /** Accepted api-versions by type; a type that isn't listed takes any. */
  apiVersions: z.record(z.string().toLowerCase(), z.array(z.string()).min(1)).default({}),
});

export type Timing = z.infer<typeof timingSchema>;
export type Behaviour = z.infer<typeof behaviourSchema>;
