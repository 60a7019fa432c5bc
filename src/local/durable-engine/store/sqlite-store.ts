import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { StartError } from "../../program";
import type { HistoryEvent } from "../history-event";
import type { Instance, InstanceFilter, StoredMessage, WorkItem } from "../model";
import { HistoryCache } from "./history-cache";
import type { Store, Write } from "./store";

/** Kept in the file; another number means that another version of this program made it. */
const SCHEMA_VERSION = 1;

/** Some 500 bytes each. */
const MAX_CACHED_EVENTS = 100_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS instances(
    id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at INTEGER NOT NULL, json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history(
    instance_id TEXT NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY(instance_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL,
    due_at INTEGER NOT NULL, execution_id TEXT, json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_due ON messages(due_at, instance_id);
  CREATE INDEX IF NOT EXISTS messages_by_instance ON messages(instance_id, sequence);
  CREATE TABLE IF NOT EXISTS work(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL,
    execution_id TEXT NOT NULL, task_id INTEGER NOT NULL, json TEXT NOT NULL,
    UNIQUE(instance_id, execution_id, task_id)
  ) STRICT;`;

type Row = Record<string, unknown>;

/**
 * Keeps everything in one SQLite file. In WAL mode with synchronous NORMAL a commit survives the end
 * of the process by any signal; a power loss may take the last commits, never half of one.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #histories = new HistoryCache(MAX_CACHED_EVENTS);

  /** @throws {StartError} when the file can't be opened, is no store, or is in use. */
  constructor(file: string) {
    this.#database = open(file);
  }

  commit(writes: readonly Write[]): void {
    this.#run("BEGIN IMMEDIATE");
    try {
      for (const write of writes) this.#apply(write);
      this.#run("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#run("ROLLBACK");
      throw error;
    }
    for (const write of writes) this.#histories.notice(write);
  }

  instance(instanceId: string): Instance | undefined {
    return this.#parsed<Instance>("SELECT json FROM instances WHERE id = ?", instanceId)[0];
  }

  instances(filter: InstanceFilter): Instance[] {
    const conditions: string[] = ["substr(id, 1, ?) = ?", "id >= ?", "created_at BETWEEN ? AND ?"];
    const prefix = filter.idPrefix ?? "";
    const values: SQLInputValue[] = [
      // SQLite counts characters, JavaScript UTF-16 units.
      Array.from(prefix).length,
      prefix,
      filter.fromId ?? "",
      filter.createdFrom ?? Number.MIN_SAFE_INTEGER,
      filter.createdTo ?? Number.MAX_SAFE_INTEGER,
    ];
    if (filter.statuses) {
      conditions.push(`status IN (${filter.statuses.map(() => "?").join(",")})`);
      values.push(...filter.statuses);
    }
    const limit = filter.limit === undefined ? "" : ` LIMIT ${Math.trunc(filter.limit)}`;
    const where = conditions.join(" AND ");
    return this.#parsed(`SELECT json FROM instances WHERE ${where} ORDER BY id${limit}`, ...values);
  }

  history(instanceId: string): readonly HistoryEvent[] {
    return this.#histories.get(instanceId, () =>
      this.#parsed("SELECT json FROM history WHERE instance_id = ? ORDER BY position", instanceId),
    );
  }

  messages(instanceId: string, now: number): StoredMessage[] {
    return this.#all(
      `SELECT sequence, due_at, execution_id, json FROM messages
       WHERE instance_id = ? AND due_at <= ? ORDER BY sequence`,
      instanceId,
      now,
    ).map((row) => ({
      instanceId,
      sequence: Number(row.sequence),
      dueAt: Number(row.due_at),
      executionId: row.execution_id as string | null,
      event: JSON.parse(row.json as string) as HistoryEvent,
    }));
  }

  instancesDue(after: number, upTo: number): string[] {
    return this.#all(
      `SELECT instance_id FROM messages WHERE due_at > ? AND due_at <= ?
       GROUP BY instance_id ORDER BY min(due_at), min(sequence)`,
      toInteger(after),
      toInteger(upTo),
    ).map((row) => row.instance_id as string);
  }

  nextDue(after: number): number | undefined {
    const [row] = this.#all(
      "SELECT min(due_at) AS due_at FROM messages WHERE due_at > ?",
      toInteger(after),
    );
    return row?.due_at === null || row === undefined ? undefined : Number(row.due_at);
  }

  work(): WorkItem[] {
    return this.#parsed("SELECT json FROM work ORDER BY sequence");
  }

  hasWork(work: WorkItem): boolean {
    return (
      this.#all(
        "SELECT 1 FROM work WHERE instance_id = ? AND execution_id = ? AND task_id = ?",
        work.instanceId,
        work.executionId,
        work.taskId,
      ).length > 0
    );
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #apply(write: Write): void {
    switch (write.kind) {
      case "putInstance": {
        const { id, status, createdAt } = write.instance;
        const json = JSON.stringify(write.instance);
        this.#run(
          "INSERT OR REPLACE INTO instances VALUES(?, ?, ?, ?)",
          id,
          status,
          createdAt,
          json,
        );
        break;
      }
      case "removeInstance":
        this.#run("DELETE FROM instances WHERE id = ?", write.instanceId);
        for (const table of ["history", "messages", "work"])
          this.#run(`DELETE FROM ${table} WHERE instance_id = ?`, write.instanceId);
        break;
      case "appendHistory":
        this.#append(write.instanceId, write.events);
        break;
      case "clearHistory":
        this.#run("DELETE FROM history WHERE instance_id = ?", write.instanceId);
        break;
      case "addMessage": {
        const { instanceId, dueAt, executionId, event } = write.message;
        this.#run(
          "INSERT INTO messages(instance_id, due_at, execution_id, json) VALUES(?, ?, ?, ?)",
          instanceId,
          dueAt,
          executionId,
          JSON.stringify(event),
        );
        break;
      }
      case "removeMessages":
        for (const sequence of write.sequences)
          this.#run("DELETE FROM messages WHERE sequence = ?", sequence);
        break;
      case "dropMessages":
        if (write.executionId === undefined)
          this.#run("DELETE FROM messages WHERE instance_id = ?", write.instanceId);
        else
          this.#run(
            "DELETE FROM messages WHERE instance_id = ? AND execution_id = ?",
            write.instanceId,
            write.executionId,
          );
        break;
      case "addWork": {
        const { instanceId, executionId, taskId } = write.work;
        this.#run(
          "INSERT INTO work(instance_id, execution_id, task_id, json) VALUES(?, ?, ?, ?)",
          instanceId,
          executionId,
          taskId,
          JSON.stringify(write.work),
        );
        break;
      }
      case "removeWork":
        this.#run(
          "DELETE FROM work WHERE instance_id = ? AND execution_id = ? AND task_id = ?",
          write.work.instanceId,
          write.work.executionId,
          write.work.taskId,
        );
        break;
      case "dropWork":
        this.#run("DELETE FROM work WHERE instance_id = ?", write.instanceId);
        break;
    }
  }

  #append(instanceId: string, events: readonly HistoryEvent[]): void {
    const [row] = this.#all(
      "SELECT max(position) AS last FROM history WHERE instance_id = ?",
      instanceId,
    );
    let position = Number(row?.last ?? 0);
    for (const event of events)
      this.#run(
        "INSERT INTO history VALUES(?, ?, ?)",
        instanceId,
        ++position,
        JSON.stringify(event),
      );
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  #parsed<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#all(sql, ...values).map((row) => JSON.parse(row.json as string) as T);
  }
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // EXCLUSIVE: two engines on one file would both run every activity.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;");
    database.exec("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE");
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version !== 0 && version !== SCHEMA_VERSION)
      throw new Error(
        `it was made by another version of this program (format ${version}, expected ${SCHEMA_VERSION}); delete it to begin anew`,
      );
    database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    return database;
  } catch (error) {
    database?.close();
    throw new StartError(`can't use ${file} as the durable store: ${describe(error as Error)}`);
  }
}

function describe({ message }: Error): string {
  return message === "database is locked"
    ? "another program uses it (is a stack running already?)"
    : message;
}

/** SQLite knows no infinity. */
function toInteger(epochMs: number): number {
  if (epochMs === -Infinity) return Number.MIN_SAFE_INTEGER;
  return epochMs === Infinity ? Number.MAX_SAFE_INTEGER : Math.trunc(epochMs);
}
