import { AT_THE_DOOR, NOT_DONE } from "./catalogue/at-the-door";
import type { ProblemEntry, RequestEntry, Severity } from "./catalogue/entry";
import { IN_THE_PLAN } from "./catalogue/in-the-plan";
import { IN_THE_RUN } from "./catalogue/in-the-run";
import { OF_SCHEDULES } from "./catalogue/of-schedules";

/** Codes that the request alone can give. */
export type RequestCode = keyof typeof AT_THE_DOOR | keyof typeof NOT_DONE;
type ByTrigger<Entries> = {
  [Code in keyof Entries]: Entries[Code] extends { byTrigger: true } ? Code : never;
}[keyof Entries];
/** Of those, what reading a request finds. */
export type ReadingCode = Exclude<RequestCode, ByTrigger<typeof AT_THE_DOOR>>;
/** Codes of findings about a request. Azure's own codes come beside them, through faults. */
export type ProblemCode = RequestCode | keyof typeof IN_THE_PLAN | keyof typeof OF_SCHEDULES;
/** Codes of trouble in a run. Azure's own codes come beside them. */
export type FaultCode = keyof typeof IN_THE_RUN;

const requestEntries: Record<RequestCode, RequestEntry> = { ...AT_THE_DOOR, ...NOT_DONE };

/** Every code of ours: what docs/problems.md is made from (`npm run problems`). */
export const problemCatalogue = {
  atTheDoor: AT_THE_DOOR,
  notDone: NOT_DONE,
  inThePlan: IN_THE_PLAN,
  inTheRun: IN_THE_RUN,
  ofSchedules: OF_SCHEDULES,
} as const;

/** Every code of a finding about a request. */
export const problemEntries: Readonly<Record<string, ProblemEntry>> = {
  // First: a code that both have, such as SourceNotFound, comes in a plan with more severities.
  ...OF_SCHEDULES,
  ...requestEntries,
  ...IN_THE_PLAN,
};

const requestCodes = Object.keys(requestEntries) as RequestCode[];
/** The codes that reading a request can find. */
export const readingCodes = requestCodes.filter(
  (code): code is ReadingCode => requestEntries[code].byTrigger !== true,
);

/** The codes that a plan can give. */
export const planCodes = [
  ...requestCodes.filter((code) => requestEntries[code].alsoInPlan === true),
  ...(Object.keys(IN_THE_PLAN) as (keyof typeof IN_THE_PLAN)[]),
];

/** With which severities a code can come. */
export function severitiesOf({ severity = "error" }: ProblemEntry): readonly Severity[] {
  return typeof severity === "string" ? [severity] : severity;
}
