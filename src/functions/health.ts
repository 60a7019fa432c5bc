import type { HttpResponseInit } from "@azure/functions";
import type { FunctionDependencies } from "./dependencies";
import { jsonResponse } from "./problem-response";

/** `GET /api/health`: 200 when the records can be read, 503 with the reason when they can't. */
export function health({ records }: FunctionDependencies) {
  return async (): Promise<HttpResponseInit> => {
    try {
      await records.publications({ limit: 1 });
      return jsonResponse(200, { status: "healthy", checks: { records: "readable" } });
    } catch (error) {
      return jsonResponse(503, {
        status: "unhealthy",
        checks: { records: (error as Error).message },
      });
    }
  };
}
