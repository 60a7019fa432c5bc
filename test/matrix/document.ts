import { CELLS, MATRIX, type MatrixCell } from "./cells";
import { ROWS } from "./facts";
import { POINTS } from "./points";
import { REASONS, type ReasonKey } from "./reasons";

const REASON_KEYS = Object.keys(REASONS) as ReasonKey[];
/** A letter for each reason. */
const letter = (key: ReasonKey): string => String.fromCharCode(97 + REASON_KEYS.indexOf(key));

/** The matrix in numbers. */
export function count(): string {
  const impossible = MATRIX.length - CELLS.length;
  return `matrix: ${ROWS.length} rows × ${POINTS.length} points = ${MATRIX.length} cells: ${CELLS.length} run, ${impossible} can't occur`;
}

const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map(line).join("\n");
const escaped = (text: string): string => text.replaceAll("<", "&lt;").replaceAll("|", "\\|");

function shown(one: MatrixCell): string {
  return one.kind === "run" ? escaped(one.cell.outcome) : `(${letter(one.because)})`;
}

const rowOf = (one: MatrixCell): number => (one.kind === "run" ? one.cell.row : one.row).number;

const POINTS_IN_TABLE = 5;
/** Several tables: with all points in one it couldn't be read. */
function tables(): string[] {
  const groups = POINTS.flatMap((_, at) =>
    at % POINTS_IN_TABLE === 0 ? [POINTS.slice(at, at + POINTS_IN_TABLE)] : [],
  );
  return groups.map((points) =>
    table(
      ["row", ...points.map(({ name }) => name)],
      ROWS.map(({ number, title }) => [
        `${number} ${escaped(title)}`,
        ...MATRIX.filter((one) => rowOf(one) === number)
          .filter((one) => points.includes(one.kind === "run" ? one.cell.point : one.point))
          .map(shown),
      ]),
    ),
  );
}

function reasons(): string {
  return table(
    ["", "cells", "why it can't occur there"],
    REASON_KEYS.map((key) => [
      `(${letter(key)})`,
      String(MATRIX.filter((one) => one.kind === "impossible" && one.because === key).length),
      REASONS[key],
    ]),
  );
}

/** The document of the matrix, before it is formatted. */
export function faultMatrix(): string {
  return [
    "# The fault matrix",
    "Written by `npm run matrix:docs` from `test/matrix`; `npm run matrix` runs every cell, and fails when this page is out of date.",
    "Every row of the table of Azure's errors × every point of a run at which it can strike: the product's own clients against the Resource Manager stand-in on the wire, durable engine and stand-in on one virtual clock. " +
      "What is expected was written from the table, not taken from the product. Each cell compares the whole end in the ledger (state, what ended the run, each region with code and advice, compensation, what is left over) " +
      "and in Azure (regions and their states, what is kept out of `latest`, the safety flag, the number of PUTs that were taken). " +
      "In each, every PUT names the right set for every region and disk and leaves no region out, nothing Completed is deleted or lost, other versions stay as they were, and the safety flag is closed at the end.",
    `**${count()}**`,
    ...tables(),
    "## Cells that can't occur",
    reasons(),
  ].join("\n\n");
}
