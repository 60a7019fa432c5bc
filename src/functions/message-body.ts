import { isDeeperThan, MAX_DEPTH, printDeepJson } from "../domain/json-depth";
import { problem, type Problem } from "../domain/problem";
import { tooDeep } from "../domain/request/structure";
import type { KeptBody } from "../domain/run/records";

/** A body as JSON, or why it isn't any; and how it is kept when it isn't admitted. */
export type MessageBody = { kept: KeptBody } & ({ value: unknown } | { problem: Problem });

/**
 * Reads a message's body as the host hands it over: JSON that it has parsed, the text when that
 * wasn't JSON, or the bytes where the binding asks for them.
 */
export function readMessageBody(body: unknown): MessageBody {
  if (body instanceof Uint8Array) return readBytes(body);
  if (typeof body === "string") return readText(body);
  if (isDeeperThan(body, MAX_DEPTH))
    return { problem: tooDeep(), kept: { body: printDeepJson(body), bodyEncoding: "text" } };
  return { value: body, kept: { body, bodyEncoding: "json" } };
}

function readBytes(bytes: Uint8Array): MessageBody {
  const kept = Buffer.from(bytes);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return {
      problem: notJson("its bytes aren't UTF-8"),
      kept: { body: kept.toString("base64"), bodyEncoding: "base64" },
    };
  }
  try {
    const read = readMessageBody(JSON.parse(withoutMark(text)));
    return { ...read, kept: { body: text, bodyEncoding: "text" } };
  } catch (error) {
    return {
      problem: notJson((error as Error).message),
      kept: { body: text, bodyEncoding: "text" },
    };
  }
}

function readText(text: string): MessageBody {
  const kept: KeptBody = {
    body: text,
    bodyEncoding: "text",
    ...(text.includes("\uFFFD") ? { bytesLost: true } : {}),
  };
  try {
    // A byte order mark is no mistake of the sender's; JSON inside a JSON string is.
    const parsed: unknown = JSON.parse(withoutMark(text));
    if (text.startsWith("\uFEFF") && typeof parsed !== "string")
      return { ...readMessageBody(parsed), kept };
    return { problem: notJson("the message is a text"), kept };
  } catch (error) {
    const damaged =
      kept.bytesLost === true
        ? "; it holds bytes that aren't UTF-8, shown as \uFFFD: the host hands over text only"
        : "";
    return { problem: notJson(`${(error as Error).message}${damaged}`), kept };
  }
}

const withoutMark = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);

function notJson(reason: string): Problem {
  return problem(
    "$",
    "NotJson",
    `the message isn't a JSON object: ${reason}`,
    "send a JSON object; docs/request.md shows one",
  );
}
