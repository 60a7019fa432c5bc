import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { FunctionDependencies } from "./dependencies";
import { jsonResponse } from "./problem-response";

/** `GET /api/health`: 200 when the records can be read, else 503. The reason is in the log only. */
export function health({ records }: FunctionDependencies) {
  return async (_request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    try {
      await records.publications({ limit: 1 });
      return jsonResponse(200, { status: "healthy", checks: { records: "readable" } });
    } catch (error) {
      context.error(`the records can't be read: ${String(error)}`);
      return jsonResponse(503, { status: "unhealthy", checks: { records: "not readable" } });
    }
  };
}
