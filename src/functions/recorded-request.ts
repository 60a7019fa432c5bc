import type { HttpResponseInit } from "@azure/functions";
import type { Problem } from "../domain/problem";
import { parseRequest } from "../domain/request/parse-request";
import type { PublishRequest, UnnumberedRequest } from "../domain/request/publish-request";
import type { FailureDocument } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { readMessageBody } from "./message-body";
import { problemResponse } from "./problem-response";

/**
 * The same for every redrive of an entry: the second one joins the first. Never the request's own, also of a message:
 * that may have been sent again, and has its answer then.
 */
export const redriveRequestId = (failureId: string): string => `redrive-${failureId}`;

/** What is run again: a run's recorded request, or what a message says now that something may have changed. */
export function recordedRequest(
  { rules, now }: Pick<FunctionDependencies, "rules" | "now">,
  failure: FailureDocument,
): { request: PublishRequest } | { unnumbered: UnnumberedRequest } | { refused: HttpResponseInit } {
  if (failure.request !== undefined) return { request: failure.request };
  if (failure.rawMessage === undefined)
    return { refused: problemResponse(409, "The request is gone", "send the request again") };
  const { body, bodyEncoding } = failure.rawMessage;
  const read = readMessageBody(
    bodyEncoding === "base64" ? Buffer.from(String(body), "base64") : asDelivered(body),
  );
  if ("problem" in read) return { refused: unreadable([read.problem]) };
  const parsed = parseRequest(read.value, { ...rules, now: now() });
  switch (parsed.kind) {
    case "invalid":
      return { refused: unreadable(parsed.problems) };
    case "unnumbered":
      return { unnumbered: parsed.request };
    case "valid":
      return { request: parsed.request };
  }
}

/** A kept text is read as its bytes were: as a text the host would have handed over only what isn't JSON. */
const asDelivered = (body: unknown): unknown =>
  typeof body === "string" ? Buffer.from(body, "utf8") : body;

const unreadable = (problems: Problem[]): HttpResponseInit =>
  problemResponse(
    422,
    "The message has to be mended",
    `${problems.length} problem(s) of the message itself; nothing was started. Send a mended one, and dismiss this`,
    { problems },
  );
