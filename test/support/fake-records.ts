import { createNumbers } from "../../src/azure/numbers";
import type { RecordTable } from "../../src/azure/record-table";
import { createRecords, type RecordTables } from "../../src/azure/records";
import type { ReservationRow, TakenRow } from "../../src/domain/run/numbers";
import type { SignalsRow } from "../../src/domain/run/signals";
import type {
  FailureRow,
  PublicationRow,
  RequestRow,
  RunRow,
  SeenRow,
} from "../../src/domain/run/records";

/** Called with every write, which it carries out. */
export type Around = <R>(effect: () => R) => R;

/** Tables in memory: ETags, OData equality filters and pages as Table storage has them. */
export function createFakeTable<T extends object>(around: Around = (effect) => effect()) {
  const rows = new Map<string, { value: T; etag: string }>();
  let tags = 0;
  const at = (partition: string, key: string): string => `${partition}\n${key}`;
  const put = (key: string, value: T): true => {
    rows.set(key, { value: structuredClone(value), etag: `W/${++tags}` });
    return true;
  };
  const table: RecordTable<T> = {
    get: async (partition, key) => structuredClone(rows.get(at(partition, key))),
    insert: async (partition, key, value) =>
      around(() => !rows.has(at(partition, key)) && put(at(partition, key), value)),
    replace: async (partition, key, value, etag) =>
      around(() => rows.get(at(partition, key))?.etag === etag && put(at(partition, key), value)),
    upsert: async (partition, key, value) => {
      around(() => put(at(partition, key), value));
    },
    remove: async (partition, key, etag) => {
      around(() => {
        const found = rows.get(at(partition, key));
        return (etag === undefined || found?.etag === etag) && rows.delete(at(partition, key));
      });
    },
    list: async (partition, { filter, limit = 1000, continuation = "0" } = {}) => {
      const all = [...rows]
        .filter(
          ([key, { value }]) =>
            key.startsWith(`${partition}\n`) && matches(withKey(key, value), filter),
        )
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { value }]) => structuredClone(value));
      const end = Number(continuation) + limit;
      return {
        rows: all.slice(Number(continuation), end),
        ...(end < all.length ? { continuation: String(end) } : {}),
      };
    },
    changeTogether: async (partition, changes) =>
      around(() => {
        const fits = changes.every((change) => {
          if ("remove" in change) return rows.has(at(partition, change.remove));
          const found = rows.get(at(partition, change.key));
          return "insert" in change ? found === undefined : found?.etag === change.etag;
        });
        if (!fits) return false;
        for (const change of changes)
          if ("remove" in change) rows.delete(at(partition, change.remove));
          else put(at(partition, change.key), "insert" in change ? change.insert : change.replace);
        return true;
      }),
    async *scan(filter) {
      for (const [key, { value }] of [...rows])
        if (matches(value, filter))
          yield { partition: key.split("\n")[0] ?? "", value: structuredClone(value) };
    },
  };
  return table;
}

const withKey = (key: string, value: object): object => ({
  ...value,
  RowKey: key.split("\n")[1],
});

const OPERATORS: Record<string, (one: string, other: string) => boolean> = {
  eq: (one, other) => one === other,
  ne: (one, other) => one !== other,
  ge: (one, other) => one >= other,
  lt: (one, other) => one < other,
};

/** `name eq 'value' and name ne 'value' …`, which is all that the product asks for. */
function matches(row: object, filter: string | undefined): boolean {
  const terms = filter === undefined ? [] : filter.split(" and ");
  return terms.every((term) => {
    const [, name = "", operator = "", value = ""] =
      /^(\w+) (eq|ne|ge|lt) '((?:[^']|'')*)'$/.exec(term) ?? [];
    if (name === "") throw new Error(`this filter isn't understood: ${term}`);
    const own = (row as Record<string, string | undefined>)[name];
    return OPERATORS[operator]?.(own ?? "", value.replaceAll("''", "'")) === true;
  });
}

/** The product's own `Numbers` over a table in memory. */
export function createFakeNumbers(beforeWrite: () => void = () => undefined) {
  const table = createFakeTable<ReservationRow | TakenRow>((effect) => {
    beforeWrite();
    return effect();
  });
  return { ...createNumbers(table), table };
}

/** The product's own `Records` over tables in memory. */
export function createFakeRecords(beforeWrite?: (table: keyof RecordTables) => void) {
  const around =
    (table: keyof RecordTables): Around =>
    (effect) => {
      beforeWrite?.(table);
      return effect();
    };
  const tables: RecordTables = {
    publications: createFakeTable<PublicationRow>(around("publications")),
    runs: createFakeTable<RunRow>(around("runs")),
    failures: createFakeTable<FailureRow>(around("failures")),
    requests: createFakeTable<RequestRow>(around("requests")),
    signals: createFakeTable<SignalsRow>(around("signals")),
    seen: createFakeTable<SeenRow>(around("seen")),
  };
  return { ...createRecords(tables), tables };
}
