import { plainText } from "./plain-text";
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

/** A list of 40 candidates by their ids is shorter. */
const MOST_TEXT = 8000;
/** A name or a region in a place of its own; Azure's have at most 90 characters. */
const MOST_NAME = 200;

/**
 * Builds problems with less noise at the places that find them. Values of the request stand in them,
 * so their texts are made plain, and bounded.
 */
export function problem(
  path: string,
  code: ProblemCode,
  message: string,
  action: string,
  region?: string,
): Problem {
  const told = {
    path,
    code,
    message: plainText(message, MOST_TEXT),
    action: plainText(action, MOST_TEXT),
  };
  return region === undefined ? told : { ...told, region: plainText(region, MOST_NAME) };
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
