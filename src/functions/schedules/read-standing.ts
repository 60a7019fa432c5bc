import type { Records } from "../../azure/records";
import { isSuccess } from "../../domain/run/outcome";
import { publicationId } from "../../domain/run/identity";
import type { ScheduledImage } from "../../domain/schedule/schedule";
import {
  standingOf,
  type MadeVersion,
  type MakingRun,
  type Standing,
} from "../../domain/schedule/source-fingerprint";

/** Where the source of these versions stands, by the records of their runs. */
export async function readStanding(
  records: Pick<Records, "publication" | "runs">,
  image: ScheduledImage,
  versions: readonly MadeVersion[] = [],
): Promise<Standing | undefined> {
  const read = versions.map(async (one) => ({
    ...one,
    run: await runOf(records, publicationId({ ...image, version: one.name })),
  }));
  return standingOf(await Promise.all(read));
}

async function runOf(
  records: Pick<Records, "publication" | "runs">,
  id: string,
): Promise<MakingRun | undefined> {
  const row = (await records.publication(id))?.row;
  if (row === undefined) return undefined;
  const { requestId, state } = row;
  // A later run, which adds regions, may end badly: what was published stays so.
  const wasPublished = (await records.runs(id)).some((run) => isSuccess(run.state));
  return { requestId, state, wasPublished };
}
