import * as z from "zod";
import { TYPE_NAMES } from "../resources/type-names";
import { byRegion } from "./region-schema";

/** What a version can be made from. */
export const SOURCE_KINDS = [
  "virtualMachine",
  "managedImage",
  "disk",
  "snapshot",
  "galleryVersion",
  "vhd",
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** A clock that runs faster than that counts nothing any more. */
export const MAX_SPEED = 1_000_000;
/** Thirty years. */
const seconds = z.number().min(0).max(1_000_000_000);

/** How long things take, in seconds of the service's time; `speed` divides all of it. */
export const timingSchema = z.strictObject({
  /** Seconds of the service per second of ours. */
  speed: z.number().positive().max(MAX_SPEED).default(1),
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
  /** For so long after a region is Completed no disk can be made from the version there. */
  imageLagSeconds: seconds.default(0),
  /** For so long after a delete what the deleted resource lay in can't be deleted. */
  parentDeleteLagSeconds: seconds.default(0),
  /** A soft-deleted version can be restored for so long. */
  softDeleteSeconds: seconds.default(7 * 24 * 3600),
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
  /** A PUT that leaves out the encryption of a region that has one: taken, and the region stays
   * encrypted as it was; or denied by policy. */
  updateWithoutEncryption: z.enum(["keep", "refuse"]).default("keep"),
  /** Whether removing a region needs safetyProfile.allowDeletionOfReplicatedLocations. */
  regionRemoval: z.enum(["needsFlag", "silent"]).default("needsFlag"),
  /** When provisioningState becomes Succeeded: with the last region, or with the source region. */
  succeeds: z.enum(["withLastRegion", "withSourceRegion"]).default("withLastRegion"),
  /** Defaults of new versions: those of the api-version that a client sends (zone-redundant storage
   * since 2025-03-03; an end of life that blocks deletion, as announced for 2026-03-03), or always
   * the oldest. */
  versionDefaults: z.enum(["byApiVersion", "oldest"]).default("byApiVersion"),
  /** Kinds of sources whose versions can be encrypted with disk encryption sets. */
  encryptableSources: z
    .array(z.enum(SOURCE_KINDS))
    .default(["virtualMachine", "managedImage", "disk", "snapshot"]),
  /** Whether a version encrypted with customer-managed keys can be the source of another. */
  encryptedVersionAsSource: z.enum(["refuse", "allow"]).default("refuse"),
  /** Whether definitions with the security type TrustedLaunch or TrustedLaunchSupported take only
   * the sources that are documented for them. */
  securityTypeSources: z.enum(["documented", "anyTaken"]).default("documented"),
  /** An encrypted capture of a Trusted Launch VM: its regions fail and only they tell; or the
   * operation fails, too; or nothing fails. */
  trustedLaunchCapture: z.enum(["regionFails", "operationFails", "works"]).default("regionFails"),
  /** How many versions can be made from one source at the same time; no limit unless given. */
  writesPerSource: z.int().min(1).optional(),
  /** When a busy source tells: the PUT is refused, or its operation fails. */
  busySource: z.enum(["refusesPut", "failsOperation"]).default("refusesPut"),
  /** Which versions in the state Failed take another PUT before they are deleted. */
  failedVersionTakesPut: z
    .enum(["whereARegionIsCompleted", "always", "never"])
    .default("whereARegionIsCompleted"),
  /** What an accepted update leaves whose operation fails for a reason of its own: what was sent, or
   * the version as it was before. */
  failedUpdate: z.enum(["keepsBody", "restoresBody"]).default("keepsBody"),
  /** Status of the refusal while another operation is in flight. */
  concurrentChangeStatus: z.union([z.literal(409), z.literal(400)]).default(409),
  /** Whether a set that encrypts disks, snapshots or managed images can be deleted. */
  encryptionSetInUse: z.enum(["refuseDelete", "allowDelete"]).default("refuseDelete"),
  /** Largest replica count of a region. */
  maxReplicaCount: z.int().min(1).default(100),
  /** Whether polling an operation needs the right to read operations, which lies at the
   * subscription. Whoever may write in a group only can poll in Azure. */
  pollRights: z.enum(["notChecked", "checked"]).default("notChecked"),
  /** Accepted api-versions by type; a type that isn't listed takes any. */
  apiVersions: z
    .record(z.string().toLowerCase(), z.array(z.string()).min(1))
    .superRefine((given, context) => {
      const known = TYPE_NAMES.map((type) => type.toLowerCase());
      for (const type of Object.keys(given))
        if (!known.includes(type))
          context.addIssue({
            code: "custom",
            path: [type],
            message: `"${type}" is no type that is served: ${TYPE_NAMES.join(", ")}`,
          });
    })
    .default({}),
});

export type Timing = z.infer<typeof timingSchema>;
export type Behaviour = z.infer<typeof behaviourSchema>;
