import type { ScheduleState } from "../domain/schedule/state";
import type { RecordTable } from "./record-table";

/** A schedule's state is small, and read as a whole: one column. */
export type ScheduleRow = { state: string };

/** What is known of each schedule, one row each; two hosts never both change one. */
export interface ScheduleStates {
  get(id: string): Promise<{ state: ScheduleState; etag: string } | undefined>;
  /** Of every schedule that was ever seen, those among them that the document doesn't name any more. */
  list(): Promise<ScheduleState[]>;
  /** Inserts without an ETag, else replaces; false when somebody else was faster. */
  put(state: ScheduleState, etag: string | undefined): Promise<boolean>;
}

const PARTITION = "schedule";

export function createScheduleStates(table: RecordTable<ScheduleRow>): ScheduleStates {
  return {
    async get(id) {
      const found = await table.get(PARTITION, id.toLowerCase());
      if (found === undefined) return undefined;
      return { state: JSON.parse(found.value.state) as ScheduleState, etag: found.etag };
    },
    async list() {
      const states: ScheduleState[] = [];
      let continuation: string | undefined;
      do {
        const page = await table.list(
          PARTITION,
          continuation === undefined ? {} : { continuation },
        );
        states.push(...page.rows.map(({ state }) => JSON.parse(state) as ScheduleState));
        continuation = page.continuation;
      } while (continuation !== undefined);
      return states;
    },
    put(state, etag) {
      const key = state.id.toLowerCase();
      const row = { state: JSON.stringify(state) };
      return etag === undefined
        ? table.insert(PARTITION, key, row)
        : table.replace(PARTITION, key, row, etag);
    },
  };
}
