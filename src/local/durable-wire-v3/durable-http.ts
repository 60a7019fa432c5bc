/** A request to the Durable HTTP API, freed of its transport. */
export interface DurableHttpRequest {
  method: string;
  /** Path after the API's base, still percent-encoded, e.g. `orchestrators/x/id`. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  /** UTF-8 text; empty when there was none. */
  body: string;
  /**
   * Absolute URL that `path` is relative to, as the caller saw it (its `Host` header), e.g.
   * `http://127.0.0.1:17071/durabletask/`. `Location` headers and management links begin with it.
   */
  baseUrl: string;
}

/** Its answer; `body` is the JSON text or empty. */
export interface DurableHttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}
