import { createHash } from "node:crypto";
import type { RecordTable } from "./record-table";
import type { ScheduleRow } from "./schedule-states";

/** A schedule is deciding whether to have a source published. */
export interface Claim {
  /** Which source to which definition. */
  makes: string;
  scheduleId: string;
  /** Of one look: two hosts may look at one schedule. */
  token: string;
  /** ISO 8601. */
  at: string;
}

/** Who is deciding about which source: one row each, for as long as it takes. */
export interface SourceClaims {
  get(makes: string): Promise<{ claim: Claim; etag: string } | undefined>;
  /** Inserts without an ETag, else replaces; false when somebody else was faster. */
  put(claim: Claim, etag: string | undefined): Promise<boolean>;
  remove(makes: string, etag: string): Promise<void>;
}

const PARTITION = "claim";

/** What a definition is called isn't always a key. */
const keyOf = (makes: string): string => createHash("sha256").update(makes).digest("hex");

/** @param table the one of the schedules' states */
export function createSourceClaims(table: RecordTable<ScheduleRow>): SourceClaims {
  return {
    async get(makes) {
      const found = await table.get(PARTITION, keyOf(makes));
      if (found === undefined) return undefined;
      return { claim: JSON.parse(found.value.state) as Claim, etag: found.etag };
    },
    put(claim, etag) {
      const key = keyOf(claim.makes);
      const row = { state: JSON.stringify(claim) };
      return etag === undefined
        ? table.insert(PARTITION, key, row)
        : table.replace(PARTITION, key, row, etag);
    },
    remove: (makes, etag) => table.remove(PARTITION, keyOf(makes), etag),
  };
}
