import type { Assertion } from "./assertion";

const KEYS: readonly [pattern: RegExp, what: string][] = [
  [/\blist\w*\(/i, "asks Azure for a key"],
  [/AccountKey=/i, "has a storage account's key"],
  [/SharedAccess(Key|Signature)=/i, "has a shared access key"],
];

/** Every text in a value, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** Keys in a value, which may be a template or a deployment. */
export const keysIn = (name: string, value: unknown): string[] =>
  texts(value).flatMap((text) =>
    KEYS.filter(([pattern]) => pattern.test(text)).map(
      ([, what]) => `${name} ${what}: ${text.slice(0, 100)}`,
    ),
  );

/** Everything is reached with an identity, so nothing asks for a key or carries one. */
export const noKeys: Assertion = {
  name: "no keys",
  check: ({ deployments }) => deployments.flatMap(({ name, resources }) => keysIn(name, resources)),
};
