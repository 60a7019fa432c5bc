import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { COMMON_FIELDS, LOG_LINES, type LogEvent } from "../../src/domain/run/log-line";
import type { FinalState } from "../../src/domain/run/outcome";
import { alertRules, readsOf } from "../support/alert-rules";
import { mistakesOf } from "../support/kusto";
import { readText, ROOT } from "./repository";

const rules = alertRules();
const byQuery = rules.filter(({ query }) => query !== "");
const PAGES = "docs/runbook";
const pageOf = (description: string): string => description.split("/").at(-1) ?? "";

test("there is an alert for each thing that nobody would notice", () => {
  expect(rules.map(({ name }) => name.replace("gallery-publisher-", "")).sort()).toEqual([
    ...["dead-letters", "dead-letters-of-queue", "left-over"],
    ...["region-stalled", "safety-flag-open", "schedule-switched-off", "schedules-unreadable"],
  ]);
  expect(byQuery).toHaveLength(6);
});

/** What isn't said again by `reconcile`, every five minutes. */
const OWN_WINDOWS: Record<string, string> = {
  "left-over": "P1D",
  "schedules-unreadable": "PT15M",
};

/** Members of a query that lines of an event can't have. */
const unknown = (query: string): string[] =>
  [...readsOf(query)].flatMap(([event, fields]) => {
    if (!(event in LOG_LINES)) return [event];
    const own: readonly string[] = LOG_LINES[event as LogEvent].fields;
    return fields
      .filter((field) => !own.includes(field) && !(field in COMMON_FIELDS))
      .map((field) => `${event}.${field}`);
  });

describe.each(byQuery)("the query of $name", ({ name, query, dimensions, reads, windowSize }) => {
  test("is one that Kusto understands, for the columns of the workspace's table", () => {
    expect(mistakesOf(query)).toEqual([]);
  });

  test("gives the columns by which its alerts are told apart, and the time of the line", () => {
    expect(mistakesOf(`${query} | project ${["TimeGenerated", ...dimensions].join(", ")}`)).toEqual(
      [],
    );
  });

  test("asks for lines that the app writes, and of each for members that it has", () => {
    expect(reads.size).toBeGreaterThan(0);
    expect(unknown(query)).toEqual([]);
    for (const fields of reads.values()) expect(fields).toContain("event");
  });

  test("looks back over several looks of what says again what still holds", () => {
    expect(windowSize).toBe(OWN_WINDOWS[name.replace("gallery-publisher-", "")] ?? "PT30M");
  });
});

describe("a query with a mistake is told", () => {
  const { query } = byQuery.find(({ name }) => name.endsWith("region-stalled")) ?? { query: "" };

  test.each([
    ["a column", "Message", "Mesage", /'Mesage' does not refer to any known column/],
    ["a function", "tostring", "to_string", /'to_string' does not refer to any known function/],
    ["a pipe", "| extend event", " extend event", /The name .extend. does not refer/],
    ["a keyword as a member", 'line["time"]', "line.time", /needs to be bracketed/],
    ["a kind of join", "leftanti", "leftant", /Expected one of: inner/],
    ["a type", "startswith", ">", /operator '>' is not defined for/],
    ["a column that was summarized away", "by runId, ", "by ", /'runId' must exist on both sides/],
  ])("%s", (_what, right, wrong, told) => {
    expect(query).toContain(right);
    expect(mistakesOf(query.replace(right, wrong)).join("\n")).toMatch(told);
  });

  test("a member of another line than the one that is asked for", () => {
    const moved = query.replace("line.region)", "line.oldest)");
    expect(unknown(moved)).toEqual(["regionStalled.oldest", "regionMoved.oldest"]);
    const ends = query.replace("runId = tostring(line.runId);", "runId = tostring(line.region);");
    expect(unknown(ends)).toContain("published.region");
  });
});

test("a region no longer stands still when its run has come to any of its ends", () => {
  const ends: Record<FinalState, true> = {
    ...{ published: true, promoted: true, partlyPublished: true },
    ...{ failed: true, rejected: true, cancelled: true },
  };
  const rule = byQuery.find(({ name }) => name.endsWith("region-stalled"));
  const others = ["regionStalled", "regionMoved"];
  expect([...(rule?.reads.keys() ?? [])].sort()).toEqual([...Object.keys(ends), ...others].sort());
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
