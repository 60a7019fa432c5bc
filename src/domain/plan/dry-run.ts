import type { Plan } from "./plan";
import type { WaveBodies } from "./wave-bodies";

/** What a run would do, found out without a write. */
export interface DryRun extends WaveBodies {
  plan: Plan;
  /** The plan in sentences, for people. */
  summary: string[];
  /** Calls of Resource Manager: those that were made to find this out, and the writes to come. */
  calls: { reads: number; writes: number };
}

/** Stands in the bodies of a dry run where a run has its id. */
export const NO_RUN = "{runId}";
