/** Bounds of the pauses between two looks at Azure, in milliseconds; settings of the app. */
export interface Intervals {
  minIntervalMs: number;
  maxIntervalMs: number;
}

/** How regions are watched; settings of the app. */
export interface Watching extends Intervals {
  /** A region that hasn't changed for so long stands still. */
  stalledAfterMs: number;
}

/** Looks get rarer as time passes, within the bounds. */
export const watchIntervalMs = (elapsedMs: number, intervals: Intervals): number =>
  Math.min(Math.max(elapsedMs / 20, intervals.minIntervalMs), intervals.maxIntervalMs);

/** The pause before a PUT is repeated for failed regions: doubling, within the same bounds. */
export const repeatPauseMs = (
  repeats: number,
  { minIntervalMs, maxIntervalMs }: Intervals,
): number => Math.min(minIntervalMs * 2 ** repeats, maxIntervalMs);
