import type { ArmReply, ArmRequest } from "../arm-message";
import { ArmError } from "../errors";
import { queryParameter } from "../arm-message";

/** By number where there are numbers: 1.10.0 comes after 1.2.0. */
const byNumber = new Intl.Collator("en", { numeric: true });
const compare = (one: string, other: string): number =>
  byNumber.compare(one, other) || (one < other ? -1 : Number(one > other));

/** What a skip token of ours begins with, so that others are told apart. */
const AFTER = "after ";

/**
 * One page of a list, in the order of its keys: `{value, nextLink?}`. The next link is on the
 * client's own authority, repeats its parameters, and goes on after the last key that was given, so
 * that nothing is missed where entries go meanwhile.
 * @throws {ArmError} 400 when the skip token isn't one of ours
 */
export function page<T>(
  request: ArmRequest,
  pageSize: number,
  entries: readonly T[],
  { key, view }: { key: (entry: T, index: number) => string; view: (entry: T) => unknown },
): ArmReply {
  const after = lastKey(request);
  const found = entries
    .map((entry, index) => ({ entry, key: key(entry, index) }))
    .filter((one) => after === undefined || compare(one.key, after) > 0)
    .sort((one, other) => compare(one.key, other.key));
  const shown = found.slice(0, pageSize);
  const value = shown.map(({ entry }) => view(entry));
  const last = shown.at(-1);
  if (last === undefined || shown.length === found.length) return { status: 200, body: { value } };
  const query = new URLSearchParams(
    [...request.query].filter(([name]) => name.toLowerCase() !== "$skiptoken"),
  );
  query.set("$skiptoken", Buffer.from(AFTER + last.key).toString("base64url"));
  return {
    status: 200,
    body: { value, nextLink: `${request.origin}${encodeURI(request.rawPath)}?${query.toString()}` },
  };
}

/** The key after which the client wants to go on; undefined at the beginning. */
function lastKey({ query }: ArmRequest): string | undefined {
  const token = queryParameter(query, "$skiptoken");
  if (token === undefined) return undefined;
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith(AFTER))
    throw new ArmError(400, "InvalidSkipToken", "The provided skip token is invalid.");
  return text.slice(AFTER.length);
}

/** How records of the state are listed. */
export const keyed = <T extends { key: string }>(view: (entry: T) => unknown) => ({
  key: ({ key }: T): string => key,
  view,
});
