/** The names and indices of a JSON path as problems have it: `$.a[0]['b c']`. */
function segments(path: string): (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const found: (string | number)[] = [];
  const pattern = /\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/gy;
  pattern.lastIndex = 1;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    found.push(index === undefined ? (name ?? unescaped(quoted ?? "")) : Number(index));
  }
  return found;
}

/** `\uXXXX` stands for what doesn't print. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_whole, code?: string, character?: string) =>
    code === undefined ? (character ?? "") : String.fromCharCode(parseInt(code, 16)),
  );

/**
 * Whether a path leads into the value. A problem about what is missing points at the missing member,
 * so members below an object that is there count, however deep they would be.
 */
export function leadsInto(value: unknown, path: string): boolean {
  const way = segments(path);
  if (way === undefined) return false;
  let current = value;
  for (const segment of way) {
    if (typeof segment === "number") {
      if (!Array.isArray(current) || segment >= current.length) return false;
    } else if (typeof current !== "object" || current === null) return true;
    current = (current as Record<string | number, unknown>)[segment];
    if (current === undefined) return true;
  }
  return true;
}
