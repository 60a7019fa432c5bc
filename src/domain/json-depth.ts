/**
 * JSON that nests thousands of levels parses well, but everything that walks it by recursion,
 * `JSON.stringify` among it, overflows the stack. These two walk with a list of their own.
 */

/** A publish request nests eight levels. */
export const MAX_DEPTH = 64;

/** True when the value nests more than `depth` levels. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value];
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return true;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}

/** JSON text of a value however deep it nests. */
export function printDeepJson(value: unknown): string {
  const text: string[] = [];
  const open: (string | { value: unknown })[] = [{ value }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") {
      text.push(next);
      continue;
    }
    const item = next.value;
    if (typeof item !== "object" || item === null) {
      text.push(JSON.stringify(item) ?? "null");
      continue;
    }
    const isList = Array.isArray(item);
    const parts = Object.entries(item).flatMap(([name, member], index) => [
      `${index === 0 ? "" : ","}${isList ? "" : `${JSON.stringify(name)}:`}`,
      { value: member as unknown },
    ]);
    text.push(isList ? "[" : "{");
    open.push(isList ? "]" : "}");
    for (let index = parts.length - 1; index >= 0; index--) {
      const part = parts[index];
      if (part !== undefined) open.push(part);
    }
  }
  return text.join("");
}
