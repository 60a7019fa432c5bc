/** Largest value of each part of a version number (REST contract: a 32-bit signed integer). */
export const MAX_PART = 2_147_483_647;

/** True for `Major.Minor.Patch`, each a 32-bit non-negative integer: what a version in Azure may be called. */
export function isVersionName(text: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(text) && text.split(".").every((part) => Number(part) <= MAX_PART);
}

/** The one name of such a number: `1.0.0` for `01.0.0`. */
export const withoutLeadingZeros = (name: string): string => name.split(".").map(Number).join(".");

/** True when version `one` isn't older than `other`; both are `Major.Minor.Patch`. */
export function isAtLeast(one: string, other: string): boolean {
  const others = other.split(".").map(Number);
  for (const [index, part] of one.split(".").map(Number).entries())
    if (part !== (others[index] ?? 0)) return part > (others[index] ?? 0);
  return true;
}
