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
import { heldNumber, numberedBy } from "../domain/run/numbers";
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

/**
 * Each number that is held is looked at twice, and more than half as many versions are never being published by their
 * names, one after the other, at once.
 */
const MOST_LOOKS = 200;

/**
 * Like `admitRequest`, for a request whose version gets its number here: the same whenever it comes again.
 *
 * A number that somebody who names the version holds is passed over. Of two deliveries one may have seen it held, and the
 * other find it free since: who passes it over replaces the request's row as it was before that look, and who begins the
 * run changes the row when the version is taken. So one of them loses, and looks again.
 */
export async function admitUnnumbered(
  dependencies: FunctionDependencies,
  client: DurableClient,
  { request, ...arrival }: Omit<ReadArrival, "request"> & { request: UnnumberedRequest },
): Promise<Admission> {
  const { requestId } = arrival;
  let passed: string | undefined;
  let hadRun = false;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const number = await numberRequest(dependencies, { request, requestId }, passed);
    if (number.kind === "invalid") return { ...number, requestId };
    const { version } = number;
    const whole = numbered(request, requestId, version);
    const taken = await admitRequest(dependencies, client, { request: whole, ...arrival });
    if (taken.kind !== "conflict") return { ...taken, version };
    // A request that has had a run of this version has its answer there. Seen just now, it may have begun since.
    const isOwn = await hasRun(dependencies, taken.publicationId, whole, requestId);
    if (isOwn && hadRun) return { ...taken, version };
    hadRun = isOwn;
    // Without a run of its own the next is as good.
    passed = isOwn ? undefined : number.etag;
  }
  throw new Error(`every version of ${request.image.definition} is held; try again`);
}

async function hasRun(
  { records }: FunctionDependencies,
  id: string,
  request: PublishRequest,
  requestId: string,
): Promise<boolean> {
  const print = fingerprint(request);
  const runs = await records.runs(id);
  return runs.some((run) => run.requestId === requestId && run.fingerprint === print);
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
  const { numbers, now } = dependencies;
  const held = heldNumber(request);
  return takeVersion(dependencies, client, {
    candidate,
    orchestrator: PUBLISH_IMAGE_VERSION,
    mayBegin: async () =>
      held === undefined || numbers.started(request.image, held, now().toISOString()),
  });
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
