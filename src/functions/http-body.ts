import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { problem } from "../domain/problem";
import { problemResponse } from "./problem-response";

/** Largest request body; a request with 200 regions has about 100 KB. */
const MAX_BODY_BYTES = 1_000_000;

/** Senders seldom say what they send: `curl -d` says it's a form. What can't be JSON is refused. */
const JSON_TYPES =
  /^(application\/(json|[\w.+-]+\+json|x-www-form-urlencoded|octet-stream)|text\/(json|plain))$/;
const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii"]);

/**
 * The JSON of a request's body, or the answer that says why it can't be read: 413 too large, 415 another
 * media type, charset or content coding, 400 no JSON. JSON has to be UTF-8 (RFC 8259); bytes that
 * aren't would otherwise reach Azure as other characters. A byte order mark is ignored. Of members that
 * are named twice the last counts.
 */
export async function readJsonBody(
  request: HttpRequest,
): Promise<{ json: unknown } | { refused: HttpResponseInit }> {
  const foreign = foreignKind(request.headers);
  if (foreign !== undefined)
    return { refused: problemResponse(415, "Unsupported media type", foreign) };
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES)
    return {
      refused: problemResponse(413, "Request too large", `at most ${MAX_BODY_BYTES} bytes`),
    };
  if (bytes.byteLength === 0) return { refused: notJson("the body is empty") };
  try {
    return { json: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    return { refused: notJson((error as Error).message) };
  }
}

function foreignKind(headers: HttpRequest["headers"]): string | undefined {
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding !== "identity") return `the content coding ${coding} isn't read: send it plain`;
  const [type = "", ...parameters] = (headers.get("content-type") ?? "application/json")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  if (!JSON_TYPES.test(type)) return `${type} isn't read: send application/json`;
  const charset = parameters.find((part) => part.startsWith("charset="))?.slice("charset=".length);
  if (charset === undefined || CHARSETS.has(charset.replaceAll('"', ""))) return undefined;
  return `the charset ${charset} isn't read: send JSON in UTF-8`;
}

function notJson(reason: string): HttpResponseInit {
  const found = problem("$", "NotJson", reason, "send a JSON object; docs/request.md shows one");
  return problemResponse(400, "Not JSON", `the body isn't JSON: ${found.message}`, {
    problems: [found],
  });
}
