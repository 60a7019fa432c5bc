import { heldNumber } from "../domain/run/numbers";
import { isLive, type FinalState } from "../domain/run/outcome";
import type { PublicationRow, RunRow } from "../domain/run/records";
import { answeredBy, hasBegun } from "./answered-by";
import type { AcceptedInput } from "./announce-transition";
import { requestOf, type ActivityDependencies } from "./dependencies";

/** Why a run isn't to go on: its own end is recorded, or its request has another run. */
export interface EndedBefore {
  kind: "endedBefore";
  result: { state: FinalState | "superseded"; failureId?: string };
}

type Holding = Pick<ActivityDependencies, "documents" | "records" | "numbers" | "log" | "now">;

/**
 * Makes sure, before a run does anything, that the version's row names it, and changes the row: from then on nobody who
 * has read it before can take it over. A delivery can stand still right before the start for as long as it likes:
 * - the end of this very run may be recorded, when another delivery has started it. It isn't begun again;
 * - the row may name another run, when the version was taken over. None is going on, this one has the version's
 *   instance, so it takes the row back. Its starter has told, or tells, that the request is accepted;
 * - unless the request was delivered once more and has its answer by a run of that, or this one was begun before and was
 *   lost, which `reconcile` records: what others have written since isn't its own to go on with. Then nothing is done.
 * @returns why the run isn't to go on; undefined when it is
 */
export async function holdVersion(
  dependencies: Holding,
  run: AcceptedInput,
): Promise<EndedBefore | undefined> {
  const { records, now } = dependencies;
  const { publicationId, runId } = run;
  for (;;) {
    const found = await records.publication(publicationId);
    const own = await records.run(publicationId, runId);
    if (own !== undefined && !isLive(own.state)) return endedAs(own.state, own.failureId);
    // A row that is gone is written at the end.
    if (found === undefined) return undefined;
    const { row, etag } = found;
    if (row.runId === runId) {
      if (await records.reserve(row, etag)) return undefined;
      continue;
    }
    if (await isSuperseded(dependencies, run)) return endedAs("superseded");
    const mine = runRow(run);
    if (!(await records.renewRun(publicationId, mine))) continue;
    if (await records.reserve(publicationRow(row, run, mine, now()), etag)) return undefined;
  }
}

const endedAs = (state: FinalState | "superseded", failureId?: string): EndedBefore => ({
  kind: "endedBefore",
  result: { state, ...(failureId === undefined ? {} : { failureId }) },
});

/** The request has its answer elsewhere; by its id that is found again, and of this run nothing is left. */
async function isSuperseded(dependencies: Holding, run: AcceptedInput): Promise<boolean> {
  const { records, log, now } = dependencies;
  const { publicationId, runId, requestId, fingerprint } = run;
  const asked = { publicationId, requestId, fingerprint };
  const about = { publicationId, runId, requestId, time: now().toISOString() };
  if (await hasBegun(dependencies, run)) {
    log({ event: "runSuperseded", ...about, by: runId });
    return true;
  }
  const other = await answeredBy(dependencies, run);
  if (other === undefined && (await hasNumber(dependencies, run))) return false;
  if (other === undefined) await records.forgetRequest(asked);
  else await records.noteRequest({ ...asked, runId: other.runId });
  await records.withdraw({ id: publicationId, runId }, undefined, async () => true);
  log({ event: "runSuperseded", ...about, ...(other === undefined ? {} : { by: other.runId }) });
  return true;
}

/** A request whose version was to be numbered may have been passed on to another number meanwhile. */
async function hasNumber(
  { documents, numbers, now }: Holding,
  run: AcceptedInput,
): Promise<boolean> {
  if (run.data.action === "promote") return true;
  const request = await requestOf(documents, run);
  const held = heldNumber(request);
  return held === undefined || numbers.started(request.image, held, now().toISOString());
}

function runRow({ runId, requestId, fingerprint, time, data }: AcceptedInput): RunRow {
  const { imageId: _imageId, ...about } = data;
  return { runId, requestId, fingerprint, state: "accepted", startedAt: time, ...about };
}

/** The version's row for this run; of the one that it says now the version itself stays. */
const publicationRow = (
  { id, imageId, location }: PublicationRow,
  { traceParent }: AcceptedInput,
  mine: RunRow,
  now: Date,
): PublicationRow => ({
  ...{ id, imageId, location, ...mine, updatedAt: now.toISOString() },
  ...(traceParent === undefined ? {} : { traceParent }),
});
