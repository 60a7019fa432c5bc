import type { ActivityOutcome, Decision } from "./decision";
import type { Instance, WorkItem } from "./model";
import type { Write } from "./store/store";

/** Hears what the engine has done, after it was committed. Durations are in milliseconds. */
export interface EngineObserver {
  /** `instance` is as it was before. */
  episodeEnded(instance: Instance, decision: Decision, durationMs: number): void;
  activityEnded(work: WorkItem, outcome: ActivityOutcome, durationMs: number): void;
  committed(write: Write): void;
}
