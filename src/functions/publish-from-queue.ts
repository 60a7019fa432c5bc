import { createHash } from "node:crypto";
import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { isDeeperThan, MAX_DEPTH, printDeepJson } from "../domain/json-depth";
import { problem, type Problem } from "../domain/problem";
import { tooDeep } from "../domain/request/structure";
import { documentPaths } from "../domain/run/document-paths";
import { announcedFailure, publicationEvent } from "../domain/run/publication-event";
import { failureId, type FailureDocument } from "../domain/run/records";
import { admit, type Admission } from "./admit";
import type { FunctionDependencies } from "./dependencies";

/** What is read of the message besides its body. */
interface Delivery {
  messageId?: string;
  sequenceNumber?: string;
  enqueuedAt?: string;
  deliveryCount?: number;
  applicationProperties?: unknown;
}

/**
 * Service Bus trigger. Returning completes the message, so everything that must not be lost is
 * recorded before; throwing has it delivered again and, in the end, dead-lettered.
 */
export function publishFromQueue(dependencies: FunctionDependencies) {
  return async (
    body: unknown,
    client: DurableClient,
    context: InvocationContext,
  ): Promise<void> => {
    const delivery = readDelivery(context);
    const read = readBody(body);
    if ("problem" in read) {
      await keepMessage(dependencies, read.kept, delivery, [read.problem], delivery.messageId);
      context.warn(`message ${delivery.messageId ?? ""} can't be read; kept in the failure ledger`);
      return;
    }
    const admission = await admit(dependencies, client, {
      raw: read.value,
      trigger: "queue",
      fallbackRequestId: delivery.messageId ?? identityOf(body, delivery),
    });
    const problems = problemsOf(admission);
    if (problems !== undefined) {
      await keepMessage(dependencies, body, delivery, problems, admission.requestId);
      context.warn(`request ${admission.requestId} was refused; kept in the failure ledger`);
      return;
    }
    context.log(`request ${admission.requestId}: ${admission.kind}`);
  };
}

function problemsOf(admission: Admission): Problem[] | undefined {
  if (admission.kind === "invalid") return admission.problems;
  if (admission.kind === "conflict")
    return [
      problem(
        "$",
        "VersionBusy",
        admission.message,
        "send the request again when the other one has ended",
      ),
    ];
  return undefined;
}

type Body = { value: unknown } | { problem: Problem; kept: unknown };

/** The host hands over parsed JSON, or the text when it isn't any. */
function readBody(body: unknown): Body {
  if (typeof body !== "string") {
    if (!isDeeperThan(body, MAX_DEPTH)) return { value: body };
    return { problem: tooDeep(), kept: printDeepJson(body) };
  }
  try {
    // A byte order mark is no mistake of the sender's; JSON inside a JSON string is.
    if (body.startsWith("\uFEFF")) return readBody(JSON.parse(body.slice(1)) as unknown);
    JSON.parse(body);
    return { problem: notJson("the message is a text", body), kept: body };
  } catch (error) {
    return { problem: notJson((error as Error).message, body), kept: body };
  }
}

function notJson(reason: string, text: string): Problem {
  const damaged = text.includes("\uFFFD")
    ? "; it holds bytes that aren't UTF-8, shown as \uFFFD: the host hands over text only"
    : "";
  return problem(
    "$",
    "NotJson",
    `the message isn't a JSON object: ${reason}${damaged}`,
    "send a JSON object; docs/request.md shows one",
  );
}

/** Keeps what can't be admitted with its reasons. The same delivery is kept once. */
async function keepMessage(
  { documents, records, announcer, now }: FunctionDependencies,
  body: unknown,
  delivery: Delivery,
  problems: Problem[],
  requestId: string | undefined,
): Promise<void> {
  const recordedAt = delivery.enqueuedAt ?? now().toISOString();
  const id = failureId(Date.parse(recordedAt), identityOf(body, delivery));
  const { sequenceNumber: _sequenceNumber, ...message } = delivery;
  const failure: FailureDocument = {
    id,
    recordedAt,
    kind: "message",
    state: "rejected",
    summary: `rejected: ${problems.map((found) => found.message).join("; ")}`.slice(0, 1000),
    problems,
    regions: [],
    leftOver: [],
    rawMessage: { body, ...message },
    ...(requestId === undefined ? {} : { requestId }),
  };
  await documents.write(documentPaths.failure(id), failure);
  await records.putFailure({
    id,
    recordedAt,
    kind: "message",
    state: "rejected",
    summary: failure.summary,
    ...(requestId === undefined ? {} : { requestId }),
  });
  await announcer.announce(
    publicationEvent({
      state: "rejected",
      publicationId: requestId ?? id,
      key: id,
      time: recordedAt,
      data: announcedFailure(failure),
    }),
  );
}

/** Stable for redeliveries of one message, different for another message with the same body. */
function identityOf(body: unknown, delivery: Delivery): string {
  const { messageId, sequenceNumber, enqueuedAt } = delivery;
  const own = messageId === undefined && sequenceNumber === undefined ? printDeepJson(body) : "";
  return createHash("sha256")
    .update(JSON.stringify([messageId, sequenceNumber, enqueuedAt, own]))
    .digest("hex");
}

function readDelivery(context: InvocationContext): Delivery {
  const metadata = context.triggerMetadata ?? {};
  const text = (name: string): string | undefined => {
    const value = metadata[name];
    if (value instanceof Date) return value.toISOString();
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const messageId = text("messageId");
  const sequenceNumber = text("sequenceNumber");
  const enqueued = Date.parse(text("enqueuedTime") ?? `${text("enqueuedTimeUtc") ?? ""}Z`);
  const deliveryCount = Number(text("deliveryCount"));
  const applicationProperties = metadata["applicationProperties"];
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
    ...(Number.isNaN(enqueued) ? {} : { enqueuedAt: new Date(enqueued).toISOString() }),
    ...(Number.isNaN(deliveryCount) ? {} : { deliveryCount }),
    ...(applicationProperties === undefined ? {} : { applicationProperties }),
  };
}
