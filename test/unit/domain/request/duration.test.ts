import { durationMs } from "../../../../src/domain/request/duration";

const HOUR_MS = 3_600_000;

test.each([
  ["PT6H", 6 * HOUR_MS],
  ["PT1H30M", 1.5 * HOUR_MS],
  ["PT0.5H", HOUR_MS / 2],
  ["PT0,5H", HOUR_MS / 2],
  ["P1DT12H", 36 * HOUR_MS],
  ["P2W", 14 * 24 * HOUR_MS],
  ["PT90S", 90_000],
  ["P1Y", "noFixedLength"],
  ["P1M", "noFixedLength"],
])("%s is a duration", (text, expected) => {
  expect(durationMs(text)).toBe(expected);
});

test.each([
  "",
  "P",
  "PT",
  "P1DT",
  "PT1H 30M",
  "PT1H30",
  "about PT6H or so",
  "PT6Hxyz",
  "PT6H\n",
  "P1DT-1H",
  "-PT6H",
  "pt6h",
  "PT1.5H30M",
  "PT30M1H",
  "PT1234567890S",
  `PT${"0".repeat(40)}6H`,
])("%j is no duration", (text) => {
  expect(durationMs(text)).toBeUndefined();
});

test("a text of a megabyte is refused at its tenth digit, instead of being searched for hours", () => {
  for (const text of ["P" + "1".repeat(1_000_000), "P".repeat(1_000_000), "PT1.".repeat(250_000)])
    expect(durationMs(text)).toBeUndefined();
});
