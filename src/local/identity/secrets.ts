import { timingSafeEqual } from "node:crypto";

/** Compares a secret that was given with the right one, in a time that tells nothing. */
export function sameSecret(given: string | undefined, expected: string): boolean {
  const a = Buffer.from(given ?? "");
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
