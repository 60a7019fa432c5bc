import type { Plan } from "./plan";

/** What a run would do, found out without a write. */
export interface DryRun {
  plan: Plan;
  /** The plan in sentences, for people. */
  summary: string[];
  /**
   * The bodies of the PUTs to come, one for each wave, in ARM's own shape. Only the tag with the
   * run's id isn't known yet.
   */
  bodies: Record<string, unknown>[];
  /** Calls of Resource Manager: those that were made to find this out, and the writes to come. */
  calls: { reads: number; writes: number };
}

/** Stands in the bodies of a dry run where a run has its id. */
export const NO_RUN = "{runId}";
