import type { DeadLetters } from "../azure/dead-letters";
import type { Documents } from "../azure/documents";
import type { Numbers } from "../azure/numbers";
import type { Announcer } from "../azure/outcome-topic";
import type { Records } from "../azure/records";
import type { Log } from "../azure/structured-log";
import type { TakenNumbers } from "../azure/taken-numbers";
import type { DryRun } from "../domain/plan/dry-run";
import type { RequestRules } from "../domain/request/parse-request";
import type { DefinitionTarget, PublishRequest } from "../domain/request/publish-request";

/** What the triggers reach outside the process; handed in by `main`. */
export interface FunctionDependencies {
  documents: Documents;
  records: Records;
  /** Which request has which number, of those that let their version be numbered. */
  numbers: Numbers;
  /** Which numbers of a definition Azure has. */
  takenNumbers: (definition: DefinitionTarget) => Promise<TakenNumbers>;
  announcer: Announcer;
  deadLetters: DeadLetters;
  /** Lines for programs, beside what people are told. */
  log: Log;
  /** The plan of a request, without a run and without a write. */
  dryRun: (request: PublishRequest) => Promise<DryRun>;
  rules: Omit<RequestRules, "now">;
  /** The clock and the source of run ids, so that tests can fix both. */
  now: () => Date;
  newRunId: (now: Date) => string;
}
