import { createHash } from "node:crypto";
import {
  descendingKey,
  versionNumber,
  type VersionNumber,
} from "../domain/numbering/version-number";
import type { DefinitionTarget } from "../domain/request/publish-request";
import { definitionKey } from "../domain/run/identity";
import {
  holdsNumber,
  isSameNumber,
  type HeldNumber,
  type ReservationRow,
  type ReservationState,
  type TakenRow,
} from "../domain/run/numbers";
import type { Change, RecordTable, Row } from "./record-table";

export type Reservation = Row<ReservationRow>;

/** A reservation that was met by looking through all definitions. */
export interface FoundReservation {
  partition: string;
  row: ReservationRow;
}

/** Which request has which version number of a definition. */
export interface Numbers {
  /** What a request was given of this definition, whatever has become of it. */
  of(definition: DefinitionTarget, requestId: string): Promise<Reservation | undefined>;
  /** The highest number that requests have, of those with this beginning. */
  highest(
    definition: DefinitionTarget,
    beginning: readonly number[],
  ): Promise<VersionNumber | undefined>;
  /**
   * Gives a request its number, in place of what it was given before. False when another request has the number, or
   * another delivery of this one was faster: read again, then.
   */
  reserve(
    definition: DefinitionTarget,
    row: ReservationRow,
    before: Reservation | undefined,
  ): Promise<boolean>;
  /**
   * A run of the request is about to begin, whose version is taken already: from now on the number isn't passed over. False
   * when the request doesn't hold this number, and the run mustn't begin.
   */
  started(definition: DefinitionTarget, held: HeldNumber, at: string): Promise<boolean>;
  /**
   * The run has ended and wrote nothing: the number is free again.
   * @param mayBeFree asked for the row as it is then, and once more for each change of it in between
   */
  release(
    definition: DefinitionTarget,
    held: HeldNumber,
    mayBeFree: (row: ReservationRow) => Promise<boolean>,
  ): Promise<void>;
  /** Reservations of which no run is known yet. */
  reserved(): AsyncIterable<FoundReservation>;
  /** Says what has become of a reservation that hasn't changed since; false when it has. Unless started, it is free. */
  settle(found: FoundReservation, state: Exclude<ReservationState, "reserved">): Promise<boolean>;
}

/**
 * Two rows for each number, side by side and changed together: one by the request that has it, one by the number.
 * Neither is ever there without the other, so a process may end at any moment.
 */
export function createNumbers(table: RecordTable<ReservationRow | TakenRow>): Numbers {
  const read = async (partition: string, requestId: string): Promise<Reservation | undefined> =>
    // Under such a key there are only rows of requests.
    (await table.get(partition, requestKey(requestId))) as Reservation | undefined;

  /** Changes a reservation to what `next` makes of it, whatever comes in between; false when that is nothing. */
  async function change(
    partition: string,
    requestId: string,
    next: (row: ReservationRow) => Promise<ReservationRow | undefined>,
  ): Promise<boolean> {
    let seen: string | undefined;
    for (;;) {
      const found = await read(partition, requestId);
      // Refused without having been overtaken: beside it isn't what has to be there.
      if (found === undefined || found.etag === seen) return false;
      const row = await next(found.value);
      if (row === undefined) return false;
      const freed = holdsNumber(row) ? [] : [freeing(row)];
      if (await table.changeTogether(partition, [replacing({ ...found, value: row }), ...freed]))
        return true;
      seen = found.etag;
    }
  }

  return {
    of: (definition, requestId) => read(definitionKey(definition), requestId),
    async highest(definition, beginning) {
      const { rows } = await table.list(definitionKey(definition), {
        filter: withBeginning(beginning),
        limit: 1,
      });
      return rows[0] && versionNumber(rows[0].version);
    },
    reserve(definition, row, before) {
      const own: Change<ReservationRow | TakenRow> =
        before === undefined
          ? { insert: row, key: requestKey(row.requestId) }
          : replacing({ value: row, etag: before.etag });
      const freed =
        before !== undefined && holdsNumber(before.value) ? [freeing(before.value)] : [];
      return table.changeTogether(definitionKey(definition), [own, taking(row), ...freed]);
    },
    // Written also when it is started already: whoever is about to pass it over finds it changed.
    started: (definition, held, touchedAt) =>
      change(definitionKey(definition), held.requestId, async (row) =>
        holdsNumber(row) && isSameNumber(row, held)
          ? { ...row, state: "started", touchedAt }
          : undefined,
      ),
    async release(definition, held, mayBeFree) {
      await change(definitionKey(definition), held.requestId, async (row) =>
        holdsNumber(row) && isSameNumber(row, held) && (await mayBeFree(row))
          ? { ...row, state: "released" }
          : undefined,
      );
    },
    async *reserved() {
      for await (const { partition, value } of table.scan("state eq 'reserved'"))
        if ("state" in value) yield { partition, row: value };
    },
    async settle({ partition, row }, state) {
      const found = await read(partition, row.requestId);
      if (found?.value.state !== "reserved" || found.value.touchedAt !== row.touchedAt)
        return false;
      return table.changeTogether(partition, [
        replacing({ value: { ...row, state }, etag: found.etag }),
        ...(state === "started" ? [] : [freeing(row)]),
      ]);
    },
  };
}

const replacing = ({ value, etag }: Reservation): Change<ReservationRow> => ({
  replace: value,
  key: requestKey(value.requestId),
  etag,
});
const taking = ({ version, requestId }: ReservationRow): Change<TakenRow> => ({
  insert: { version, requestId },
  key: numberKey(version),
});
const freeing = ({ version }: ReservationRow): { remove: string } => ({
  remove: numberKey(version),
});

const NUMBERS = "number-";
const numberKey = (version: string): string =>
  `${NUMBERS}${descendingKey(versionNumber(version) ?? [])}`;

/** Request ids are people's: they may hold what a key must not. */
const requestKey = (requestId: string): string =>
  `request-${createHash("sha256").update(requestId).digest("hex")}`;

/** Of keys that go on after a beginning with a dot; `/` is the character after it. */
function withBeginning(beginning: readonly number[]): string {
  const first = beginning.map((part) => descendingKey([part]));
  const [from, to] =
    first.length === 0
      ? [NUMBERS, `${NUMBERS.slice(0, -1)}.`]
      : [`${NUMBERS}${first.join(".")}.`, `${NUMBERS}${first.join(".")}/`];
  return `RowKey ge '${from}' and RowKey lt '${to}'`;
}
