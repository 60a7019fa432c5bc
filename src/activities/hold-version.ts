import { isLive, type FinalState } from "../domain/run/outcome";
import type { PublicationRow, RunRow } from "../domain/run/records";
import { answeredBy, hasBegun } from "./answered-by";
import type { AcceptedInput } from "./announcement";
import type { ActivityDependencies } from "./dependencies";
import { keepNumber } from "./keep-number";

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
 * - the request may have been delivered once more and have its answer by a run of that, or this one was begun before and
 *   was lost, which `reconcile` records: what others have written since isn't its own to go on with. Nothing is done;
 * - its number may be another's by then: it ends as rejected, and is recorded so;
 * - the row may name another run, when the version was taken over. None is going on, this one has the version's
 *   instance, so it takes the row back, and is its request's run again. Its starter has told, or tells, "accepted".
 * @returns why the run isn't to go on; undefined when it is
 * @throws when its number is gone
 */
export async function holdVersion(
  dependencies: Holding,
  run: AcceptedInput,
): Promise<EndedBefore | undefined> {
  const { records, now } = dependencies;
  const { publicationId, runId, requestId, fingerprint } = run;
  for (;;) {
    const found = await records.publication(publicationId);
    const own = await records.run(publicationId, runId);
    // An end stands in the version's row first.
    for (const one of [own, found?.row])
      if (one?.runId === runId && !isLive(one.state)) return endedAs(one.state, one.failureId);
    const isOvertaken = found !== undefined && found.row.runId !== runId;
    if (isOvertaken && (await hasBegun(dependencies, run)))
      return superseded(dependencies, run, runId);
    const other = await answeredBy(dependencies, run);
    const number = other === undefined ? await keepNumber(dependencies, run) : "kept";
    if (other !== undefined || number === "passedOn")
      return withdrawn(dependencies, run, found?.row, other);
    const mine = runRow(run);
    if (!(await records.renewRun(publicationId, mine))) continue;
    await records.noteRequest({ publicationId, requestId, fingerprint, runId });
    if (number === "gone")
      throw new Error(`the number of ${run.data.imageId} isn't kept for request "${requestId}"`);
    // A row that is gone is written at the end.
    if (found === undefined) return undefined;
    const { row, etag } = found;
    const next = isOvertaken ? publicationRow(row, mine, now(), run.traceParent) : row;
    if (await records.reserve(next, etag)) return undefined;
  }
}

const endedAs = (state: FinalState | "superseded", failureId?: string): EndedBefore => ({
  kind: "endedBefore",
  result: { state, ...(failureId === undefined ? {} : { failureId }) },
});

function superseded({ log, now }: Holding, run: AcceptedInput, by?: string): EndedBefore {
  const { publicationId, runId, requestId } = run;
  const about = { publicationId, runId, requestId, time: now().toISOString() };
  log({ event: "runSuperseded", ...about, ...(by === undefined ? {} : { by }) });
  return endedAs("superseded");
}

/** The request has its answer elsewhere; by its id that is found again, and of this run nothing is left. */
async function withdrawn(
  dependencies: Holding,
  run: AcceptedInput,
  row: PublicationRow | undefined,
  other: RunRow | undefined,
): Promise<EndedBefore> {
  const { records, now } = dependencies;
  const { publicationId, runId, requestId, fingerprint } = run;
  const asked = { publicationId, requestId, fingerprint };
  if (other === undefined) await records.forgetRequest({ ...asked, runId });
  else await records.noteRequest({ ...asked, runId: other.runId });
  const last = (await records.runs(publicationId)).filter((one) => one.runId !== runId).at(-1);
  const before =
    row === undefined || last === undefined ? "nothing" : publicationRow(row, last, now());
  await records.withdraw({ id: publicationId, runId }, before, async () => true);
  return superseded(dependencies, run, other?.runId);
}

function runRow({ runId, requestId, fingerprint, time, data }: AcceptedInput): RunRow {
  const { imageId: _imageId, ...about } = data;
  return { runId, requestId, fingerprint, state: "accepted", startedAt: time, ...about };
}

/** The version's row for a run; of the one that it says now the version itself stays. */
const publicationRow = (
  { id, imageId, location }: PublicationRow,
  run: RunRow,
  now: Date,
  traceParent?: string,
): PublicationRow => ({
  ...{ id, imageId, location, ...run, updatedAt: now.toISOString() },
  ...(traceParent === undefined ? {} : { traceParent }),
});
