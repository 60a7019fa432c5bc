import { RestError } from "@azure/core-rest-pipeline";
import type { TableClient, TransactionAction } from "@azure/data-tables";
import { answerWithin, ROWS_ANSWER_WITHIN_MS } from "./answer-within";

type Columns = Record<string, string>;

/** A row of small strings with its ETag. */
export interface Row<T> {
  value: T;
  etag: string;
}

/** One table, its rows as plain objects of strings; empty columns are absent members. */
export interface RecordTable<T> {
  /** Also undefined for what can't be a key: storage would refuse it, and no row has it. */
  get(partition: string, key: string): Promise<Row<T> | undefined>;
  /** False when the row exists already. */
  insert(partition: string, key: string, value: T): Promise<boolean>;
  /** Replaces the row if it still has this ETag; false when somebody else was faster. */
  replace(partition: string, key: string, value: T, etag: string): Promise<boolean>;
  /** Writes whatever was there. */
  upsert(partition: string, key: string, value: T): Promise<void>;
  /** Removes the row, if there is one; with an ETag only as it was then. */
  remove(partition: string, key: string, etag?: string): Promise<void>;
  /** Rows in the order of their keys; `filter` is OData on the columns. */
  list(
    partition: string,
    options?: { filter?: string; limit?: number; continuation?: string },
  ): Promise<{ rows: T[]; continuation?: string }>;
  /** All of these changes to a partition, or none; false when a row was there, changed or gone. */
  changeTogether(partition: string, changes: readonly Change<T>[]): Promise<boolean>;
  /** Rows of all partitions by an OData filter, each with its own. Reads the whole table: not for every request. */
  scan(filter: string): AsyncIterable<{ partition: string; value: T }>;
}

/** One of several changes that are made together. */
export type Change<T> =
  { insert: T; key: string } | { replace: T; key: string; etag: string } | { remove: string };

/** @param withinMs every call throws that storage hasn't answered by then */
export function createRecordTable<T>(
  client: TableClient,
  withinMs = ROWS_ANSWER_WITHIN_MS,
): RecordTable<T> {
  const options = () => answerWithin(withinMs);
  let ready: Promise<unknown> | undefined;
  const ensure = async (): Promise<void> => {
    ready ??= client.createTable(options());
    try {
      await ready;
    } catch (error) {
      ready = undefined; // the next call tries again
      throw error;
    }
  };
  const entity = (partitionKey: string, rowKey: string, value: T) => ({
    ...(value as Columns),
    partitionKey,
    rowKey,
  });
  return {
    async get(partition, key) {
      if (!isKey(partition) || !isKey(key)) return undefined;
      await ensure();
      try {
        const found = await client.getEntity<Columns>(partition, key, options());
        return { value: toValue<T>(found), etag: found.etag };
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async insert(partition, key, value) {
      await ensure();
      return unlessStatus([409], client.createEntity(entity(partition, key, value), options()));
    },
    async replace(partition, key, value, etag) {
      await ensure();
      return unlessStatus(
        [412],
        client.updateEntity(entity(partition, key, value), "Replace", { ...options(), etag }),
      );
    },
    async upsert(partition, key, value) {
      await ensure();
      await client.upsertEntity(entity(partition, key, value), "Replace", options());
    },
    async remove(partition, key, etag = "*") {
      await ensure();
      const call = client.deleteEntity(partition, key, { ...options(), etag });
      await unlessStatus([404, 412], call);
    },
    async list(partition, page = {}) {
      await ensure();
      const base = `PartitionKey eq '${quoted(partition)}'`;
      const filter = page.filter === undefined ? base : `${base} and ${page.filter}`;
      const pages = client
        .listEntities<Columns>({ ...options(), queryOptions: { filter } })
        .byPage({
          maxPageSize: page.limit ?? 1000,
          ...(page.continuation === undefined ? {} : { continuationToken: page.continuation }),
        });
      try {
        for await (const answer of pages) {
          const token = answer.continuationToken;
          return {
            rows: answer.map((row) => toValue<T>(row)),
            ...(token === undefined ? {} : { continuation: token }),
          };
        }
        return { rows: [] };
      } catch (error) {
        // The token is opaque: the client chokes on a made-up one in ways of its own, the service
        // answers 400. What only storage can fail with stays what it is.
        const away = (error as Error).name === "AbortError";
        const refused = !away && (!(error instanceof RestError) || hasStatus(error, 400));
        if (page.continuation !== undefined && refused) throw new InvalidContinuationError();
        throw error;
      }
    },
    async changeTogether(partition, changes) {
      await ensure();
      const actions = changes.map((change): TransactionAction => {
        if ("remove" in change)
          return ["delete", { partitionKey: partition, rowKey: change.remove }];
        if ("insert" in change) return ["create", entity(partition, change.key, change.insert)];
        const { key, replace, etag } = change;
        return ["update", entity(partition, key, replace), "Replace", { etag }];
      });
      return unlessStatus([404, 409, 412], client.submitTransaction(actions, options()));
    },
    async *scan(filter) {
      await ensure();
      const pages = client
        .listEntities<Columns>({ ...options(), queryOptions: { filter } })
        .byPage();
      for await (const page of pages)
        for (const row of page) yield { partition: row.partitionKey ?? "", value: toValue<T>(row) };
    },
  };
}

/** The continuation isn't one that a list has given. */
export class InvalidContinuationError extends Error {
  override name = "InvalidContinuationError";
}

/**
 * What Table storage takes as a key (Understanding the Table service data model: characters disallowed in key fields): no
 * `/ \ # ?`, no control characters, at most 1 KiB, two bytes for each unit. Ids of paths and documents are people's.
 */
const isKey = (text: string): boolean =>
  text.length <= 512 && /^[^/\\#?\p{Cc}\p{Cs}]*$/u.test(text);

/** A literal inside an OData string. */
export function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

function toValue<T>(entity: object): T {
  const hidden = new Set(["partitionKey", "rowKey", "etag", "timestamp", "odata.metadata"]);
  return Object.fromEntries(Object.entries(entity).filter(([name]) => !hidden.has(name))) as T;
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof RestError && error.statusCode === status;
}

async function unlessStatus(statuses: number[], call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (statuses.some((status) => hasStatus(error, status))) return false;
    throw error;
  }
}
