import type { ProblemCode } from "./problem-catalogue";

/** One thing that is wrong with a request, for a person to mend. */
export interface Problem {
  /** Where: a JSON path into the request, `$.targetRegions[1].encryption`. */
  path: string;
  /** Stable, for scripts: never renamed. One of the catalogue, or Azure's own. */
  code: string;
  /** What is wrong, with the values that matter. */
  message: string;
  /** What to do next. */
  action: string;
  /** The region concerned, when it is one. */
  region?: string;
}

/** Builds problems with less noise at the places that find them. */
export function problem(
  path: string,
  code: ProblemCode,
  message: string,
  action: string,
  region?: string,
): Problem {
  return region === undefined
    ? { path, code, message, action }
    : { path, code, message, action, region };
}

/**
 * What is said beside the problems and doesn't stop a run: a warning, or a check that couldn't be
 * made. The latter never passes silently and never counts as a success.
 */
export interface Remark extends Problem {
  severity: "warning" | "notChecked";
}

export const warning = (found: Problem): Remark => ({ severity: "warning", ...found });
export const notChecked = (found: Problem): Remark => ({ severity: "notChecked", ...found });
