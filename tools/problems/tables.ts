import type { FaultEntry, ProblemEntry } from "../../src/domain/catalogue/entry";
import { problemCatalogue, severitiesOf } from "../../src/domain/problem-catalogue";

const { atTheDoor, notDone, inThePlan, inTheRun } = problemCatalogue;

type Row = readonly string[];

function table(head: Row, rows: Row[]): string {
  const print = (cells: Row): string => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(print).join("\n");
}

function problems(entries: Record<string, ProblemEntry>): string {
  return table(
    ["code", "cause", "do", "rule from"],
    Object.entries(entries).map(([code, entry]) => [
      `\`${code}\``,
      entry.cause,
      entry.action,
      entry.rule,
    ]),
  );
}

function remarks(entries: [string, ProblemEntry][]): string {
  return table(
    ["code", "severity", "cause", "do", "rule from"],
    entries.map(([code, entry]) => [
      `\`${code}\``,
      severitiesOf(entry)
        .map((severity) => `\`${severity}\``)
        .join(", "),
      entry.cause,
      entry.action,
      entry.rule,
    ]),
  );
}

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
const isError = ([, entry]: [string, ProblemEntry]): boolean =>
  severitiesOf(entry).every((severity) => severity === "error");

/** The tables of docs/problems.md by the names in its marks. */
const TABLES: Record<string, string> = {
  atTheDoor: problems(atTheDoor),
  notDone: problems(notDone),
  inThePlan: problems(Object.fromEntries(planned.filter(isError))),
  remarks: remarks(planned.filter((entry) => !isError(entry))),
  inTheRun: faults(inTheRun),
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
