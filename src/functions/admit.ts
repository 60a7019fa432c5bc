import type { DurableClient } from "durable-functions";
import type { Problem } from "../domain/problem";
import { parseRequest } from "../domain/request/parse-request";
import type { PublishRequest } from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { fingerprint, imageVersionId, publicationId } from "../domain/run/identity";
import type { PublicationRow, Steered, Trigger } from "../domain/run/records";
import { PUBLISH_IMAGE_VERSION } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { takeVersion, type Taken } from "./take-version";

/** What became of a request at the door. */
export type Admission = Taken | { kind: "invalid"; problems: Problem[]; requestId: string };

export interface Arrival {
  raw: unknown;
  trigger: Trigger;
  /** Identity of the delivery, for a request without one: MessageId or Idempotency-Key. */
  fallbackRequestId: string;
}

/**
 * The one door for all triggers: reads the request, reserves its version and starts the run. May be
 * repeated with the same arrival; the second time joins the first.
 * @throws when storage or the durable store don't answer: the caller has the delivery repeated.
 */
export async function admit(
  dependencies: FunctionDependencies,
  client: DurableClient,
  { raw, trigger, fallbackRequestId }: Arrival,
): Promise<Admission> {
  const { rules, now } = dependencies;
  const parsed = parseRequest(raw, { ...rules, now: now() });
  const requestId = parsed.requestId ?? fallbackRequestId;
  if (parsed.kind === "invalid") return { kind: "invalid", problems: parsed.problems, requestId };
  return admitRequest(dependencies, client, { request: parsed.request, requestId, trigger });
}

/** A request that was read already. */
export interface ReadArrival extends Steered {
  request: PublishRequest;
  requestId: string;
  trigger: Trigger;
}

/** Like `admit`, for a request that was read already. */
export async function admitRequest(
  dependencies: FunctionDependencies,
  client: DurableClient,
  { request, ...arrival }: ReadArrival,
): Promise<Taken> {
  const candidate = newRow(dependencies, request, {
    ...arrival,
    fingerprint: fingerprint(request),
  });
  await dependencies.documents.write(
    documentPaths.request(candidate.id, candidate.fingerprint),
    request,
  );
  return takeVersion(dependencies, client, candidate, PUBLISH_IMAGE_VERSION);
}

/** Row of a run that is about to be started for this request's version. */
export function newRow(
  { now, newRunId }: Pick<FunctionDependencies, "now" | "newRunId">,
  { image }: Pick<PublishRequest, "image">,
  run: Pick<PublicationRow, "requestId" | "fingerprint" | "trigger"> & Steered,
): PublicationRow {
  const time = now();
  return {
    id: publicationId(image),
    imageId: imageVersionId(image),
    location: image.location,
    state: "accepted",
    runId: newRunId(time),
    ...run,
    startedAt: time.toISOString(),
    updatedAt: time.toISOString(),
  };
}
