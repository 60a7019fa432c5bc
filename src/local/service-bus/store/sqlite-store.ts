import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { MessageState, StoredMessage } from "../core/message";
import type { MessageStore } from "./message-store";

// In WAL mode NORMAL loses nothing when the process is killed; FULL would only matter for a loss of power.
// The exclusive lock keeps a second broker off the same messages; the system drops it with the process.
const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS messages (
    queue TEXT NOT NULL,
    sequence_number INTEGER NOT NULL,
    state TEXT NOT NULL,
    delivery_count INTEGER NOT NULL,
    facts TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (queue, sequence_number)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS message_ids (
    entity TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (entity, message_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS message_ids_by_time ON message_ids (entity, at_ms);
`;

/** Messages in a SQLite file: they survive a restart and a kill of the process. */
export class SqliteStore implements MessageStore {
  readonly #db: DatabaseSync;
  readonly #statements: Record<
    "load" | "insert" | "update" | "remove" | "next" | "note" | "forget",
    StatementSync
  >;
  #depth = 0;

  /** @throws when the file can't be opened, or another process has it open. */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec(SCHEMA);
    this.#statements = {
      load: this.#db.prepare("SELECT * FROM messages WHERE queue = ? ORDER BY sequence_number"),
      insert: this.#db.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)"),
      update: this.#db.prepare(
        "UPDATE messages SET state = ?, delivery_count = ?, facts = ?, content = ? WHERE queue = ? AND sequence_number = ?",
      ),
      remove: this.#db.prepare("DELETE FROM messages WHERE queue = ? AND sequence_number = ?"),
      next: this.#db.prepare(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
      ),
      note: this.#db.prepare("INSERT OR IGNORE INTO message_ids VALUES (?, ?, ?)"),
      forget: this.#db.prepare("DELETE FROM message_ids WHERE entity = ? AND at_ms < ?"),
    };
  }

  load(queue: string): StoredMessage[] {
    return this.#statements.load.all(queue).map(toMessage);
  }

  queues(): string[] {
    const rows = this.#db.prepare("SELECT DISTINCT queue FROM messages ORDER BY queue").all();
    return rows.map((row) => String(row.queue));
  }

  insert(queue: string, message: StoredMessage): void {
    const { sequenceNumber, state, deliveryCount, content } = message;
    this.#statements.insert.run(
      queue,
      sequenceNumber,
      state,
      deliveryCount,
      factsOf(message),
      content,
    );
  }

  update(queue: string, message: StoredMessage): void {
    const { sequenceNumber, state, deliveryCount, content } = message;
    this.#statements.update.run(
      state,
      deliveryCount,
      factsOf(message),
      content,
      queue,
      sequenceNumber,
    );
  }

  remove(queue: string, sequenceNumber: number): void {
    this.#statements.remove.run(queue, sequenceNumber);
  }

  nextNumber(counter: string): number {
    return Number(this.#statements.next.get(counter)?.value);
  }

  noteMessageId(entity: string, messageId: string, nowMs: number, sinceMs: number): boolean {
    this.#statements.forget.run(entity, sinceMs);
    return this.#statements.note.run(entity, messageId, nowMs).changes === 1;
  }

  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#db.exec("BEGIN IMMEDIATE");
    this.#depth++;
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth--;
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** What is never searched for goes into one JSON column. */
function factsOf(message: StoredMessage): string {
  const { enqueuedAtMs, timeToLiveMs, scheduledForMs, expiresAtMs, deadLetter } = message;
  return JSON.stringify({ enqueuedAtMs, timeToLiveMs, scheduledForMs, expiresAtMs, deadLetter });
}

function toMessage(row: Record<string, unknown>): StoredMessage {
  const facts = JSON.parse(String(row.facts)) as Pick<StoredMessage, "enqueuedAtMs">;
  return {
    ...facts,
    sequenceNumber: Number(row.sequence_number),
    state: row.state as MessageState,
    deliveryCount: Number(row.delivery_count),
    content: Buffer.from(row.content as Uint8Array),
  };
}
