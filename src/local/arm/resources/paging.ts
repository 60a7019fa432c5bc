import type { ArmReply, ArmRequest } from "../arm-message";
import { ArmError } from "../errors";
import { queryParameter } from "../arm-message";

/**
 * One page of a list: `{value, nextLink?}`. The next link is on the client's own authority and
 * repeats its parameters.
 * @throws {ArmError} 400 when the skip token isn't one of ours
 */
export function page<T>(
  request: ArmRequest,
  pageSize: number,
  entries: readonly T[],
  view: (entry: T) => unknown,
): ArmReply {
  const token = queryParameter(request.query, "$skiptoken");
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  if (!Number.isInteger(start) || start < 0)
    throw new ArmError(400, "InvalidSkipToken", "The provided skip token is invalid.");
  const end = start + pageSize;
  const value = entries.slice(start, end).map(view);
  if (end >= entries.length) return { status: 200, body: { value } };
  const query = new URLSearchParams(
    [...request.query].filter(([name]) => name.toLowerCase() !== "$skiptoken"),
  );
  query.set("$skiptoken", Buffer.from(String(end)).toString("base64url"));
  return {
    status: 200,
    body: { value, nextLink: `${request.origin}${encodeURI(request.rawPath)}?${query.toString()}` },
  };
}
