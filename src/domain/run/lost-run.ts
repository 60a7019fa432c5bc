import { fault, type Fault } from "../fault";
import type { ImageVersionBody, TargetRegion } from "../plan/image-version-body";
import { regionName, type RegionName } from "../region-name";
import type { PublishRequest } from "../request/publish-request";
import { promoted } from "../rollout/latest";
import { begunBy, type UndoStep } from "../rollout/undo";
import { failedRegion, judge, type FinalState, type RegionOutcome } from "./outcome";
import { ownWrites } from "./own-writes";
import {
  anyCompleted,
  completedRegions,
  encryptionChanged,
  foldReading,
  notAsPlanned,
  type ReplicationReading,
} from "./replication";
import { cancelledBy, type Signal } from "./signals";

/** Everything that is left of a run whose orchestration ended, or is gone, before it was recorded. */
export interface Traces {
  run: { runId: string; fingerprint: string; action?: "promote" };
  request: PublishRequest;
  /** The version as Azure has it now; absent when there is none. */
  version?: { body: ImageVersionBody; reading: ReplicationReading };
  /** Regions as the run has planned them, or, when it was a promotion, has found them. */
  planned: readonly TargetRegion[];
  /** Recorded before each of the run's writes. */
  undo: readonly UndoStep[];
  cancel?: Signal | undefined;
  /** Of a person's promotion: Completed regions that were to stay out of `latest`. */
  leftOut?: readonly RegionOutcome[];
  /** Another run has taken the version since. */
  isSuperseded: boolean;
  /** Nothing shows that the run was ever begun. */
  isUnstarted: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** How such a run has to be recorded, by what Azure shows. */
export interface LostRun {
  state: FinalState;
  regions: RegionOutcome[];
  /** A write of the run may have been accepted. */
  written: boolean;
  /** Number of its last write. */
  writes: number;
  /** Regions that the run had begun, or was to begin, and that the version doesn't have. */
  removed?: RegionName[];
  provisioningState?: string;
  /** Some region of the version is Completed, of the request's or others. */
  someCompleted?: boolean;
  /** Regions of the version that weren't excluded from `latest` then; absent where nobody has seen it. */
  inLatest?: readonly RegionName[];
  fault?: Fault;
}

/**
 * Judges a lost run by Azure alone: a region is there when it is Completed, whatever the run knew. It is
 * published only if nothing was left to do; else it has failed, also when all that is missing is `latest`.
 */
export function judgeLostRun(traces: Traces): LostRun {
  const { version, run, undo } = traces;
  const { isLast, written, writes } = ownWrites(run, version?.body.tags, undo);
  const regions = regionsOf(traces, written);
  const known = {
    regions,
    written,
    writes,
    ...(version === undefined
      ? {}
      : {
          removed: absentOf(regions, version.reading),
          provisioningState: version.reading.provisioningState,
          someCompleted: anyCompleted(version.reading),
          inLatest: version.reading.inLatest,
        }),
  };
  if (isLast && version !== undefined && isDone(traces, version.body, regions))
    return { ...known, state: run.action === "promote" ? "promoted" : "published" };
  const state = stateOf(traces, written, regions);
  return { ...known, state, fault: whyLost(traces) };
}

const absentOf = (
  regions: readonly RegionOutcome[],
  { targetRegions }: ReplicationReading,
): RegionName[] =>
  regions.map(({ region }) => region).filter((region) => !targetRegions.includes(region));

function stateOf(
  { cancel, run }: Traces,
  written: boolean,
  regions: RegionOutcome[],
): LostRun["state"] {
  if (cancel !== undefined) return "cancelled";
  if (!written) return "rejected";
  if (run.action === "promote") return "failed";
  return regions.some(({ kind }) => kind === "completed") ? "partlyPublished" : "failed";
}

/**
 * Everything that the run was to bring about is there, and in `latest` as the request wants it. That is never so of a run
 * that somebody has cancelled: with its way into `latest` it would have excluded that.
 */
function isDone(
  { request, run, cancel, planned, leftOut = [] }: Traces,
  body: ImageVersionBody,
  outcomes: RegionOutcome[],
): boolean {
  if (cancel !== undefined) return false;
  const regions = outcomes.flatMap(({ region, kind }) => (kind === "completed" ? [region] : []));
  const enough =
    run.action === "promote"
      ? outcomes.every((outcome) => outcome.kind === "completed" || leftOut.includes(outcome))
      : judge(outcomes, request.rollout.requiredRegions) === "published";
  // That a region was verified shows in nothing but in that it was promoted.
  if (run.action !== "promote" && request.rollout.verify === "disk" && request.excludeFromLatest)
    return false;
  if (run.action !== "promote" && !hasCounts(body, planned, regions)) return false;
  const othersStayOut = run.action === "promote" ? true : undefined;
  return enough && promoted(body, request, { whole: true, regions, othersStayOut }) === undefined;
}

/** A run may only have had to scale; and what it has scaled may have been taken back. */
function hasCounts(
  { publishingProfile }: ImageVersionBody,
  planned: readonly TargetRegion[],
  regions: readonly RegionName[],
): boolean {
  const counts = new Map(
    publishingProfile.targetRegions.map((one) => [regionName(one.name), one.regionalReplicaCount]),
  );
  return planned.every(({ name, regionalReplicaCount: count }) => {
    const region = regionName(name);
    return count === undefined || !regions.includes(region) || counts.get(region) === count;
  });
}

function regionsOf(traces: Traces, written: boolean): RegionOutcome[] {
  const { request, run, version, undo, now } = traces;
  if (run.action === "promote") return thereIn(traces);
  const names = request.targetRegions.map(({ name }) => name);
  if (!written) return names.map((region) => ({ region, kind: "notStarted" }));
  const begun = new Set(begunBy(undo));
  const present = new Set(version?.reading.targetRegions);
  const progress = names
    .filter((name) => present.has(name))
    .map((name) => ({
      name,
      state: "pending" as const,
      progress: 0,
      wave: 1,
      startedAt: now,
      lastChangeAt: now,
    }));
  const found = version === undefined ? undefined : foldReading(progress, version.reading, now);
  const outcomes = new Map<RegionName, RegionOutcome>(
    found?.outcomes?.map((outcome) => [outcome.region, outcome]),
  );
  const states = new Map(found?.progress.map(({ name, state }) => [name, state]));
  return names.map((region) => {
    const state = states.get(region);
    const other = version && state && notAsPlanned(region, version.reading);
    if (other !== undefined) return failedRegion(region, other);
    if (state === "completed") return { region, kind: "completed" };
    if (state === undefined)
      return begun.has(region) ? failed(region, ABSENT) : { region, kind: "notStarted" };
    return outcomes.get(region) ?? failed(region, `it is ${state}; Azure may yet complete it`);
  });
}

/** What a promotion is about, whether it has come to its write or not; it begins no region. */
function thereIn({ version, leftOut = [] }: Traces): RegionOutcome[] {
  const out = new Map(leftOut.map((outcome) => [outcome.region, outcome]));
  const otherwise = new Set(version?.reading.otherwiseEncrypted);
  return completedRegions(version?.reading.summary ?? []).map((region): RegionOutcome => {
    if (otherwise.has(region)) return failedRegion(region, encryptionChanged(region));
    return out.get(region) ?? { region, kind: "completed" };
  });
}

const ABSENT = "the run had begun it, and the version doesn't have it now";

const failed = (region: RegionName, what: string): RegionOutcome =>
  failedRegion(region, lost(`the run ended before ${region} was there: ${what}`));

function whyLost({ cancel, isSuperseded, isUnstarted }: Traces): Fault {
  if (cancel === undefined) return isSuperseded && isUnstarted ? SUPERSEDED : RUN_LOST;
  return cancelledBy(cancel);
}

/** Of a region that the run had begun, and that a look has found on its way. */
export const endedBefore = (region: RegionName): Fault =>
  lost(`the run ended before ${region} was there; Azure may yet complete it`);

const lost = (message: string): Fault =>
  fault(
    "RunLost",
    "operator",
    message,
    "run the request again: it continues from what Azure has; look in the log of the host for why the run ended",
  );

/** A reservation of which nothing became: its sender was gone before the start, or lost the race to another. */
const SUPERSEDED = fault(
  "RunSuperseded",
  "operator",
  "the run was never started: another run had taken the version when it was its turn; nothing was done for it",
  "send the request again, or redrive the failure",
);

/** What ended the run as a whole. */
export const RUN_LOST = lost(
  "the run's orchestration ended, or is gone, before its end was recorded: terminated, failed, or its task hub lost",
);
