import { problemEntries } from "../../src/domain/problem-catalogue";
import { CLAUSES, type Clause } from "../../test/preflight/clauses";
import { AREAS } from "../../test/preflight/rows/areas";

const rows = Object.values(AREAS).flatMap((area) => area.rows);

/** Severities with which a code is found in the rows of a clause. */
function severities(code: string, titles: readonly string[]): string {
  const found = rows
    .filter(({ title }) => titles.includes(title))
    .flatMap((row) => row.found)
    .map((line) => line.split(" "))
    .filter(([, its]) => its === code)
    .map(([, , severity]) => severity ?? "");
  return [...new Set(found)].join(", ");
}

/** Where the rule comes from, when it isn't in words of Azure's that are known. */
const sourcesOf = (codes: readonly string[]): string =>
  [...new Set(codes.flatMap((code) => problemEntries[code]?.rule ?? []))].join("; ");

function print({ rule, azure, codes, rows: titles }: Clause): string {
  const told = codes.map((code) => `\`${code}\`: ${severities(code, titles)}`);
  const words = azure === undefined ? sourcesOf(codes) : `\`${azure}\``;
  return `| ${[rule, words, told.join("; "), titles.join("; ")].join(" | ")} |`;
}

const MARKED = /(<!-- from the rows: preflight -->\n).*?(\n<!-- end -->)/s;

/** docs/preflight.md with its tables as clauses and rows have them; not formatted yet. */
export function withClauses(document: string): string {
  const tables = Object.entries(CLAUSES).map(([heading, clauses]) =>
    [
      `## ${heading}\n`,
      "| rule | Azure says, or says who | code: severity | test |",
      "| --- | --- | --- | --- |",
      ...clauses.map(print),
    ].join("\n"),
  );
  return document.replace(
    MARKED,
    (_all, start: string, end: string) => `${start}\n${tables.join("\n\n")}\n${end}`,
  );
}
