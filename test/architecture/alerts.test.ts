import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { COMMON_FIELDS, LOG_LINES } from "../../src/domain/run/log-line";
import { alertRules } from "../support/alert-rules";
import { readText, ROOT } from "./repository";

const rules = alertRules();
const byQuery = rules.filter(({ events }) => events.length > 0);
const PAGES = "docs/runbook";
const pageOf = (description: string): string => description.split("/").at(-1) ?? "";

test("there is an alert for each thing that nobody would notice", () => {
  expect(rules.map(({ name }) => name.replace("gallery-publisher-", "")).sort()).toEqual([
    ...["dead-letters", "dead-letters-of-queue", "left-over"],
    ...["region-stalled", "safety-flag-open", "schedule-switched-off"],
  ]);
  expect(byQuery).toHaveLength(5);
});

describe.each(byQuery)("the query of $name", ({ events, fields }) => {
  test("asks for lines that the app writes", () => {
    expect(events.filter((event) => !(event in LOG_LINES))).toEqual([]);
  });

  test("asks for members that some of these lines has", () => {
    const lines = Object.entries(LOG_LINES).filter(([name]) => events.includes(name));
    const known: string[] = lines.flatMap(([, line]) => [...line.fields]);
    known.push(...Object.keys(COMMON_FIELDS));
    expect(fields.filter((field) => !known.includes(field))).toEqual([]);
    expect(fields).toContain("event");
  });
});

test.each(rules)("$name names a page that says what to do and when it is over", (rule) => {
  const page = pageOf(rule.description);
  expect(existsSync(join(ROOT, PAGES, page))).toBe(true);
  const text = readText(`${PAGES}/${page}`);
  for (const part of ["**It means:**", "**Look here**", "**Do this**", "**It is over**"])
    expect(text).toContain(part);
});

test("every page belongs to an alert, and the list of alerts has it", () => {
  const pages = readdirSync(join(ROOT, PAGES)).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(
    [...new Set(rules.map(({ description }) => pageOf(description)))].sort(),
  );
  for (const page of pages) expect(readText(`${PAGES}/README.md`)).toContain(`](${page})`);
});
