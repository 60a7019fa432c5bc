import type { DurableClient } from "durable-functions";
import { problem, type Problem } from "../domain/problem";
import { documentPaths } from "../domain/run/document-paths";
import type { PublicationState } from "../domain/run/outcome";
import type { NumberedBy } from "../domain/run/numbers";
import type { PublicationRow, Steered } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { instanceState, runIdOf, startUnlessGoing, type InstanceState } from "./durable-status";
import { holderOf, whoHolds, type Holder } from "./holder";

/** What came of taking a version for a run. */
export type Taken =
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
  | { kind: "conflict"; publicationId: string; requestId: string; message: string };

/** A reservation without a run this old was abandoned between the two steps of its start. */
const ABANDONED_AFTER_MS = 60_000;
/** Losing this many races in a row means that something else is wrong. */
const MAX_RACES = 20;

/** What is to be started, and how. */
export interface Beginning {
  candidate: PublicationRow;
  orchestrator: string;
  /** Asked when the version is taken, before anything says that a run has begun; false when none may begin. */
  mayBegin?: () => Promise<boolean>;
}

/**
 * The one lock of everything that writes a version: reserves its row, then starts the orchestration under the version's
 * instance id. May be repeated with the same candidate; the second time joins the first.
 * @throws when storage or the durable store don't answer
 */
export async function takeVersion(
  dependencies: FunctionDependencies,
  client: DurableClient,
  beginning: Beginning,
): Promise<Taken> {
  const { candidate } = beginning;
  for (let race = 0; race < MAX_RACES; race++) {
    const taken = await tryToTake(dependencies, client, beginning);
    if (taken === undefined) continue;
    const asked = askedFor(candidate);
    // By a refused request's id another one's publication would be found.
    if (taken.kind === "conflict")
      await dependencies.records.forgetRequest({ ...asked, runId: candidate.runId });
    if (taken.kind === "joined")
      await dependencies.records.noteRequest({ ...asked, runId: taken.runId });
    return taken;
  }
  throw new Error(`version ${candidate.imageId} changed hands ${MAX_RACES} times; try again`);
}

/** One attempt; undefined when somebody else moved in between. */
async function tryToTake(
  dependencies: FunctionDependencies,
  client: DurableClient,
  beginning: Beginning,
): Promise<Taken | undefined> {
  const { records } = dependencies;
  const { candidate } = beginning;
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
    return startTaken(dependencies, client, beginning, undefined);
  }
  const { row, etag } = reserved;
  // First: a request that has had its answer gets it again, whoever holds the version now. An end stands in the version's
  // row first, and the runs may have been read before it stood in theirs.
  const repeated = [row, ...runs].find(
    (run) => (same(run) || run.runId === noted?.runId) && run.state !== "accepted",
  );
  if (repeated !== undefined)
    return { ...identity(candidate), kind: "joined", runId: repeated.runId, state: repeated.state };
  if (instance?.going === true) return joinOrRefuse(holderOf(row, runs, instance.input), candidate);
  const unstarted = row.state === "accepted";
  if (unstarted && row.fingerprint === candidate.fingerprint) {
    // It has run, and ended without a word: started again it would take its own old writes for new ones. The same
    // content has this run for its answer, which `reconcile` records. The instance may since have been that of a run
    // which did nothing.
    const isLost =
      runOf(instance) === row.runId || (await hasBegun(dependencies, row.id, row.runId));
    if (isLost) return joinOrRefuse(row, candidate);
    // A crash between reservation and start: the same content, by whatever delivery, goes on where it
    // stopped. Telling another sender "joined" without a start would lose both, once its message is
    // completed.
    const started = await start(dependencies, client, { ...beginning, candidate: row }, "leave");
    return started?.kind === "accepted" && !same(row) ? joinOrRefuse(row, candidate) : started;
  }
  for (const { runId, state } of runs.filter((run) => same(run) && run.runId !== row.runId))
    if (await hasBegun(dependencies, candidate.id, runId))
      return { ...identity(candidate), kind: "joined", runId, state };
  const age = dependencies.now().getTime() - Date.parse(row.startedAt);
  if (unstarted && age < ABANDONED_AFTER_MS) return joinOrRefuse(row, candidate);
  // Its own delivery may have stood still only: a run changes the row when it begins, and one that had begun by the time
  // the row was read is seen here.
  if (unstarted && (await hasChanged(client, candidate.id, instance))) return undefined;
  if (!(await records.reserve(candidate, etag))) return undefined;
  return startTaken(dependencies, client, beginning, row);
}

/** Starts the run for whose row this one was taken, or lets the row say again what it said before. */
async function startTaken(
  dependencies: FunctionDependencies,
  client: DurableClient,
  beginning: Beginning,
  before: PublicationRow | undefined,
): Promise<Taken | undefined> {
  const started = await start(dependencies, client, beginning, before ?? "nothing");
  if (started?.kind === "conflict")
    await dependencies.records.giveBack(beginning.candidate, before);
  return started;
}

/** Which run the version's instance was last about: its own, or one that `reconcile` mended. */
function runOf(instance: InstanceState | undefined): string | undefined {
  const mended = instance?.input as { ended?: { runId: string } } | null | undefined;
  return mended?.ended?.runId ?? runIdOf(instance);
}

async function hasChanged(
  client: DurableClient,
  id: string,
  before: InstanceState | undefined,
): Promise<boolean> {
  const instance = await instanceState(client, id);
  return instance?.going === true || runOf(instance) !== runOf(before);
}

/**
 * What a run finds at first is kept before it writes. One that has got so far, was lost and overtaken, is its request's
 * answer, which `reconcile` records: another would be a second run of the same request. One that hasn't, perhaps never
 * was started.
 */
async function hasBegun(
  { documents }: FunctionDependencies,
  id: string,
  runId: string,
): Promise<boolean> {
  return (await documents.read(documentPaths.inspected(id, runId))) !== undefined;
}

function joinOrRefuse(row: Holder, candidate: PublicationRow): Taken {
  // Another sender of the same content has started the run of this very reservation.
  if (row.runId === candidate.runId)
    return { ...identity(candidate), kind: "accepted", runId: row.runId };
  if (row.fingerprint === candidate.fingerprint)
    return { ...identity(candidate), kind: "joined", runId: row.runId, state: row.state };
  return {
    ...identity(candidate),
    kind: "conflict",
    message: whoHolds(row),
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
  { candidate: row, orchestrator, mayBegin = async () => true }: Beginning,
  before: PublicationRow | "nothing" | "leave",
): Promise<Taken | undefined> {
  const { id, imageId, runId, requestId, trigger, state, startedAt, traceParent } = row;
  const run = { runId, requestId, fingerprint: row.fingerprint, trigger };
  const about = { ...steeredOf(row), ...numberedBy(row) };
  if (!(await mayBegin()))
    return {
      ...identity(row),
      kind: "conflict",
      message: `the number of ${imageId} isn't kept for request "${requestId}" any more`,
    };
  // All of it before the start: a run must be found by the request that asked for it.
  if (!(await records.beginRun(id, { ...run, state, startedAt, ...about }))) return undefined;
  await records.noteRequest({ ...askedFor(row), runId });
  const started = await startUnlessGoing(client, orchestrator, id, {
    publicationId: id,
    ...run,
    ...(traceParent === undefined ? {} : { traceParent }),
    accepted: { imageId, startedAt, ...about },
  });
  if (started) return { ...identity(row), kind: "accepted", runId };
  // Another one has begun first, and this delivery is refused, or joins that: `reconcile` would record this run as lost.
  const isUnbegun = async () => runOf(await instanceState(client, id)) !== runId;
  await records.withdraw(row, before, isUnbegun);
  return undefined;
}

const numberedBy = ({ strategy, strategyBase }: PublicationRow): NumberedBy => ({
  ...(strategy === undefined ? {} : { strategy }),
  ...(strategyBase === undefined ? {} : { strategyBase }),
});

const steeredOf = ({ action, who, why, redriveOf }: PublicationRow): Steered => ({
  ...(action === undefined ? {} : { action }),
  ...(who === undefined ? {} : { who }),
  ...(why === undefined ? {} : { why }),
  ...(redriveOf === undefined ? {} : { redriveOf }),
});
