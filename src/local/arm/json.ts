/** A JSON object from outside: nothing is known of its members until they are checked. */
export type JsonObject = Record<string, unknown>;

/** Levels of objects and lists; no request has a tenth of them, and each is a call on the stack. */
export const DEEPEST = 100;

/**
 * JSON from outside.
 * @throws {SyntaxError} for what isn't JSON, or is nested deeper than `DEEPEST`
 */
export function parsedJson(text: string): unknown {
  if (depthOf(text) > DEEPEST)
    throw new SyntaxError(`The reader's MaxDepth of ${DEEPEST} has been exceeded.`);
  return JSON.parse(text);
}

/** How deep brackets are nested, outside of strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString && char === "\\") at++;
    else if (char === '"') inString = !inString;
    else if (!inString && (char === "[" || char === "{")) deepest = Math.max(deepest, ++depth);
    else if (!inString && (char === "]" || char === "}")) depth--;
  }
  return deepest;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The member as an object; `{}` when it is absent or something else. */
export function objectAt(value: unknown, member: string): JsonObject {
  const found = isObject(value) ? value[member] : undefined;
  return isObject(found) ? found : {};
}

/**
 * Resource Manager reads an explicit null as "not given". Elements of arrays stay as they are: a
 * null region is a mistake that has to be seen.
 */
export function withoutNullMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullMembers);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNullMembers(member)]),
  );
}

/** JSON merge of a PATCH: objects are merged, everything else (arrays too) is replaced. */
export function merged(base: unknown, change: unknown): unknown {
  if (!isObject(base) || !isObject(change)) return change;
  const result: JsonObject = { ...base };
  for (const [name, value] of Object.entries(change))
    result[name] = name in base ? merged(base[name], value) : value;
  return result;
}
