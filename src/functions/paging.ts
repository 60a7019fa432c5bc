const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** Reads `limit` and `pageToken`. */
export function pageOf(
  query: URLSearchParams,
): { limit: number; continuation?: string } | { mistake: string } {
  const given = query.get("limit");
  const limit = given === null ? DEFAULT_PAGE : Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    return { mistake: `limit is a number from 1 to ${MAX_PAGE}, not "${given ?? ""}"` };
  const token = query.get("pageToken");
  return { limit, ...(token === null ? {} : { continuation: token }) };
}

/** A page, or the answer to a `pageToken` that no list has given. */
export async function listed<T>(list: Promise<T>): Promise<T | { mistake: string }> {
  try {
    return await list;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "InvalidContinuationError") throw error;
    return {
      mistake: "pageToken is the nextPageToken of an earlier answer; this is something else",
    };
  }
}

/** Token and link of the next page; nothing when this is the last. */
export function pageLinks(
  url: string,
  continuation: string | undefined,
): { nextPageToken?: string; links?: { next: string } } {
  if (continuation === undefined) return {};
  const next = new URL(url);
  next.searchParams.set("pageToken", continuation);
  next.searchParams.delete("code"); // a key has no place in an answer
  return { nextPageToken: continuation, links: { next: `${next.pathname}${next.search}` } };
}
