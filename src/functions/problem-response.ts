import type { HttpResponseInit } from "@azure/functions";
import type { Problem } from "../domain/problem";

/** An `application/problem+json` answer (RFC 9457) with every problem of the request. */
export function problemResponse(
  status: number,
  title: string,
  detail: string,
  members: { problems?: Problem[] } & Record<string, unknown> = {},
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title, status, detail, ...members }),
  };
}

/** A JSON answer that no cache keeps: progress is old after a second. */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
