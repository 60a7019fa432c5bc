import type { HttpReply } from "./http-server";

/** An answer with a JSON body. */
export function jsonReply(status: number, body: unknown): HttpReply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}
