import { RestError } from "@azure/core-rest-pipeline";
import type { TableClient } from "@azure/data-tables";

type Columns = Record<string, string>;

/** A row of small strings with its ETag. */
export interface Row<T> {
  value: T;
  etag: string;
}

/** One table, its rows as plain objects of strings; empty columns are absent members. */
export interface RecordTable<T> {
  get(partition: string, key: string): Promise<Row<T> | undefined>;
  /** False when the row exists already. */
  insert(partition: string, key: string, value: T): Promise<boolean>;
  /** Replaces the row if it still has this ETag; false when somebody else was faster. */
  replace(partition: string, key: string, value: T, etag: string): Promise<boolean>;
  /** Writes whatever was there. */
  upsert(partition: string, key: string, value: T): Promise<void>;
  /** Removes the row, if there is one. */
  remove(partition: string, key: string): Promise<void>;
  /** Rows in the order of their keys; `filter` is OData on the columns. */
  list(
    partition: string,
    options?: { filter?: string; limit?: number; continuation?: string },
  ): Promise<{ rows: T[]; continuation?: string }>;
}

export function createRecordTable<T>(client: TableClient): RecordTable<T> {
  let ready: Promise<unknown> | undefined;
  const ensure = async (): Promise<void> => {
    ready ??= client.createTable();
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
      await ensure();
      try {
        const found = await client.getEntity<Columns>(partition, key);
        return { value: toValue<T>(found), etag: found.etag };
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async insert(partition, key, value) {
      await ensure();
      return unlessStatus(409, client.createEntity(entity(partition, key, value)));
    },
    async replace(partition, key, value, etag) {
      await ensure();
      return unlessStatus(
        412,
        client.updateEntity(entity(partition, key, value), "Replace", { etag }),
      );
    },
    async upsert(partition, key, value) {
      await ensure();
      await client.upsertEntity(entity(partition, key, value), "Replace");
    },
    async remove(partition, key) {
      await ensure();
      await unlessStatus(404, client.deleteEntity(partition, key));
    },
    async list(partition, options = {}) {
      await ensure();
      const base = `PartitionKey eq '${quoted(partition)}'`;
      const filter = options.filter === undefined ? base : `${base} and ${options.filter}`;
      const pages = client.listEntities<Columns>({ queryOptions: { filter } }).byPage({
        maxPageSize: options.limit ?? 1000,
        ...(options.continuation === undefined ? {} : { continuationToken: options.continuation }),
      });
      try {
        for await (const page of pages) {
          const token = page.continuationToken;
          return {
            rows: page.map((row) => toValue<T>(row)),
            ...(token === undefined ? {} : { continuation: token }),
          };
        }
        return { rows: [] };
      } catch (error) {
        // The token is opaque: the client chokes on a made-up one in ways of its own, the service
        // answers 400. What only storage can fail with stays what it is.
        const refused = !(error instanceof RestError) || hasStatus(error, 400);
        if (options.continuation !== undefined && refused) throw new InvalidContinuationError();
        throw error;
      }
    },
  };
}

/** The continuation isn't one that a list has given. */
export class InvalidContinuationError extends Error {
  override name = "InvalidContinuationError";
}

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

async function unlessStatus(status: number, call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (hasStatus(error, status)) return false;
    throw error;
  }
}
