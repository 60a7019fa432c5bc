/** One thing that is wrong with a request, for a person to mend. */
export interface Problem {
  /** Where: a JSON path into the request, `$.targetRegions[1].encryption`. */
  path: string;
  /** Stable, for scripts: never renamed. */
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
  code: string,
  message: string,
  action: string,
  region?: string,
): Problem {
  return region === undefined
    ? { path, code, message, action }
    : { path, code, message, action, region };
}
