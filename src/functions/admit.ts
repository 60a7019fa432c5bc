import type { DurableClient } from "durable-functions";
import { documentPaths } from "../domain/run/document-paths";
import { problem, type Problem } from "../domain/problem";
import { parseRequest } from "../domain/request/parse-request";
import type { PublishRequest } from "../domain/request/publish-request";
import { fingerprint, imageVersionId, publicationId } from "../domain/run/identity";
import type { PublicationState } from "../domain/run/outcome";
import type { PublicationRow, RunRow, Trigger } from "../domain/run/records";
import { PUBLISH_IMAGE_VERSION } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { instanceState, startUnlessGoing } from "./durable-status";

/** What became of a request at the door. */
export type Admission =
  /** A run was started. */
  | { kind: "accepted"; publicationId: string; runId: string; requestId: string }
  /** The same request has a run already, going on or ended. */
  | {
      kind: "joined";
      publicationId: string;
      runId: string;
      requestId: string;
      state: PublicationState;
    }
  /** Another request holds the version. */
  | { kind: "conflict"; publicationId: string; requestId: string; message: string }
  | { kind: "invalid"; problems: Problem[]; requestId: string };

export interface Arrival {
  raw: unknown;
  trigger: Trigger;
  /** Identity of the delivery, for a request without one: MessageId or Idempotency-Key. */
  fallbackRequestId: string;
}

/** A reservation without a run this old was abandoned between the two steps of its start. */
const ABANDONED_AFTER_MS = 60_000;
/** Losing this many races in a row means that something else is wrong. */
const MAX_RACES = 20;

/**
 * The one door for all triggers: reads the request, reserves its version and starts the run. May be
 * repeated with the same arrival; the second time joins the first.
 * @throws when storage or the durable store don't answer: the caller has the delivery repeated.
 */
export async function admit(
  dependencies: FunctionDependencies,
  client: DurableClient,
  arrival: Arrival,
): Promise<Admission> {
  const { rules, now } = dependencies;
  const parsed = parseRequest(arrival.raw, { ...rules, now: now() });
  const requestId = parsed.requestId ?? arrival.fallbackRequestId;
  if (parsed.kind === "invalid") return { kind: "invalid", problems: parsed.problems, requestId };
  const candidate = newRow(dependencies, parsed.request, requestId, arrival.trigger);
  await dependencies.documents.write(
    documentPaths.request(candidate.id, candidate.fingerprint),
    parsed.request,
  );
  for (let race = 0; race < MAX_RACES; race++) {
    const admission = await tryToStart(dependencies, client, candidate);
    if (admission === undefined) continue;
    const asked = askedFor(candidate);
    // By a refused request's id another one's publication would be found.
    if (admission.kind === "conflict") await dependencies.records.forgetRequest(asked);
    if (admission.kind === "joined")
      await dependencies.records.noteRequest({ ...asked, runId: admission.runId });
    return admission;
  }
  throw new Error(`version ${candidate.imageId} changed hands ${MAX_RACES} times; try again`);
}

function newRow(
  { now, newRunId }: FunctionDependencies,
  request: PublishRequest,
  requestId: string,
  trigger: Trigger,
): PublicationRow {
  const time = now();
  return {
    id: publicationId(request.image),
    imageId: imageVersionId(request.image),
    location: request.image.location,
    state: "accepted",
    runId: newRunId(time),
    requestId,
    fingerprint: fingerprint(request),
    trigger,
    startedAt: time.toISOString(),
    updatedAt: time.toISOString(),
  };
}

/** One attempt; undefined when somebody else moved in between. */
async function tryToStart(
  dependencies: FunctionDependencies,
  client: DurableClient,
  candidate: PublicationRow,
): Promise<Admission | undefined> {
  const { records } = dependencies;
  // Before the rows: a run records its end before its instance ends, so one that has ended here
  // stands there as ended, and isn't taken for one that never started.
  const instance = await instanceState(client, candidate.id);
  const [reserved, runs, noted] = await Promise.all([
    records.publication(candidate.id),
    records.runs(candidate.id),
    records.notedRequest(askedFor(candidate)),
  ]);
  const same = (row: { requestId: string; fingerprint: string }): boolean =>
    row.requestId === candidate.requestId && row.fingerprint === candidate.fingerprint;
  if (reserved === undefined) {
    if (!(await records.reserve(candidate, undefined))) return undefined;
    return start(dependencies, client, candidate);
  }
  const { row, etag } = reserved;
  // First: a request that has had its answer gets it again, whoever holds the version now.
  const repeated = runs.find(
    (run) => (same(run) || run.runId === noted?.runId) && run.state !== "accepted",
  );
  if (repeated !== undefined)
    return { ...identity(candidate), kind: "joined", runId: repeated.runId, state: repeated.state };
  if (instance?.going === true) return joinOrRefuse(holder(row, instance.input), candidate);
  const unstarted = row.state === "accepted";
  // A crash between reservation and start: the same content, by whatever delivery, goes on where it
  // stopped. Telling another sender "joined" without a start would lose both, once its message is
  // completed.
  if (unstarted && row.fingerprint === candidate.fingerprint) {
    const started = await start(dependencies, client, row);
    return started === undefined || same(row) ? started : joinOrRefuse(row, candidate);
  }
  const age = dependencies.now().getTime() - Date.parse(row.startedAt);
  if (unstarted && age < ABANDONED_AFTER_MS) return joinOrRefuse(row, candidate);
  if (!(await records.reserve(candidate, etag))) return undefined;
  return start(dependencies, client, candidate);
}

/** The run that goes on under the version's instance; the row can be a successor's. */
function holder(row: PublicationRow, input: unknown): PublicationRow {
  const run = input as Partial<RunRow> | null | undefined;
  if (!run?.runId || !run.requestId || !run.fingerprint || run.runId === row.runId) return row;
  const { runId, requestId, fingerprint: content } = run;
  return { ...row, state: "accepted", runId, requestId, fingerprint: content };
}

function joinOrRefuse(row: PublicationRow, candidate: PublicationRow): Admission {
  // Another sender of the same content has started the run of this very reservation.
  if (row.runId === candidate.runId)
    return { ...identity(candidate), kind: "accepted", runId: row.runId };
  if (row.fingerprint === candidate.fingerprint)
    return { ...identity(candidate), kind: "joined", runId: row.runId, state: row.state };
  return {
    ...identity(candidate),
    kind: "conflict",
    message: `request "${row.requestId}" is publishing ${row.imageId} since ${row.startedAt}, with other content`,
  };
}

/** What a sender is told whose version another request holds; the same for all triggers. */
export const versionBusy = (message: string): Problem =>
  problem("$", "VersionBusy", message, "send the request again when the other one has ended");

const identity = ({ id, requestId }: PublicationRow) => ({ publicationId: id, requestId });

const askedFor = (row: PublicationRow) => ({ ...identity(row), fingerprint: row.fingerprint });

async function start(
  { records }: FunctionDependencies,
  client: DurableClient,
  row: PublicationRow,
): Promise<Admission | undefined> {
  const { id, runId, requestId, trigger, state, startedAt } = row;
  const run = { runId, requestId, fingerprint: row.fingerprint, trigger };
  // All of it before the start: a run must be found by the request that asked for it.
  if (!(await records.beginRun(id, { ...run, state, startedAt }))) return undefined;
  await records.noteRequest({ ...askedFor(row), runId });
  const started = await startUnlessGoing(client, PUBLISH_IMAGE_VERSION, id, {
    publicationId: id,
    ...run,
  });
  return started ? { ...identity(row), kind: "accepted", runId } : undefined;
}
