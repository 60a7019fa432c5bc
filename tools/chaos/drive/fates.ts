import type { FailureRow, Rows, RunRow } from "../evidence";

/** What the records say of a request. */
export interface Fate {
  /** The newest run that answers it. */
  run?: RunRow;
  /** It was refused as a message. */
  refused?: FailureRow;
}

/** Run ids begin with their time, so the newest is the last. */
const byRunId = (a: RunRow, b: RunRow): number => (a.runId < b.runId ? -1 : 1);

/** Finds what became of a request in the app's tables. */
export function fateOf({ requests, runs, failures }: Rows, requestId: string): Fate {
  const noted = new Set(
    requests.filter((row) => row.requestId === requestId).map(({ runId }) => runId),
  );
  const run = runs
    .filter((row) => row.requestId === requestId || noted.has(row.runId))
    .sort(byRunId)
    .at(-1);
  const refused = failures.find((row) => row.kind === "message" && row.requestId === requestId);
  return { ...(run === undefined ? {} : { run }), ...(refused === undefined ? {} : { refused }) };
}

/** Nothing more will come of it. */
export const isOver = ({ run, refused }: Fate): boolean =>
  run === undefined ? refused !== undefined : isFinal(run.state);

const FINAL = new Set([
  "published",
  "promoted",
  "partlyPublished",
  "failed",
  "rejected",
  "cancelled",
]);

/** States in which a run is recorded. */
export const isFinal = (state: string): boolean => FINAL.has(state);
