import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import type { RegionOutcome } from "../run/outcome";

/**
 * A wave's PUT is repeated this often for regions that failed (docs/architecture.md), and so is a write that takes
 * something back, as long as it is still there.
 */
export const MAX_REPEATS = 3;
/** A grant on a key needs minutes to arrive: one more try, not three. */
const MAX_KEY_REPEATS = 1;
/** Who removed our region may have had a reason: it is added back once, then a person decides. */
const MAX_VANISHED_REPEATS = 1;

/** What has been tried for a wave so far. */
export interface Tries {
  repeats: number;
  recreations: number;
  readditions: number;
}

/** A wave after its watch has ended. */
export interface WaveResult {
  outcomes: readonly RegionOutcome[];
  /** The version's state at the end, when it was read. */
  provisioningState?: string | undefined;
  /** True when any region of the version is Completed, of this wave or another. */
  someCompleted: boolean;
}

export interface RecoveryRules {
  /** `rollout.readdFailedRegions`. */
  readd: boolean;
  /** The version's location: never removed. */
  source: RegionName;
  /** The version wasn't there before this run. */
  createdByRun: boolean;
}

export type Recovery =
  | { kind: "none" }
  /** The same PUT again. */
  | { kind: "repeat"; regions: RegionName[] }
  /** A Failed version takes no further write: delete it, then create it again. */
  | { kind: "recreate" }
  /** Azure's own last resort: remove the regions, then add them back. */
  | { kind: "readd"; regions: RegionName[] };

/**
 * What to do for a wave's failed regions (Azure's error texts: try again; then remove and add back).
 * `none` when nothing failed, or nothing more is to be tried by a program.
 */
export function recover(wave: WaveResult, tries: Tries, rules: RecoveryRules): Recovery {
  const failed = wave.outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome] : []));
  if (failed.length === 0) return { kind: "none" };
  const open = failed.filter(({ fault }) => tries.repeats < maxRepeats(fault));
  if (open.length === 0) return lastResort(failed, tries, rules);
  if (/^failed$/i.test(wave.provisioningState ?? "") && !wave.someCompleted)
    return rules.createdByRun && tries.recreations < MAX_REPEATS
      ? { kind: "recreate" }
      : { kind: "none" };
  return { kind: "repeat", regions: open.map(({ region }) => region) };
}

type Failed = Extract<RegionOutcome, { kind: "failed" }>;

/** How often the same PUT is sent again after this fault. */
export function maxRepeats({ code, advice }: Pick<Fault, "code" | "advice">): number {
  if (code === "KeyVaultAccessForbidden") return MAX_KEY_REPEATS;
  if (code === "RegionVanished") return MAX_VANISHED_REPEATS;
  // Its time is over: another PUT would only start the clock again.
  if (code === "ReplicationTimedOut") return 0;
  return advice === "repeat" || advice === "transient" ? MAX_REPEATS : 0;
}

function lastResort(failed: Failed[], tries: Tries, rules: RecoveryRules): Recovery {
  const regions = failed
    .filter(({ region, fault }) => region !== rules.source && fault.advice === "repeat")
    .filter(({ fault }) => fault.code !== "ReplicationTimedOut" && fault.code !== "RegionVanished")
    .map(({ region }) => region);
  return rules.readd && tries.readditions === 0 && regions.length > 0
    ? { kind: "readd", regions }
    : { kind: "none" };
}
