import { createHash } from "node:crypto";
import {
  descendingKey,
  versionNumber,
  type VersionNumber,
} from "../domain/numbering/version-number";
import type { DefinitionTarget } from "../domain/request/publish-request";
import { definitionKey } from "../domain/run/identity";
import type { ReservationRow, ReservationState, TakenRow } from "../domain/run/numbers";
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
  /** Says that somebody is about to start the run; false when the row has changed since it was read. */
  touch(definition: DefinitionTarget, before: Reservation, touchedAt: string): Promise<boolean>;
  /** The request's run has begun. */
  started(definition: DefinitionTarget, requestId: string): Promise<void>;
  /** The run has ended and wrote nothing: the number is free again. */
  release(definition: DefinitionTarget, requestId: string): Promise<void>;
  /** A released number is to be written after all; false when another request has it by now. */
  takeAgain(definition: DefinitionTarget, requestId: string): Promise<boolean>;
  /** Reservations of which no run is known yet. */
  reserved(): AsyncIterable<FoundReservation>;
  /** Says what has become of a reservation that hasn't been touched since; false when it has. Forgotten, it is free. */
  settle(found: FoundReservation, state: "started" | "forgotten"): Promise<boolean>;
}

/**
 * Two rows for each number, side by side and changed together: one by the request that has it, one by the number.
 * Neither is ever there without the other, so a process may end at any moment.
 */
export function createNumbers(table: RecordTable<ReservationRow | TakenRow>): Numbers {
  const read = async (partition: string, requestId: string): Promise<Reservation | undefined> =>
    // Under such a key there are only rows of requests.
    (await table.get(partition, requestKey(requestId))) as Reservation | undefined;

  /** Moves a reservation on, unless it is in another state by now; false when its number is another's. */
  async function move(
    partition: string,
    requestId: string,
    from: readonly ReservationState[],
    state: ReservationState,
    beside: (row: ReservationRow) => Change<ReservationRow | TakenRow>[],
  ): Promise<boolean> {
    for (;;) {
      const found = await read(partition, requestId);
      if (found === undefined || !from.includes(found.value.state)) return true;
      const row = { ...found.value, state };
      const changes = [replacing({ ...found, value: row }), ...beside(row)];
      if (await table.changeTogether(partition, changes)) return true;
      const now = await read(partition, requestId);
      if (now?.etag === found.etag) return false;
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
      const given = before?.value.state === "reserved" ? [freeing(before.value)] : [];
      return table.changeTogether(definitionKey(definition), [own, taking(row), ...given]);
    },
    touch: (definition, { value, etag }, touchedAt) =>
      table.changeTogether(definitionKey(definition), [
        replacing({ value: { ...value, touchedAt }, etag }),
      ]),
    async started(definition, requestId) {
      await move(definitionKey(definition), requestId, ["reserved"], "started", () => []);
    },
    async release(definition, requestId) {
      const from = ["reserved", "started"] as const;
      await move(definitionKey(definition), requestId, from, "released", (row) => [freeing(row)]);
    },
    takeAgain: (definition, requestId) =>
      move(definitionKey(definition), requestId, ["released"], "started", (row) => [taking(row)]),
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
        ...(state === "forgotten" ? [freeing(row)] : []),
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
