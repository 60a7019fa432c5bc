import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planCodes, problemEntries, severitiesOf } from "../../src/domain/problem-catalogue";
import { withClauses } from "../../tools/problems/preflight-table";
import { CLAUSES } from "./clauses";
import { AREAS } from "./rows/areas";

const rows = Object.values(AREAS).flatMap((area) => area.rows);
const found = (title: string): string[][] =>
  rows
    .filter((row) => row.title === title)
    .flatMap((row) => row.found.map((line) => line.split(" ")));
const clauses = Object.values(CLAUSES).flat();

it.each(clauses)(
  "$rule: its codes are shown by its rows, and its rows show its codes",
  (clause) => {
    const codes = clause.rows.map((title) => found(title).map(([, code]) => code));
    expect(clause.rows).not.toEqual([]);
    for (const shown of codes) expect(clause.codes.some((code) => shown.includes(code))).toBe(true);
    expect(clause.codes.filter((code) => !codes.flat().includes(code))).toEqual([]);
  },
);

/** A mistake of the program: no world and no request leads to it. */
const BEYOND_ROWS = ["NotPrepared"];

test("every code that a plan can give is shown by a clause", () => {
  const shown = new Set([...BEYOND_ROWS, ...clauses.flatMap(({ codes }) => codes)]);
  expect(planCodes.filter((code) => !shown.has(code))).toEqual([]);
});

test("every row shows a clause", () => {
  const named = new Set(clauses.flatMap((clause) => clause.rows));
  expect(rows.map(({ title }) => title).filter((title) => !named.has(title))).toEqual([]);
});

test("rows find codes with the severities that the catalogue gives them", () => {
  const wrong = rows
    .flatMap((row) => row.found)
    .filter((line) => {
      const [, code = "", severity] = line.split(" ");
      const entry = problemEntries[code];
      return entry !== undefined && !severitiesOf(entry).some((each) => each === severity);
    });
  expect(wrong).toEqual([]);
});

test("docs/preflight.md has the clauses and their rows (npm run problems)", () => {
  const document = readFileSync(join(__dirname, "../../docs/preflight.md"), "utf8");
  const unformatted = (text: string): string =>
    text.replace(/ *\| */g, "|").replace(/\|-+(?=\|)/g, "|---");
  expect(unformatted(withClauses(document))).toBe(unformatted(document));
});
