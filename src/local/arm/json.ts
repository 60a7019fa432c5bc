/** A JSON object from outside: nothing is known of its members until they are checked. */
export type JsonObject = Record<string, unknown>;

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
