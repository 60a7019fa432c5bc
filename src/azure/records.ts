import { createHash } from "node:crypto";
import type {
  AskedFor,
  FailureRow,
  PublicationRow,
  RequestRow,
  RunRow,
  SeenRow,
  Settlement,
} from "../domain/run/records";
import {
  toSignals,
  type Claim,
  type ClaimRow,
  type SignalRow,
  type Signals,
  type SignalsRow,
} from "../domain/run/signals";
import { quoted, type RecordTable } from "./record-table";

/** Rows of publications, their runs, and the failure ledger's index. */
export interface Records {
  publication(id: string): Promise<{ row: PublicationRow; etag: string } | undefined>;
  publications(filter: {
    requestId?: string;
    state?: string;
    limit?: number;
    continuation?: string;
  }): Promise<{ rows: PublicationRow[]; continuation?: string }>;
  /**
   * Takes the version for a run: inserts the row, or replaces the one with this ETag. False when
   * somebody else was faster; read again, then.
   */
  reserve(row: PublicationRow, etag: string | undefined): Promise<boolean>;
  /** Undoes that, where no run was begun: the row says what it said before, unless somebody else has taken it since. */
  giveBack(row: PublicationRow, before: PublicationRow | undefined): Promise<void>;
  /**
   * Withdraws a run that hasn't begun: its own row, and the version's, which says what it said before. Nothing is changed
   * when it begins meanwhile.
   * @param before `leave` when somebody else has taken the version's row since, or will; `nothing` when there was none
   * @param isUnbegun asked between reading the rows and changing them
   */
  withdraw(
    run: Pick<PublicationRow, "id" | "runId">,
    before: PublicationRow | "nothing" | "leave",
    isUnbegun: () => Promise<boolean>,
  ): Promise<void>;
  /**
   * Ends a run in its publication's row, unless a later run has taken the row over. A row that is
   * gone is written anew, when its image is known.
   */
  finish(
    row: RunRow & { publicationId: string; updatedAt: string; imageId?: string; location?: string },
  ): Promise<void>;
  /** Remembers which run answers a request, so that both are found by its own id for ever. */
  noteRequest(request: AskedFor & { runId: string }): Promise<void>;
  notedRequest(request: AskedFor): Promise<RequestRow | undefined>;
  /**
   * What was noted before a start of this run that came to nothing. Kept where another run is noted that is there: a
   * delivery that stands still may begin it yet.
   */
  forgetRequest(request: AskedFor & { runId: string }): Promise<void>;
  runs(publicationId: string): Promise<RunRow[]>;
  run(publicationId: string, runId: string): Promise<RunRow | undefined>;
  /** Runs of all publications that haven't been recorded as ended. */
  openRuns(): AsyncIterable<RunRow & { id: string }>;
  /** Writes the row of a run that is about to start; false when that run has ended already. */
  beginRun(publicationId: string, run: RunRow): Promise<boolean>;
  /** Like `beginRun`, and whoever is about to withdraw the run finds its row changed. */
  renewRun(publicationId: string, run: RunRow): Promise<boolean>;
  /** Everything that people have said to a run. */
  signals(publicationId: string, runId: string): Promise<Signals>;
  /**
   * Keeps what somebody says to a run; false when it was said before: the first one counts. Also false for a
   * cancellation when the run has claimed to take the version into `latest`.
   */
  signal(publicationId: string, signal: SignalRow): Promise<boolean>;
  /** From now on the run can't be cancelled, unless it was before. */
  claimLatest(publicationId: string, runId: string, now: string): Promise<Claim>;
  /** Takes such a claim back. */
  releaseLatest(publicationId: string, runId: string): Promise<void>;
  /** Keeps a failure; recorded again it is the same one, with what people have done about it since. */
  putFailure(row: FailureRow): Promise<void>;
  failure(id: string): Promise<{ row: FailureRow; etag: string } | undefined>;
  /** Replaces the row with this ETag; false when somebody else was faster. */
  settleFailure(row: FailureRow, etag: string): Promise<boolean>;
  /** Entries whose run has left the version's safety flag open. */
  openFlags(): Promise<FailureRow[]>;
  /** Entries whose run has left something behind, and that nobody has redriven or dismissed. */
  openLeftOvers(): Promise<FailureRow[]>;
  /** The flag of this entry's version is closed by now. */
  flagClosed(failureId: string): Promise<void>;
  /** The time (ISO 8601) at which the first attempt to record an occurrence was made: this one, or an earlier. */
  firstSeen(occurrence: string, now: string): Promise<string>;
  failures(filter: {
    requestId?: string;
    publicationId?: string;
    state?: string;
    kind?: string;
    /** Without a status the dismissed ones are left out. */
    status?: Settlement["status"] | "all";
    limit?: number;
    continuation?: string;
  }): Promise<{ rows: FailureRow[]; continuation?: string }>;
}

const PUBLICATIONS = "publication";
const FAILURES = "failure";
const SEEN = "seen";

export interface RecordTables {
  publications: RecordTable<PublicationRow>;
  runs: RecordTable<RunRow>;
  failures: RecordTable<FailureRow>;
  requests: RecordTable<RequestRow>;
  signals: RecordTable<SignalsRow>;
  /** A partition of its own beside the ledger's. */
  seen: RecordTable<SeenRow>;
}

export function createRecords({
  publications,
  runs,
  failures,
  requests,
  signals,
  seen,
}: RecordTables): Records {
  return {
    async publication(id) {
      const found = await publications.get(PUBLICATIONS, id);
      return found === undefined ? undefined : { row: found.value, etag: found.etag };
    },
    async publications({ requestId, state, ...page }) {
      if (requestId === undefined)
        return publications.list(PUBLICATIONS, { ...page, ...equals({ state }) });
      const noted = await requests.list(partitionOf(requestId), page);
      const ids = [...new Set(noted.rows.map(({ publicationId }) => publicationId))];
      const found = await Promise.all(
        ids.map(async (id) => {
          const publication = await publications.get(PUBLICATIONS, id);
          if (publication === undefined) return [];
          const own = ownRun(requestId, noted.rows, await allRows(runs, id));
          const { endedAt: _endedAt, failureId: _failureId, ...row } = publication.value;
          return [own === undefined ? publication.value : { ...row, ...own }];
        }),
      );
      const rows = found.flat().filter((row) => state === undefined || row.state === state);
      return { ...noted, rows };
    },
    reserve: (row, etag) =>
      etag === undefined
        ? publications.insert(PUBLICATIONS, row.id, row)
        : publications.replace(PUBLICATIONS, row.id, row, etag),
    async giveBack({ id, runId }, before) {
      const found = await publications.get(PUBLICATIONS, id);
      if (found?.value.runId !== runId) return;
      if (before === undefined) await publications.remove(PUBLICATIONS, id, found.etag);
      else await publications.replace(PUBLICATIONS, id, before, found.etag);
    },
    async withdraw({ id, runId }, before, isUnbegun) {
      for (;;) {
        const [row, run] = await Promise.all([
          publications.get(PUBLICATIONS, id),
          runs.get(id, runId),
        ]);
        if (!(await isUnbegun())) return;
        const isHeld = row?.value.runId === runId && row.value.state === "accepted";
        if (before === "nothing" && isHeld) {
          await publications.remove(PUBLICATIONS, id, row.etag);
          continue;
        }
        if (before !== "nothing" && before !== "leave" && isHeld)
          if (!(await publications.replace(PUBLICATIONS, id, before, row.etag))) continue;
        if (run?.value.state === "accepted") await runs.remove(id, runId, run.etag);
        return;
      }
    },
    async finish({ publicationId, updatedAt, imageId, location, ...run }) {
      await finishPublication(publications, { publicationId, updatedAt, imageId, location, run });
      // Last: who sees by its request id that a run has ended finds its publication ended, too.
      const begun = await runs.get(publicationId, run.runId);
      await runs.upsert(publicationId, run.runId, { ...begun?.value, ...run });
    },
    noteRequest: (request) =>
      requests.upsert(partitionOf(request.requestId), keyOf(request), request),
    notedRequest: async (request) =>
      (await requests.get(partitionOf(request.requestId), keyOf(request)))?.value,
    async forgetRequest(request) {
      const [partition, key] = [partitionOf(request.requestId), keyOf(request)];
      const noted = await requests.get(partition, key);
      if (noted === undefined) return;
      const { runId = request.runId } = noted.value;
      const isOther = runId !== request.runId;
      if (isOther && (await runs.get(request.publicationId, runId)) !== undefined) return;
      // Begun meanwhile, a run notes it anew, after it has written its row.
      await requests.remove(partition, key, noted.etag);
    },
    runs: (publicationId) => allRows(runs, publicationId),
    run: async (publicationId, runId) => (await runs.get(publicationId, runId))?.value,
    async *openRuns() {
      for await (const { partition, value } of runs.scan("state eq 'accepted'"))
        yield { ...value, id: partition };
    },
    async beginRun(publicationId, run) {
      if (await runs.insert(publicationId, run.runId, run)) return true;
      return (await runs.get(publicationId, run.runId))?.value.state === run.state;
    },
    async renewRun(publicationId, run) {
      for (;;) {
        const found = await runs.get(publicationId, run.runId);
        if (found !== undefined && found.value.state !== run.state) return false;
        const isWritten =
          found === undefined
            ? await runs.insert(publicationId, run.runId, run)
            : await runs.replace(publicationId, run.runId, found.value, found.etag);
        if (isWritten) return true;
      }
    },
    signals: async (publicationId, runId) =>
      toSignals(await allRows(signals, publicationId, equals({ runId }))),
    signal: (publicationId, row) => signals.insert(publicationId, signalKey(row), row),
    async claimLatest(publicationId, runId, at) {
      const row: ClaimRow = { runId, about: "cancel", claim: "latest", at };
      for (;;) {
        if (await signals.insert(publicationId, signalKey(row), row)) return { kind: "made" };
        const there = (await signals.get(publicationId, signalKey(row)))?.value;
        if (there === undefined) continue; // released in between
        if ("claim" in there) return { kind: "held" };
        const { who, why, at: since } = there;
        return { kind: "cancelled", by: { who, why, at: since } };
      }
    },
    async releaseLatest(publicationId, runId) {
      const key = signalKey({ runId, about: "cancel" });
      const there = await signals.get(publicationId, key);
      if (there !== undefined && "claim" in there.value) await signals.remove(publicationId, key);
    },
    putFailure: async (row) => {
      await failures.insert(FAILURES, row.id, row);
    },
    async failure(id) {
      const found = await failures.get(FAILURES, id);
      return found === undefined ? undefined : { row: found.value, etag: found.etag };
    },
    settleFailure: (row, etag) => failures.replace(FAILURES, row.id, row, etag),
    failures: ({ requestId, publicationId, state, kind, status, limit, continuation }) =>
      failures.list(FAILURES, {
        ...(limit === undefined ? {} : { limit }),
        ...(continuation === undefined ? {} : { continuation }),
        ...allOf([
          ...equal({ requestId, publicationId, state, kind }),
          ...(status === undefined
            ? ["status ne 'dismissed'"]
            : equal({ status: status === "all" ? undefined : status })),
        ]),
      }),
    openFlags: () => allRows(failures, FAILURES, allOf(equal({ flagOpen: "true" }))),
    // As texts; where the column is absent nothing was left.
    openLeftOvers: () =>
      allRows(failures, FAILURES, allOf([...equal({ status: "open" }), "leftOverCount ge '1'"])),
    flagClosed: async (failureId) => {
      for (;;) {
        const found = await failures.get(FAILURES, failureId);
        if (found === undefined) return;
        const { flagOpen: _flagOpen, ...row } = found.value;
        if (await failures.replace(FAILURES, failureId, row, found.etag)) return;
      }
    },
    async firstSeen(occurrence, now) {
      if (await seen.insert(SEEN, occurrence, { firstSeenAt: now })) return now;
      return (await seen.get(SEEN, occurrence))?.value.firstSeenAt ?? now;
    },
  };
}

/** Every page: a page holds at most a thousand rows, and can be empty with more to come. */
async function allRows<T>(
  table: RecordTable<T>,
  partition: string,
  filter: { filter?: string } = {},
): Promise<T[]> {
  const rows: T[] = [];
  let continuation: string | undefined;
  do {
    const page = await table.list(partition, {
      ...filter,
      ...(continuation === undefined ? {} : { continuation }),
    });
    rows.push(...page.rows);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return rows;
}

interface Finish {
  publicationId: string;
  updatedAt: string;
  imageId: string | undefined;
  location: string | undefined;
  run: RunRow;
}

async function finishPublication(
  publications: RecordTable<PublicationRow>,
  { publicationId, updatedAt, imageId, location, run }: Finish,
): Promise<void> {
  for (;;) {
    const found = await publications.get(PUBLICATIONS, publicationId);
    if (found === undefined) {
      if (imageId === undefined || location === undefined) return;
      const row = { ...run, id: publicationId, imageId, location, updatedAt };
      if (await publications.insert(PUBLICATIONS, publicationId, row)) return;
      continue;
    }
    if (found.value.runId !== run.runId) return;
    const row = { ...found.value, ...run, updatedAt };
    if (await publications.replace(PUBLICATIONS, publicationId, row, found.etag)) return;
  }
}

/** One row for a cancellation, one for the decision on each wave. */
const signalKey = ({ runId, about }: Pick<SignalRow, "runId" | "about">): string =>
  `${runId}.${about}`;

/**
 * The newest run that answers a request: it started the run, or joined it. Another request may have
 * run since.
 */
function ownRun(requestId: string, noted: RequestRow[], runs: RunRow[]): RunRow | undefined {
  const joined = new Set(noted.map(({ runId }) => runId));
  return runs.filter((run) => run.requestId === requestId || joined.has(run.runId)).at(-1);
}

const keyOf = ({ publicationId, fingerprint }: AskedFor): string =>
  `${publicationId}-${fingerprint}`;

/** Request ids are people's: they may hold what a key must not. */
function partitionOf(requestId: string): string {
  return createHash("sha256").update(requestId).digest("hex");
}

const equals = (columns: Record<string, string | undefined>): { filter?: string } =>
  allOf(equal(columns));

const equal = (columns: Record<string, string | undefined>): string[] =>
  Object.entries(columns).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} eq '${quoted(value)}'`],
  );

const allOf = (terms: string[]): { filter?: string } =>
  terms.length === 0 ? {} : { filter: terms.join(" and ") };
