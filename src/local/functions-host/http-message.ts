import type { HttpReply, HttpRequest } from "./http-server";
import { toNullableStrings, type HttpCookie, type TypedData } from "./typed-data";

/** A request as an HTTP trigger's data; `params` are the route values. */
export function toTriggerData(request: HttpRequest, params: Record<string, string>): TypedData {
  return {
    http: {
      url: request.url,
      method: request.method,
      nullableHeaders: toNullableStrings(Object.entries(request.headers)),
      nullableQuery: toNullableStrings(joinRepeated(request.query)),
      nullableParams: toNullableStrings(Object.entries(params)),
      body: request.body.length > 0 ? { bytes: request.body } : null,
    },
  };
}

/** What a function returned as an HTTP answer; nothing at all is 204. */
export function toReply(returned: TypedData | null | undefined): HttpReply {
  const http = returned?.http;
  if (!http) return { status: 204 };
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(http.headers ?? {}))
    if (!computedHeaders.has(name.toLowerCase())) headers[name] = value;
  if (http.cookies?.length) headers["set-cookie"] = http.cookies.map(formatCookie);
  return { status: Number(http.statusCode ?? 200), headers, body: http.body?.bytes ?? "" };
}

/** Follow from the body, whatever the function says. */
const computedHeaders = new Set(["content-length", "transfer-encoding", "connection"]);

function joinRepeated(query: URLSearchParams): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of query) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return joined;
}

const sameSiteNames = { lax: "lax", strict: "strict", explicitNone: "none", none: undefined };

/** The attributes in the order in which Azure writes them. */
function formatCookie(cookie: HttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const maxAge = cookie.maxAge?.value;
  const domain = cookie.domain?.value;
  const sameSite = sameSiteNames[cookie.sameSite ?? "none"];
  const attributes = [
    `${escapeData(cookie.name)}=${escapeData(cookie.value)}`,
    seconds !== undefined && `expires=${new Date(seconds * 1000).toUTCString()}`,
    maxAge !== undefined && maxAge !== null && `max-age=${Math.trunc(maxAge)}`,
    domain && `domain=${domain}`,
    `path=${cookie.path?.value ?? "/"}`,
    cookie.secure?.value === true && "secure",
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value === true && "httponly",
  ];
  return attributes.filter((attribute) => typeof attribute === "string").join("; ");
}

/** Escapes everything but the unreserved characters of RFC 3986, as .NET does. */
function escapeData(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
