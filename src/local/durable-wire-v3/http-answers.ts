import type { DurableHttpResponse } from "./durable-http";

/** An answer without a body. */
export function empty(status: number): DurableHttpResponse {
  return { status, headers: {}, body: "" };
}

/** An answer with a JSON body. */
export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): DurableHttpResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** What the extension answers for an exception: .NET's type name, but no .NET stack. */
export function exception(
  status: number,
  message: string,
  type: string,
  exceptionMessage: string,
): DurableHttpResponse {
  return json(status, {
    Message: message,
    ExceptionMessage: exceptionMessage,
    ExceptionType: type,
    StackTrace: "   at …",
  });
}

/** A body that is no JSON. */
export function invalidJson(detail: string): DurableHttpResponse {
  return exception(400, "Invalid JSON content", "Newtonsoft.Json.JsonReaderException", detail);
}
