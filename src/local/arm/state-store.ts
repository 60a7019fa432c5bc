import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "../program";

/** Where records live beyond the process; all changes of one `write` are kept, or none. */
export interface RecordStore {
  load(table: string): unknown[];
  write(changes: { table: string; key: string; record: unknown }[]): void;
  close(): void;
}

/** Keeps nothing: the world ends with the process. */
export const memoryStore: RecordStore = {
  load: () => [],
  write: () => undefined,
  close: () => undefined,
};

/**
 * Keeps records in `<directory>/arm.sqlite`; a crash after `write` loses nothing. The file is locked
 * until the end of the process, however that comes.
 * @throws {StartError} when another program has the file
 */
export function sqliteStore(directory: string): RecordStore {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "arm.sqlite"));
  lock(database, directory);
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(
    "CREATE TABLE IF NOT EXISTS records (tab TEXT, key TEXT, json TEXT, PRIMARY KEY (tab, key)) WITHOUT ROWID",
  );
  const select = database.prepare("SELECT json FROM records WHERE tab = ? ORDER BY key");
  const upsert = database.prepare(
    "INSERT OR REPLACE INTO records (tab, key, json) VALUES (?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM records WHERE tab = ? AND key = ?");
  return {
    load: (table) => select.all(table).map((row) => JSON.parse(String(row["json"])) as unknown),
    write(changes) {
      database.exec("BEGIN");
      try {
        for (const { table, key, record } of changes)
          if (record === undefined) remove.run(table, key);
          else upsert.run(table, key, JSON.stringify(record));
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}

function lock(database: DatabaseSync, directory: string): void {
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
    database.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (error) {
    database.close();
    if (!(error as Error).message.includes("locked")) throw error;
    throw new StartError(`${directory} is in use by another program; choose another --state`);
  }
}
