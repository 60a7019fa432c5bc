import type { Measurement } from "./benchmark";
import { spreadByColumn, type Spread } from "./statistics";

/** What was measured for one case. */
export interface CaseRuns {
  name: string;
  runs: Measurement[];
}

/** A Markdown table with a row per case: the median, and in brackets the least and the greatest. */
export function table(cases: readonly CaseRuns[]): string[] {
  const spreads = cases.map(({ runs }) => spreadByColumn(runs));
  const columns = [...new Set(spreads.flatMap((spread) => [...spread.keys()]))];
  const rows = cases.map(({ name, runs }, index) => [
    name,
    String(runs.length),
    ...columns.map((column) => cell(spreads[index]?.get(column))),
  ]);
  return aligned(["", "runs", ...columns], rows);
}

function cell(spread: Spread | undefined): string {
  if (spread === undefined) return "–";
  const [median, min, max] = [spread.median, spread.min, spread.max].map(number);
  return min === max ? `${median}` : `${median} (${min}–${max})`;
}

/** Three digits are as many as a run on another day would confirm. */
function number(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}

/** As the formatter of this repository writes tables: the first column to the left, numbers to the right. */
function aligned(head: string[], rows: string[][]): string[] {
  const widths = head.map((name, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? name).length)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((text, column) => pad(text, widths[column] ?? 0, column)).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)];
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
