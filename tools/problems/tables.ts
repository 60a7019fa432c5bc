import type { FaultEntry, ProblemEntry } from "../../src/domain/catalogue/entry";
import { problemCatalogue, severitiesOf } from "../../src/domain/problem-catalogue";

const { atTheDoor, notDone, inThePlan, inTheRun, ofSchedules } = problemCatalogue;

type Row = readonly string[];

function table(head: Row, rows: Row[]): string {
  const print = (cells: Row): string => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(print).join("\n");
}

const cellsOf = (code: string, { cause, action, rule }: ProblemEntry): string[] => [
  `\`${code}\``,
  cause,
  action,
  rule,
];

const requestTable = (entries: Record<string, ProblemEntry>): string =>
  table(
    ["code", "cause", "do", "rule from"],
    Object.entries(entries).map(([code, entry]) => cellsOf(code, entry)),
  );

/** Findings of the plan come with several severities. */
const planTable = (entries: [string, ProblemEntry][]): string =>
  table(
    ["code", "cause", "do", "rule from", "severity"],
    entries.map(([code, entry]) => [
      ...cellsOf(code, entry),
      severitiesOf(entry)
        .map((severity) => `\`${severity}\``)
        .join(", "),
    ]),
  );

function faults(entries: Record<string, FaultEntry>): string {
  return table(
    ["code", "advice", "cause", "do", "rule from"],
    Object.entries(entries).map(([code, { advice, cause, action, rule }]) => [
      `\`${code}\``,
      advice.includes(" ") ? advice : `\`${advice}\``,
      cause,
      action,
      rule,
    ]),
  );
}

const planned: [string, ProblemEntry][] = Object.entries(inThePlan);
const stops = ([, entry]: [string, ProblemEntry]): boolean => severitiesOf(entry).includes("error");

/** The tables of docs/problems.md by the names in its marks. */
const TABLES: Record<string, string> = {
  atTheDoor: requestTable(atTheDoor),
  notDone: requestTable(notDone),
  inThePlan: planTable(planned.filter(stops)),
  remarks: planTable(planned.filter((entry) => !stops(entry))),
  inTheRun: faults(inTheRun),
  ofSchedules: requestTable(ofSchedules),
};

const MARKED = /(<!-- from the catalogue: (\w+) -->\n).*?(\n<!-- end -->)/gs;

/**
 * The document with every marked table as the catalogue has it; not formatted yet.
 * @throws {Error} for a mark that names no table
 */
export function withTables(document: string): string {
  return document.replace(MARKED, (_all, start: string, name: string, end: string) => {
    const made = TABLES[name];
    if (made === undefined) throw new Error(`docs/problems.md asks for a table "${name}"`);
    return `${start}\n${made}\n${end}`;
  });
}
