import { jsonPath } from "./json-path";

/**
 * Halves of surrogate pairs can't be sent as UTF-8; U+FFFD is what a reader puts in the place of bytes
 * that weren't. Either would reach Azure as another text than the sender's.
 */
const DAMAGED = /[\p{Cs}\uFFFD]/u;

/** JSON paths of the texts, and of the members by their names, that aren't what their sender wrote. */
export function damagedTexts(value: unknown, path: PropertyKey[] = []): string[] {
  if (typeof value === "string") return DAMAGED.test(value) ? [jsonPath(path)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const own = [...path, Array.isArray(value) ? Number(name) : name];
    return DAMAGED.test(name) ? [jsonPath(own)] : damagedTexts(member, own);
  });
}
