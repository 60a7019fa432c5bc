import type { HttpResponseInit } from "@azure/functions";
import { requestJsonSchema } from "../domain/request/json-schema";

/** `GET /api/schema`: the JSON Schema of a publish request, as in docs/request.schema.json. */
export function readSchema(): () => Promise<HttpResponseInit> {
  const body = JSON.stringify(requestJsonSchema());
  return async () => ({
    status: 200,
    headers: { "content-type": "application/schema+json" },
    body,
  });
}
