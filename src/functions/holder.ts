import type { DurableClient } from "durable-functions";
import { RECONCILE } from "../domain/run/ended-run";
import type { PublicationRow, RunRow } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { instanceState } from "./durable-status";

/** The run that holds a version, for whoever has to wait for it. */
export type Holder = Pick<PublicationRow, "id" | "imageId" | "fingerprint"> &
  Omit<RunRow, "endedAt" | "failureId" | "trigger">;

/** Run that goes on under a version's instance id; its row in the publications can be a successor's. */
export function holderOf(
  { imageId, ...row }: PublicationRow,
  runs: readonly RunRow[],
  input: unknown,
): Holder {
  const run = input as Partial<RunRow> | null | undefined;
  if (!run?.runId || !run.requestId || !run.fingerprint || run.runId === row.runId)
    return { ...row, imageId };
  const { runId, requestId, fingerprint } = run;
  const own = runs.find((one) => one.runId === runId);
  const { id, startedAt } = row;
  return { id, imageId, startedAt, ...own, runId, requestId, fingerprint, state: "accepted" };
}

/** Who holds the version, what for and since when, in words. */
export function whoHolds({ requestId, imageId, action, who, startedAt }: Holder): string {
  if (requestId === RECONCILE) return `what an earlier run has left of ${imageId} is being mended`;
  const doing = action === "promote" ? "promoting" : "publishing";
  const by = who === undefined ? "" : ` for ${who}`;
  return `another request, "${requestId}", is ${doing} ${imageId}${by} since ${startedAt}`;
}

/** What goes on under a version's instance id; undefined while nothing does. */
export async function findHolder(
  { records }: Pick<FunctionDependencies, "records">,
  client: DurableClient,
  id: string,
): Promise<Holder | undefined> {
  const instance = await instanceState(client, id);
  if (instance?.going !== true) return undefined;
  const [found, runs] = await Promise.all([records.publication(id), records.runs(id)]);
  return found === undefined ? undefined : holderOf(found.row, runs, instance.input);
}
