import type { DurableClient } from "durable-functions";
import type { Problem } from "../domain/problem";
import { parseRequest } from "../domain/request/parse-request";
import {
  numbered,
  type PublishRequest,
  type UnnumberedRequest,
} from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { fingerprint, imageVersionId, publicationId } from "../domain/run/identity";
import type { PublicationRow, Steered, Trigger } from "../domain/run/records";
import { numberedBy } from "../domain/run/numbers";
import { PUBLISH_IMAGE_VERSION } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { numberRequest } from "./number-request";
import { takeVersion, type Taken } from "./take-version";

/** What became of a request at the door. */
export type Admission = NumberedTaken | Refused;

/** With the number, where the request has let its version be numbered. */
export type NumberedTaken = Taken & { version?: string };
export interface Refused {
  kind: "invalid";
  problems: Problem[];
  requestId: string;
}

export interface Arrival {
  raw: unknown;
  trigger: Trigger;
  /** Identity of the delivery, for a request without one: MessageId or Idempotency-Key. */
  fallbackRequestId: string;
  /** W3C trace context that it came with. */
  traceParent?: string | undefined;
}

/**
 * The one door for all triggers: reads the request, reserves its version and starts the run. May be
 * repeated with the same arrival; the second time joins the first.
 * @throws when storage or the durable store don't answer: the caller has the delivery repeated.
 */
export async function admit(
  dependencies: FunctionDependencies,
  client: DurableClient,
  { raw, trigger, fallbackRequestId, traceParent }: Arrival,
): Promise<Admission> {
  const { rules, now } = dependencies;
  const parsed = parseRequest(raw, { ...rules, now: now() });
  const requestId = parsed.requestId ?? fallbackRequestId;
  if (parsed.kind === "invalid") return { kind: "invalid", problems: parsed.problems, requestId };
  const trace = traceParent === undefined ? {} : { traceParent };
  const arrival = { requestId, trigger, ...trace };
  return parsed.kind === "unnumbered"
    ? admitUnnumbered(dependencies, client, { request: parsed.request, ...arrival })
    : admitRequest(dependencies, client, { request: parsed.request, ...arrival });
}

/** More versions than this are never being published by their names, one after the other, at once. */
const MOST_PASSED = 100;

/**
 * Like `admitRequest`, for a request whose version gets its number here: the same whenever it comes again.
 */
export async function admitUnnumbered(
  dependencies: FunctionDependencies,
  client: DurableClient,
  { request, ...arrival }: Omit<ReadArrival, "request"> & { request: UnnumberedRequest },
): Promise<Admission> {
  const { requestId } = arrival;
  const { image } = request;
  let passed: string | undefined;
  for (let tries = 0; tries < MOST_PASSED; tries++) {
    const number = await numberRequest(dependencies, { request, requestId }, passed);
    if (number.kind === "invalid") return { ...number, requestId };
    const { version } = number;
    const whole = numbered(request, requestId, version);
    const taken = await admitRequest(dependencies, client, { request: whole, ...arrival });
    if (taken.kind !== "conflict") {
      await dependencies.numbers.started(image, requestId);
      return { ...taken, version };
    }
    // Somebody who names this version was faster: the next is as good. Not for a request that has had a run.
    const runs = await dependencies.records.runs(taken.publicationId);
    if (runs.some((run) => run.requestId === requestId)) return { ...taken, version };
    passed = version;
  }
  throw new Error(`every version after ${passed} of ${image.definition} is held; try again`);
}

/** A request that was read already. */
export interface ReadArrival extends Steered {
  request: PublishRequest;
  requestId: string;
  trigger: Trigger;
  traceParent?: string;
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
  { image, ...request }: Pick<PublishRequest, "image" | "numbering">,
  run: Pick<PublicationRow, "requestId" | "fingerprint" | "trigger" | "traceParent"> & Steered,
): PublicationRow {
  const time = now();
  return {
    id: publicationId(image),
    imageId: imageVersionId(image),
    location: image.location,
    state: "accepted",
    runId: newRunId(time),
    ...run,
    ...numberedBy(request),
    startedAt: time.toISOString(),
    updatedAt: time.toISOString(),
  };
}
