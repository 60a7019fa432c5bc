import type { Assertion } from "./assertion";

/** What a key looks like, and what carries one. None of it is shown: what CI prints is read by many. */
const KEYS: readonly [pattern: RegExp, what: string][] = [
  [/\blist\w*\(/i, "asks Azure for a key"],
  [/AccountKey=/i, "has a storage account's key"],
  [/SharedAccess(Key|Signature)=/i, "has a shared access key"],
  [/(^|[?&;])sig=[\w%]/i, "has a shared access signature"],
  [/[?&]code=[\w%]/i, "has a function key"],
  [/\b(DefaultEndpointsProtocol|BlobEndpoint|InstrumentationKey)=\w/i, "has a connection string"],
  [/\b(Password|Pwd|ClientSecret|client_secret)=\S/i, "has a password"],
  // 64 and 32 bytes as Base64: storage accounts' keys, and those of Service Bus and of the host.
  [/(^|[^A-Za-z0-9+/])([A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)($|[^=])/, "has a key in Base64"],
];

const WHAT_TO_DO =
  "reach it with the app's identity instead, and if the key was ever real, have it renewed";

/** Every text in a value, however deep, with where it stands. */
function texts(value: unknown, where: string): [where: string, text: string][] {
  if (typeof value === "string") return [[where, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([member, one]) => texts(one, `${where}.${member}`));
}

/** Keys in a value, which may be a template, a resource or a line of a file. */
export const keysIn = (name: string, value: unknown): string[] =>
  texts(value, name).flatMap(([where, text]) =>
    KEYS.filter(([pattern]) => pattern.test(text)).map(
      ([, what]) => `${where} ${what}: ${WHAT_TO_DO}`,
    ),
  );

/** Everything is reached with an identity, so nothing asks for a key or carries one. */
export const noKeys: Assertion = {
  name: "no keys",
  check: ({ deployments }) =>
    deployments.flatMap(({ name, resources }) =>
      resources.flatMap((one) => keysIn(`${name}: ${one.name}`, one)),
    ),
};
