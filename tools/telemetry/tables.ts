import { COMMON_FIELDS, LOG_LINES } from "../../src/domain/run/log-line";

const row = (...cells: string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => row(...cells)).join("\n");
const code = (name: string): string => `\`${name}\``;

const LEVELS = { info: "information", warn: "warning", error: "error" } as const;

/** The tables of docs/telemetry.md by the names in its marks. */
const TABLES: Record<string, string> = {
  fields: table(
    ["member", "is"],
    Object.entries(COMMON_FIELDS).map(([name, is]) => [code(name), is]),
  ),
  lines: table(
    ["`event`", "level", "says that", "further members"],
    Object.entries(LOG_LINES).map(([name, { level, says, fields }]) => [
      code(name),
      LEVELS[level],
      says,
      fields.map(code).join(", "),
    ]),
  ),
};

const MARKED = /(<!-- from log-line.ts: (\w+) -->\n).*?(\n<!-- end -->)/gs;

/** docs/telemetry.md with every marked table as the code has it; not formatted yet. */
export const withLogLines = (document: string): string =>
  document.replace(
    MARKED,
    (_all, start: string, name: string, end: string) => `${start}\n${TABLES[name] ?? ""}\n${end}`,
  );
