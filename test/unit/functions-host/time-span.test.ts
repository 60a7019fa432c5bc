import { formatTimeSpan, parseTimeSpan } from "../../../src/local/functions-host/time-span";

test.each([
  ["00:00:01", 1000],
  ["00:00:01.5000000", 1500],
  ["01:30:05", 5_405_000],
  ["23:59:59", 86_399_000],
  ["2.03:00:00", 183_600_000],
])("%s is read as %i ms, and written so", (text, ms) => {
  expect(parseTimeSpan(text)).toBe(ms);
  expect(formatTimeSpan(ms)).toBe(text);
});

test.each(["", "5", "25:00:00", "00:60:00", "00:00:61", "1 hour"])("%j is no time span", (text) => {
  expect(parseTimeSpan(text)).toBeUndefined();
});
