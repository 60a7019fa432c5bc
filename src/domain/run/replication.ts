import { fault, type Fault } from "../fault";
import type { UnencryptedDisks } from "../plan/version-disks";
import { regionName, type RegionName } from "../region-name";
import { isInFlight } from "./in-flight";
import { failedRegion, type RegionOutcome } from "./outcome";
import type { RegionProgress } from "./progress";

/** One look at a version's replication: everything that `$expand=ReplicationStatus` tells. */
export interface ReplicationReading {
  provisioningState: string;
  /** Regions that the version has; a region that vanished is not among them. */
  targetRegions: RegionName[];
  summary: {
    region: string;
    state: string;
    progress: number;
    details: string;
    /** What the details ask for, where they are known to name a lasting cause. */
    cause?: Pick<Fault, "advice" | "action">;
  }[];
  /** Regions of the version that aren't excluded from `latest`. */
  inLatest: RegionName[];
  /** LUNs of the version's data disks in its own order, where Azure shows them. */
  dataLuns?: number[];
  /** Regions that are there with other disk encryption sets than planned; absent when there are none. */
  otherwiseEncrypted?: RegionName[];
  /** Data disks that nobody encrypted, where others of the region are; absent when there are none. */
  unencrypted?: UnencryptedDisks[];
  /** Read when the version ended Failed: the operation's own error. */
  operationFault?: Fault;
  /** Why that couldn't be read. */
  operationUnread?: Fault;
}

export interface Verdict {
  progress: RegionProgress[];
  /** Set once nothing more is to be expected. */
  outcomes?: RegionOutcome[];
}

/**
 * Folds a reading into the regions' progress and decides whether the wave is over. A region is done
 * by its own `Completed`, never by `provisioningState`, which can say Succeeded before the regions
 * are there. A region that says Failed is final once no operation is in flight any more.
 */
export function foldReading(
  before: RegionProgress[],
  reading: ReplicationReading,
  now: number,
): Verdict {
  const states = new Map(reading.summary.map((entry) => [regionName(entry.region), entry]));
  const progress = before.map((region) => advance(region, states.get(region.name), now));
  if (isInFlight(reading.provisioningState)) return { progress };
  const operationFailed = isFailed(reading);
  const settled = progress.every(
    (region) =>
      region.state === "completed" ||
      region.state === "failed" ||
      operationFailed ||
      !reading.targetRegions.includes(region.name),
  );
  if (!settled) return { progress };
  const outcomes = progress.map((region) => outcomeOf(region, reading, states.get(region.name)));
  const failed = new Set(outcomes.filter((o) => o.kind === "failed").map((o) => o.region));
  return {
    progress: progress.map((region) =>
      failed.has(region.name) && region.state !== "failed"
        ? { ...region, state: "failed", lastChangeAt: now }
        : region,
    ),
    outcomes,
  };
}

function advance(
  region: RegionProgress,
  entry: ReplicationReading["summary"][number] | undefined,
  now: number,
): RegionProgress {
  if (entry === undefined) return region;
  const state = stateOf(entry.state);
  const progress = state === "completed" ? 100 : entry.progress;
  if (state === region.state && progress === region.progress) return region;
  return { ...region, state, progress, lastChangeAt: now };
}

function stateOf(state: string): RegionProgress["state"] {
  switch (state.toLowerCase()) {
    case "completed":
      return "completed";
    case "failed":
      return "failed";
    default:
      return "replicating";
  }
}

function outcomeOf(
  region: RegionProgress,
  reading: ReplicationReading,
  entry: ReplicationReading["summary"][number] | undefined,
): RegionOutcome {
  const other = notAsPlanned(region.name, reading);
  if (other !== undefined) return failedRegion(region.name, other);
  if (region.state === "completed") return { region: region.name, kind: "completed" };
  return failedRegion(region.name, regionFault(region.name, entry, reading));
}

/** Why a region isn't what was planned, however far its replication is: gone, or under other keys. */
export function notAsPlanned(
  region: RegionName,
  {
    targetRegions,
    otherwiseEncrypted,
    unencrypted,
  }: Pick<ReplicationReading, "targetRegions" | "otherwiseEncrypted" | "unencrypted">,
): Fault | undefined {
  if (!targetRegions.includes(region)) return regionVanished(region);
  if (otherwiseEncrypted?.includes(region) === true) return encryptionChanged(region);
  const open = unencrypted?.find((one) => one.region === region);
  return open === undefined ? undefined : notEncrypted(open);
}

/** Why a region that was Completed isn't any more; undefined while it is, and as it was planned. */
export function notAsCompleted(region: RegionName, reading: ReplicationReading): Fault | undefined {
  const other = notAsPlanned(region, reading);
  if (other !== undefined) return other;
  const entry = reading.summary.find((one) => regionName(one.region) === region);
  switch (entry === undefined ? undefined : stateOf(entry.state)) {
    case "completed":
      return undefined;
    case "failed":
      return regionFault(region, entry, reading);
    default:
      return replicatesAgain(region);
  }
}

/** Somebody has taken it away and added it back, or the whole version: it may come, but it isn't there. */
const replicatesAgain = (region: RegionName): Fault =>
  fault(
    "RegionReplicatesAgain",
    "repeat",
    `region ${region} was Completed, and is not any more: somebody else has written it anew, and Azure may yet complete it`,
    "find the other writer (activity log of the version), then run the request again: it waits for the region",
  );

/** Why a region has failed that the version had, and hasn't any more. */
export const regionVanished = (region: RegionName): Fault =>
  fault(
    "RegionVanished",
    "repeat",
    `the version has no target region ${region} any more: somebody else has written it`,
    "find the other writer (activity log of the version), then run the request again",
  );

/** Somebody wrote one of our regions since the plan was made, with other keys: never go on. */
export const encryptionChanged = (region: RegionName): Fault =>
  fault(
    "EncryptionChangedSincePlan",
    "operator",
    `region ${region} was written by somebody else with other disk encryption sets than planned`,
    "find the other writer (activity log of the version), then run the request again",
  );

/** The last look at a source and the write aren't one step: what came of it is looked at, too. */
const notEncrypted = ({ region, luns }: UnencryptedDisks): Fault =>
  fault(
    "DataDiskNotEncrypted",
    "operator",
    `in ${region} no disk encryption set is used for the data disk at LUN ${luns.join(", ")}: it is under platform-managed keys`,
    "delete the version if nobody uses it yet, then publish another version number with a set for every data disk",
  );

const REPEAT =
  "run the request again: the same PUT is repeated; if it fails again, remove the region and add it back";
const AFTER_FAILED =
  "the version is Failed, no region is completed, and it takes no further write: delete it, then send the request again; or publish another version number";

/** The service's own words for the region; the operation's code where the region gives none. */
function regionFault(
  region: RegionName,
  entry: ReplicationReading["summary"][number] | undefined,
  reading: ReplicationReading,
): Fault {
  const { details, cause: own } = entry ?? {};
  const operation = reading.operationFault;
  // Azure's own "try again" doesn't hold for a version that ended Failed without a region.
  const next = isFailed(reading) && !anyCompleted(reading) ? AFTER_FAILED : REPEAT;
  const told = own ?? (operation?.advice === "operator" ? operation : undefined);
  const cause = told === undefined ? "" : `${told.action}; `;
  const message =
    [...new Set([details, operation?.message, unread(reading)])].filter(Boolean).join(" — ") ||
    `replication to ${region} failed and the service gave no details`;
  return {
    code: operation?.code ?? "ReplicationFailed",
    advice: own?.advice ?? operation?.advice ?? "repeat",
    message,
    action: own?.advice === "permanent" ? own.action : `${cause}${next}`,
    ...(operation?.correlationId === undefined ? {} : { correlationId: operation.correlationId }),
  };
}

const unread = ({ operationUnread }: ReplicationReading): string | undefined =>
  operationUnread &&
  `the operation's own error couldn't be read (${operationUnread.code}: ${operationUnread.message})`;

function isFailed(reading: ReplicationReading): boolean {
  return reading.provisioningState.toLowerCase() === "failed";
}

/** The regions of a version that are there, of those that are watched or others. */
export const completedRegions = (
  summary: readonly { region: string; state: string }[],
): RegionName[] =>
  summary
    .filter(({ state }) => stateOf(state) === "completed")
    .map(({ region }) => regionName(region));

/** True when any is. */
export const anyCompleted = ({ summary }: Pick<ReplicationReading, "summary">): boolean =>
  completedRegions(summary).length > 0;

/**
 * Outcomes when the time is over: what is Completed counts, the rest says that it may still come.
 * @param reading the last one, if there was any: what it shows gone, or under other keys, isn't there
 */
export const timedOut = (
  progress: RegionProgress[],
  timeoutMs: number,
  reading?: ReplicationReading,
): RegionOutcome[] =>
  cutShort(progress, reading, (region) =>
    fault(
      "ReplicationTimedOut",
      "repeat",
      `still ${region.state} at ${region.progress} % after ${Math.round(timeoutMs / 60_000)} minutes${stoodStill(region)}; Azure may yet complete it`,
      "run the request again: it continues from what Azure has",
    ),
  );

/** Outcomes of regions that nobody looks at any longer; `why` is that of those that aren't Completed. */
export const cutShort = (
  progress: readonly RegionProgress[],
  reading: ReplicationReading | undefined,
  why: (region: RegionProgress) => Fault,
): RegionOutcome[] =>
  progress.map((region) => {
    const other = reading === undefined ? undefined : notAsPlanned(region.name, reading);
    if (other !== undefined) return failedRegion(region.name, other);
    return region.state === "completed"
      ? { region: region.name, kind: "completed" }
      : failedRegion(region.name, why(region));
  });

const stoodStill = ({ stalledSince }: RegionProgress): string =>
  stalledSince === undefined
    ? ""
    : `, and it has stood still there since ${new Date(stalledSince).toISOString()}`;
