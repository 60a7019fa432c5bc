import type { DeadLetters } from "../azure/dead-letters";
import type { Documents } from "../azure/documents";
import type { Announcer } from "../azure/outcome-topic";
import type { Records } from "../azure/records";
import type { DryRun } from "../domain/plan/dry-run";
import type { RequestRules } from "../domain/request/parse-request";
import type { PublishRequest } from "../domain/request/publish-request";

/** What the triggers reach outside the process; handed in by `main`. */
export interface FunctionDependencies {
  documents: Documents;
  records: Records;
  announcer: Announcer;
  deadLetters: DeadLetters;
  /** The plan of a request, without a run and without a write. */
  dryRun: (request: PublishRequest) => Promise<DryRun>;
  rules: Omit<RequestRules, "now">;
  /** The clock and the source of run ids, so that tests can fix both. */
  now: () => Date;
  newRunId: (now: Date) => string;
}
