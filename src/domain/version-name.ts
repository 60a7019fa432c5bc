/** Largest value of each part of a version number (REST contract: a 32-bit signed integer). */
const MAX_PART = 2_147_483_647;

/** True for `Major.Minor.Patch`, each a 32-bit non-negative integer. */
export function isVersionName(text: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(text) && text.split(".").every((part) => Number(part) <= MAX_PART);
}
