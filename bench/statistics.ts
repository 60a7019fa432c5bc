import type { Measurement } from "./benchmark";

export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Median, least and greatest of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The spread of each column, over the runs that have it. */
export function spreadByColumn(runs: readonly Measurement[]): Map<string, Spread> {
  const columns = new Set(runs.flatMap((run) => Object.keys(run)));
  return new Map(
    [...columns].map((column) => [column, spreadOf(runs.flatMap((run) => run[column] ?? []))]),
  );
}
