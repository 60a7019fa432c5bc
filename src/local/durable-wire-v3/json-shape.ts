/** Reading of JSON values whose shape nobody vouches for. */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text under a key; undefined when there is none. */
export function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** The number under a key; undefined when there is none. */
export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" ? value : undefined;
}

/** The parsed value, or undefined when the text is no JSON (which never parses to undefined). */
export function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The parsed value, or the text itself when it is no JSON. */
export function parseOrText(text: string | null): unknown {
  if (text === null) return null;
  const parsed = tryParse(text);
  return parsed === undefined ? text : parsed;
}
