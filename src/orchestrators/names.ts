import { RetryOptions } from "durable-functions";

/**
 * Durable names and retry policy, in one place: renaming one breaks the runs that are in flight, so
 * it should look like an act. Activity names are the keys of `createActivities`.
 */
export const PUBLISH_IMAGE_VERSION = "publishImageVersion";
export const PROMOTE_IMAGE_VERSION = "promoteImageVersion";
export const WATCH_REGIONS = "watchRegions";
export const RECONCILE_PUBLICATION = "reconcilePublication";

/** Raised when somebody has said something to a run: what it is stands in storage. */
export const SIGNALLED = "signalled";

const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_INTERVAL_MS = 60_000;
const ATTEMPTS = 6;
/** Losing a record is worse than a late one: about an hour before a run gives up recording. */
const RECORDING_ATTEMPTS = 60;

/**
 * What tells of a run, what is said to it, what writes the version, and what takes that back: each write's undo steps
 * are recorded first. After an ending there is nobody left to notice; and what Azure does well mustn't fail because a
 * topic or a store is away for a few minutes.
 */
const TO_BE_PATIENT_WITH: ReadonlySet<string> = new Set([
  "announceTransition",
  "closeSafetyFlag",
  "createOrReplicateVersion",
  "deleteDisks",
  "deleteVersion",
  "promoteVersion",
  "readSignals",
  "readUndo",
  "recordOutcome",
  "recordFailure",
  "removeRegions",
  "restoreReplicaCounts",
]);

/** For what an activity throws: storage away, a mistake of ours. Azure's trouble is returned. */
export function retryPolicy(activity: string): RetryOptions {
  const attempts = TO_BE_PATIENT_WITH.has(activity) ? RECORDING_ATTEMPTS : ATTEMPTS;
  const options = new RetryOptions(FIRST_RETRY_MS, attempts);
  options.backoffCoefficient = 2;
  options.maxRetryIntervalInMilliseconds = MAX_RETRY_INTERVAL_MS;
  return options;
}
