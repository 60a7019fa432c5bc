import { fateOf, isFinal, isOver } from "../drive/fates";
import type { Evidence, RunRow } from "../evidence";
import type { Invariant } from "./invariant";
import { callsByVersion, isAcceptedWrite, markOf, type PutBody } from "./writes-of-versions";

/** What must hold of the app's records, its queue and its events. */
export const RECORD_INVARIANTS: Invariant[] = [
  { name: "every accepted request is accounted for", violations: unaccounted },
  { name: "no request has two runs", violations: ranTwice },
  { name: "every run has ended", violations: notEnded },
  { name: "every run that didn't end well stands in the ledger", violations: notInLedger },
  { name: "every end was announced", violations: notAnnounced },
  { name: "what was rejected wrote nothing", violations: rejectedWrote },
  { name: "the queue is empty", violations: ({ queued }) => queued.map((id) => `message ${id}`) },
];

/** Published, partly published, promoted, or recorded as failed; or it is a dead letter, which is shown. */
function unaccounted({ accepted, rows, deadLetters }: Evidence): string[] {
  const ids = new Set(accepted.map(({ requestId }) => requestId));
  return [...ids]
    .filter((id) => !isOver(fateOf(rows, id)) && !deadLetters.includes(id))
    .map((id) => `request ${id}: ${fateOf(rows, id).run?.state ?? "no record"}`);
}

function ranTwice({ rows }: Evidence): string[] {
  const seen = new Map<string, string>();
  return rows.runs.flatMap(({ requestId, fingerprint, runId, partitionKey }) => {
    const key = `${requestId} ${fingerprint} ${partitionKey}`;
    const first = seen.get(key);
    seen.set(key, runId);
    return first === undefined ? [] : [`request ${requestId}: runs ${first} and ${runId}`];
  });
}

function notEnded({ rows, goingOn }: Evidence): string[] {
  return [
    ...rows.runs.filter(({ state }) => !isFinal(state)).map(described),
    ...rows.publications
      .filter(({ state }) => !isFinal(state))
      .map(({ id, state }) => `publication ${id}: ${state}`),
    ...goingOn.map((id) => `durable instance ${id} goes on`),
  ];
}

const described = ({ runId, requestId, state }: RunRow): string =>
  `run ${runId} of request ${requestId}: ${state}`;

const isGood = ({ state }: RunRow): boolean => state === "published" || state === "promoted";

function notInLedger({ rows }: Evidence): string[] {
  const entries = new Map(rows.failures.map((row) => [row.id, row]));
  return rows.runs
    .filter((run) => isFinal(run.state) && !isGood(run))
    .filter(({ failureId, runId, state }) => {
      const entry = entries.get(failureId ?? "");
      return entry?.runId !== runId || entry.state !== state;
    })
    .map(described);
}

function notAnnounced({ rows, events }: Evidence): string[] {
  const announced = new Set(events);
  return rows.runs
    .filter(({ state }) => isFinal(state))
    .flatMap((run) =>
      ["accepted", run.state]
        .filter((state) => !announced.has(`${run.runId}.${state}`))
        .map((state) => `${described(run)}, event ${state}`),
    );
}

function rejectedWrote({ rows, log }: Evidence): string[] {
  const wrote = new Set(
    [...callsByVersion(log).values()]
      .flat()
      .filter((call) => isAcceptedWrite(call) && call.method === "PUT")
      .map(({ body }) => markOf(body as PutBody).run),
  );
  return rows.runs
    .filter(({ state, runId }) => state === "rejected" && wrote.has(runId))
    .map(described);
}
