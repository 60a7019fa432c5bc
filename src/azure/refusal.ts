import type { Fault } from "../domain/fault";
import type { Problem } from "../domain/problem";

/** Why Azure didn't do what a schedule needs. */
export type Refusal =
  /** For good, in Azure's own words: for a person. */
  | { kind: "finding"; problem: Problem }
  /** Azure doesn't answer now: to be asked again. */
  | { kind: "later"; fault: Fault };

/** What Azure refuses for good is told; all else may pass. */
export function refusal(fault: Fault, path: string): Refusal {
  if (fault.advice !== "permanent" && fault.advice !== "operator") return { kind: "later", fault };
  const { code, message, action } = fault;
  return { kind: "finding", problem: { path, code, message, action } };
}
