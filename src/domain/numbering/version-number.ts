import { isVersionName, MAX_PART } from "../version-name";

/** `[Major, Minor, Patch]` of a version's name. */
export type VersionNumber = readonly [number, number, number];

/** Number of a version's name; undefined for a name that isn't `Major.Minor.Patch`. */
export function versionNumber(name: string): VersionNumber | undefined {
  if (!isVersionName(name)) return undefined;
  const [major = 0, minor = 0, patch = 0] = name.split(".").map(Number);
  return [major, minor, patch];
}

/** Numbers of those names that have one. */
export const versionNumbers = (names: Iterable<string>): VersionNumber[] =>
  [...names].map(versionNumber).filter((number) => number !== undefined);

export const versionName = (number: VersionNumber): string => number.join(".");

/** True when the number begins with these parts. */
export const isOf = (number: VersionNumber, beginning: readonly number[]): boolean =>
  beginning.every((part, index) => number[index] === part);

/** The highest of the numbers; undefined of none. */
export function highest(numbers: readonly VersionNumber[]): VersionNumber | undefined {
  return [...numbers].sort(byParts).at(-1);
}

function byParts(one: VersionNumber, other: VersionNumber): number {
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing === -1 ? 0 : (one[differing] ?? 0) - (other[differing] ?? 0);
}

const DIGITS = String(MAX_PART).length;

/** Text that sorts the highest number first, for keys of rows: the first row is the highest. */
export const descendingKey = (parts: readonly number[]): string =>
  parts.map((part) => String(MAX_PART - part).padStart(DIGITS, "0")).join(".");
