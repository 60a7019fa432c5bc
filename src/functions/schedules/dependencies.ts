import type { inTimeOr } from "../../azure/answer-within";
import type { ImageTemplates } from "../../azure/image-templates";
import type { RequestQueue } from "../../azure/request-queue";
import type { ScheduleStates } from "../../azure/schedule-states";
import type { SourceClaims } from "../../azure/source-claims";
import type { SourceFinding } from "../../azure/source-finder";
import type { FunctionDependencies } from "../dependencies";

/** What schedules reach outside the process. */
export interface ScheduleDependencies extends Pick<
  FunctionDependencies,
  "documents" | "records" | "announcer" | "rules" | "now" | "newRunId" | "log"
> {
  /** Path of the document that holds the schedules. */
  document: string;
  states: ScheduleStates;
  claims: SourceClaims;
  finding: SourceFinding;
  queue: RequestQueue;
  templates: ImageTemplates;
  inTimeOr: typeof inTimeOr;
}

/** Where a schedule's trigger writes what it does. */
export interface Log {
  log(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}
