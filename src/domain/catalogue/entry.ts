import type { Advice } from "../advice";

/** What docs/problems.md says of a code. */
interface Explained {
  cause: string;
  /** What a person does about it. */
  action: string;
  /** Who says that it is wrong: Azure's contract, documentation or answers, or a setting of ours. */
  rule: string;
}

/** An error stops the run; the others are said beside the plan. */
export type Severity = "error" | "warning" | "notChecked";

/** A code of a finding about a request. */
export interface ProblemEntry extends Explained {
  /** `error` when left out. */
  severity?: Severity | readonly Severity[];
}

/** A code that the request alone can give. */
export interface RequestEntry extends ProblemEntry {
  /** Azure's facts can give it too, in the plan. */
  alsoInPlan?: true;
  /** Only triggers can give it: the body isn't JSON, or another request is in its way. */
  byTrigger?: true;
}

/** A code of trouble in a run. */
export interface FaultEntry extends Explained {
  advice: Advice | "by its message";
}

/** Where rules come from, in the words of the document. */
export const CONTRACT = "REST contract";
export const DOCUMENTATION = "Azure's documentation";
export const ANSWERS = "Azure's answers";
export const FORMAT = "request.md";
export const OURS = "this pipeline";
export const FORMAT_OF_SCHEDULES = "schedules.md";
