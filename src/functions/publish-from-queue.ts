import { createHash } from "node:crypto";
import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { printDeepJson } from "../domain/json-depth";
import { plainText } from "../domain/plain-text";
import type { Problem } from "../domain/problem";
import { isRequestId, REQUEST_ID_PROPERTY } from "../domain/request/request-id";
import { documentPaths } from "../domain/run/document-paths";
import { announcedFailure, publicationEvent } from "../domain/run/publication-event";
import { failureId, type FailureDocument, type KeptBody } from "../domain/run/records";
import { admit, type Admission } from "./admit";
import { readDelivery, type Delivery } from "./delivery";
import type { FunctionDependencies } from "./dependencies";
import { readMessageBody } from "./message-body";
import { versionBusy } from "./take-version";

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
    const read = readMessageBody(body);
    const delivery = readDelivery(context, "value" in read ? read.value : undefined);
    const identity = identityOf(read.kept, delivery);
    const ownId = requestIdOf(delivery);
    const keep = (problems: Problem[], requestId: string | undefined): Promise<void> =>
      keepMessage(dependencies, { kept: read.kept, delivery, identity, problems, requestId });
    if ("problem" in read) {
      await keep([read.problem], ownId);
      const shown = plainText(delivery.messageId ?? "");
      context.warn(`message ${shown} can't be read; kept in the failure ledger`);
      return;
    }
    const admission = await admit(dependencies, client, {
      raw: read.value,
      trigger: "queue",
      fallbackRequestId: ownId ?? identity,
      traceParent: context.traceContext?.traceParent,
    });
    const shown = plainText(admission.requestId);
    const problems = problemsOf(admission);
    if (problems !== undefined) {
      await keep(problems, admission.requestId);
      context.warn(`request ${shown} was refused; kept in the failure ledger`);
      return;
    }
    context.log(`request ${shown}: ${admission.kind}`);
  };
}

function problemsOf(admission: Admission): Problem[] | undefined {
  if (admission.kind === "invalid") return admission.problems;
  if (admission.kind === "conflict") return [versionBusy(admission.message)];
  return undefined;
}

interface Refused {
  kept: KeptBody;
  delivery: Delivery;
  identity: string;
  problems: Problem[];
  requestId: string | undefined;
}

/** The ledger's list shows a line of each entry; the entry has all. */
const MOST_SUMMARY = 1000;

/** Keeps what can't be admitted with its reasons. The same delivery is kept once. */
async function keepMessage(
  { documents, records, announcer, now }: FunctionDependencies,
  { kept, delivery, identity, problems, requestId }: Refused,
): Promise<void> {
  // A redelivery comes later: without a time of the message's own the first one's counts.
  const recordedAt =
    delivery.enqueuedAt ?? (await records.firstSeen(identity, now().toISOString()));
  const id = failureId(Date.parse(recordedAt), identity);
  const { sequenceNumber: _sequenceNumber, ...message } = delivery;
  const reasons = problems.map(inOneLine).join("; ");
  const row = {
    id,
    recordedAt,
    kind: "message" as const,
    state: "rejected" as const,
    summary: plainText(`rejected: ${reasons}`, MOST_SUMMARY),
    ...(requestId === undefined ? {} : { requestId }),
  };
  const failure: FailureDocument = {
    ...row,
    problems,
    regions: [],
    leftOver: [],
    rawMessage: { ...kept, ...message },
  };
  await documents.write(documentPaths.failure(id), failure);
  await records.putFailure({ ...row, status: "open" });
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

/**
 * Stable for redeliveries of one message, different for another message with the same body, as far as
 * the body leaves anything to tell them apart by.
 */
function identityOf({ body }: KeptBody, delivery: Delivery): string {
  const { messageId, sequenceNumber, enqueuedAt } = delivery;
  const own = sequenceNumber === undefined ? printDeepJson(body) : "";
  return hash(JSON.stringify([messageId, sequenceNumber, enqueuedAt, own]));
}

/**
 * The id that the message was first sent with, or a hash of it where it couldn't be a request's; sent again, it is
 * the same.
 */
function requestIdOf({ messageId, applicationProperties }: Delivery): string | undefined {
  const properties = applicationProperties as Record<string, unknown> | null | undefined;
  const first = properties?.[REQUEST_ID_PROPERTY];
  const id = typeof first === "string" && first !== "" ? first : messageId;
  return id === undefined || isRequestId(id) ? id : hash(id);
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const inOneLine = ({ path, message }: Problem): string =>
  path === "$" ? message : `${path}: ${message}`;
