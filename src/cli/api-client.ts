import type { Failure, Publication } from "./api-types";

/** What the demo asks of the app's HTTP API. */
export interface PublicationsApi {
  /** Newest publication of a request; undefined while there is none. */
  findByRequest(requestId: string): Promise<Publication | undefined>;
  publication(id: string): Promise<Publication>;
  /** Newest recorded failure of a request; undefined when there is none. */
  findFailure(requestId: string): Promise<{ id: string; kind: Failure["kind"] } | undefined>;
  failure(id: string): Promise<Failure>;
  /** A call that changes something: the answer's body. */
  post<T>(path: string, body: object): Promise<T>;
}

/** The API didn't answer, or said that it can't just now: asking again may help. */
export class ApiUnavailable extends Error {}

const CALL_TIMEOUT_MS = 5000;

/** Talks to the API with a function key, as any script would; `functionsUrl` without `/api`. */
export function createApiClient(functionsUrl: string, functionsKey: string): PublicationsApi {
  const get = <T>(path: string): Promise<T> =>
    callJson<T>(`${functionsUrl}/api/${path}`, functionsKey);
  const byRequest = (requestId: string): string => `?requestId=${encodeURIComponent(requestId)}`;
  return {
    async findByRequest(requestId) {
      const list = await get<{ items: Publication[] }>(`publications${byRequest(requestId)}`);
      return list.items[0];
    },
    publication: (id) => get<Publication>(`publications/${encodeURIComponent(id)}`),
    async findFailure(requestId) {
      const list = await get<{ items: Pick<Failure, "id" | "kind">[] }>(
        `failures${byRequest(requestId)}`,
      );
      return list.items[0];
    },
    failure: (id) => get<Failure>(`failures/${encodeURIComponent(id)}`),
    post: (path, body) =>
      callJson(`${functionsUrl}/api/${path}`, functionsKey, {
        method: "POST",
        body: JSON.stringify(body),
      }),
  };
}

async function callJson<T>(
  url: string,
  functionsKey: string,
  call: { method: string; body?: string } = { method: "GET" },
): Promise<T> {
  const what = `${call.method} ${url}`;
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, {
      ...call,
      headers: { "x-functions-key": functionsKey },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    body = await response.text();
  } catch (error) {
    throw new ApiUnavailable(`${what}: ${reasonOf(error)}`);
  }
  if (response.status >= 500) throw new ApiUnavailable(`${what}: ${response.status} ${body}`);
  if (!response.ok) throw new Error(`${what}: ${response.status} ${body}`);
  return JSON.parse(body) as T;
}

/** `fetch` hides the reason ("ECONNREFUSED") in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
