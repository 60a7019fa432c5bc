import { MAX_PART } from "../version-name";
import { highest, isOf, type VersionNumber } from "./version-number";

/** How a version gets its number when the request doesn't name one. */
export const STRATEGIES = ["nextPatch", "nextMinor", "nextMajor", "date"] as const;

/** The request's `image.version`, when it isn't a number. */
export interface VersionStrategy {
  strategy: (typeof STRATEGIES)[number];
  /** The first parts of the number, `1` or `1.2`: the line of versions that is counted up. */
  base?: string;
}

/** Which part of the number is counted up; those after it begin at 0 again. */
const COUNTED: Record<VersionStrategy["strategy"], 0 | 1 | 2> = {
  nextMajor: 0,
  nextMinor: 1,
  nextPatch: 2,
  date: 2,
};

/** A definition's first version, unless base or date say otherwise. */
const FIRST: VersionNumber = [1, 0, 0];

/** Without leading zeros: `01` isn't how any number begins. */
const BASE = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))?$/;

/** True when a base leaves the part open that the strategy counts up, and Azure could have it. */
export function isBaseFor({ strategy, base }: Required<VersionStrategy>): boolean {
  if (strategy === "date" || !BASE.test(base)) return false;
  const parts = base.split(".").map(Number);
  return parts.length <= COUNTED[strategy] && parts.every((part) => part <= MAX_PART);
}

/** The first parts that the number will have: those of base or date (UTC); none when all versions count. */
export function beginningOf({ strategy, base }: VersionStrategy, now: Date): readonly number[] {
  if (strategy === "date")
    return [now.getUTCFullYear(), (now.getUTCMonth() + 1) * 100 + now.getUTCDate()];
  return base === undefined ? [] : base.split(".").map(Number);
}

/**
 * The number after those that are taken. Higher than each of them that has its beginning, so it is free.
 * @param taken numbers of the definition that are taken, in any order
 * @returns undefined when a part would be higher than Azure's highest
 */
export function nextNumber(
  wanted: VersionStrategy,
  taken: readonly VersionNumber[],
  now: Date,
): VersionNumber | undefined {
  const beginning = beginningOf(wanted, now);
  const last = highest(taken.filter((number) => isOf(number, beginning)));
  const [major, minor, patch] = FIRST.map((part, index) => beginning[index] ?? part);
  // Of a day the first is .0, of a base the first that Azure can have.
  if (last === undefined) return [major ?? 0, minor ?? 0, patch ?? 0];
  const counted = COUNTED[wanted.strategy];
  const part = (index: number): number => {
    const own = last[index] ?? 0;
    if (index < counted) return own;
    return index === counted ? own + 1 : 0;
  };
  return part(counted) > MAX_PART ? undefined : [part(0), part(1), part(2)];
}
