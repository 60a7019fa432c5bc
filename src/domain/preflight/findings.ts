import type { Problem, Remark } from "../problem";

/** What a check found: what stops a run, and what is said beside. */
export interface Findings {
  problems: Problem[];
  remarks: Remark[];
}

/** Several checks' findings as one, in their order. */
export const joinFindings = (all: readonly Findings[]): Findings => ({
  problems: all.flatMap(({ problems }) => problems),
  remarks: all.flatMap(({ remarks }) => remarks),
});
