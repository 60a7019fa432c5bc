import {
  cronFault,
  isTimeZone,
  latestOccurrence,
  nextOccurrence,
} from "../../../../src/domain/schedule/calendar";

const at = (time: string): Date => new Date(time);
const BERLIN = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };

/** Occurrences after a moment, in UTC. */
function after(calendar: typeof BERLIN, time: string, count: number): string[] {
  const found: string[] = [];
  for (let from = at(time); found.length < count;) {
    from = nextOccurrence(calendar, from) ?? from;
    found.push(from.toISOString());
  }
  return found;
}

/** What a look every minute finds due, each occurrence once. */
function minuteByMinute(calendar: typeof BERLIN, from: string, hours: number): string[] {
  const found = new Set<string>();
  for (let minute = 0; minute <= hours * 60; minute++) {
    const now = new Date(at(from).getTime() + minute * 60_000);
    const latest = latestOccurrence(calendar, now)?.toISOString() ?? "";
    if (latest > at(from).toISOString()) found.add(latest);
  }
  return [...found];
}

describe("a schedule at 02:30 in Berlin", () => {
  it("on the day without 02:30 occurs once, at the first moment after the gap, which is 03:00", () => {
    const days = [
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ];
    expect(after(BERLIN, "2026-03-28T00:00:00Z", 3)).toEqual(days);
    expect(minuteByMinute(BERLIN, "2026-03-29T00:00:00Z", 22)).toEqual(days.slice(1, 2));
  });

  it("on the day with two 02:30 occurs once, at the first of them", () => {
    const days = [
      "2026-10-24T00:30:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ];
    expect(after(BERLIN, "2026-10-24T00:00:00Z", 3)).toEqual(days);
    expect(minuteByMinute(BERLIN, "2026-10-25T00:00:00Z", 22)).toEqual(days.slice(1, 2));
  });
});

/** Local midnights around the days on which the clock is changed. */
const DAYS = {
  "Berlin in spring": ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
  "Berlin in autumn": ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
  "New York in spring": ["America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"],
  "New York in autumn": ["America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"],
} as const;

/** Occurrences of that day, in UTC, looked for minute by minute as the timer does. */
function ofDay(cron: string, day: keyof typeof DAYS): string[] {
  const [timeZone, from, to] = DAYS[day];
  const justBefore = new Date(at(from).getTime() - 1);
  const hours = (at(to).getTime() - at(from).getTime()) / 3_600_000;
  return minuteByMinute({ cron, timeZone }, justBefore.toISOString(), hours).map((time) =>
    time.slice(11, 16),
  );
}

describe("on the day on which the clock is changed", () => {
  it.each<[keyof typeof DAYS, string, string]>([
    ["Berlin in spring", "30 2 * * *", "01:00"],
    ["Berlin in autumn", "30 2 * * *", "00:30"],
    ["New York in spring", "30 2 * * *", "07:00"],
    ["New York in autumn", "30 1 * * *", "05:30"],
    ["Berlin in spring", "30 1,2,3 * * *", "00:30 01:00 01:30"],
    ["Berlin in autumn", "30 1,2,3 * * *", "23:30 00:30 02:30"],
    ["New York in autumn", "30 0,1,2 * * *", "04:30 05:30 07:30"],
    ["Berlin in spring", "0,30 2 * * *", "01:00"],
    ["Berlin in autumn", "0,30 2 * * *", "00:00 00:30"],
    ["New York in spring", "0,30 2 * * *", "07:00"],
    ["Berlin in spring", "0 1-4 * * *", "00:00 01:00 02:00"],
    ["Berlin in autumn", "0 1-4 * * *", "23:00 00:00 02:00 03:00"],
    ["Berlin in spring", "*/15 2 * * *", ""],
    ["Berlin in autumn", "*/30 2 * * *", "00:00 00:30 01:00 01:30"],
  ])(
    "%s: times that are named come once each, a step passes with its hour: %s",
    (day, cron, utc) => {
      expect(ofDay(cron, day).join(" ")).toBe(utc);
    },
  );

  it.each<[keyof typeof DAYS, string, number]>([
    ["Berlin in spring", "0 * * * *", 23],
    ["Berlin in autumn", "0 * * * *", 25],
    ["New York in spring", "0 * * * *", 23],
    ["New York in autumn", "0 * * * *", 25],
    ["Berlin in spring", "*/15 * * * *", 92],
    ["Berlin in autumn", "*/15 * * * *", 100],
    ["Berlin in autumn", "0,30 * * * *", 50],
  ])("%s: an interval follows the hours that pass: %s", (day, cron, count) => {
    expect(ofDay(cron, day)).toHaveLength(count);
  });
});

test("an hourly schedule occurs every hour that passes, also the one that comes twice", () => {
  const hourly = { cron: "30 * * * *", timeZone: "Europe/Berlin" };
  expect(after(hourly, "2026-10-25T00:00:00Z", 3)).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-25T01:30:00.000Z",
    "2026-10-25T02:30:00.000Z",
  ]);
  expect(after(hourly, "2026-03-29T00:00:00Z", 2)).toEqual([
    "2026-03-29T00:30:00.000Z",
    "2026-03-29T01:30:00.000Z",
  ]);
});

test.each([
  ["at the very second", "2026-11-24T01:30:00.000Z", "2026-11-24T01:30:00.000Z"],
  ["a moment later", "2026-11-24T01:30:00.500Z", "2026-11-24T01:30:00.000Z"],
  ["a millisecond before", "2026-11-24T01:29:59.999Z", "2026-11-23T01:30:00.000Z"],
])("an occurrence is the latest %s: %s", (_when, now, latest) => {
  expect(latestOccurrence(BERLIN, at(now))?.toISOString()).toBe(latest);
});

test.each([
  ["a field for seconds", "0 30 2 * * *"],
  ["four fields", "30 2 * *"],
  ["a nickname", "@daily"],
  ["the time of reading", "? 2 * * *"],
  ["an hour that there isn't", "0 24 * * *"],
  ["a day that there never is", "0 0 30 2 *"],
  ["words", "every monday"],
  ["a range of days that wraps around", "0 0 * * FRI-MON"],
  ["a range of months that wraps around", "0 0 1 NOV-FEB *"],
  ["a range of hours that wraps around", "0 22-2 * * *"],
  ["a day's whole name", "0 0 * * MONDAY"],
  ["a month's whole name", "0 0 1 JANUARY *"],
  ["a question mark for a day", "0 0 ? * MON"],
  ["a step from a number", "5/15 * * * *"],
  ["an eighth day of the week", "0 0 * * 8"],
  ["a sixth Monday", "0 0 * * MON#6"],
  ["a day before the last", "0 0 L-2 * *"],
  ["L in another field", "0 L * * *"],
  ["L alone for the day of the week", "0 0 * * L"],
  ["H, which others spread by", "H 2 * * *"],
  ["a year", "0 0 1 1 * 2027"],
])("a cron with %s is refused", (_what, cron) => {
  expect(cronFault(cron, at("2026-11-24T12:00:00Z"))).toEqual(expect.any(String));
});

test.each(["30 2 * * 1", "*/5 * * * *", "0 3 1,15 * MON-FRI", "0 0 29 2 *", "0 4 * * MON#1"])(
  "%s is taken",
  (cron) => {
    expect(cronFault(cron, at("2026-11-24T12:00:00Z"))).toBeUndefined();
  },
);

/** The table of docs/schedules.md: from Tuesday 2026-11-24 on. */
test.each([
  ["Sunday as 0", "0 0 * * 0", "11-29 12-06"],
  ["Sunday as 7", "0 0 * * 7", "11-29 12-06"],
  ["a range that ends with Sunday", "0 0 * * 5-7", "11-27 11-28 11-29 12-04"],
  ["names of days, in any case", "0 0 * * mon,FRI", "11-27 11-30 12-04"],
  ["a range over Sunday by names", "0 0 * * SAT-SUN", "11-28 11-29 12-05"],
  ["names of months", "0 0 1 jan,MAR-MAY *", "01-01 03-01 04-01 05-01"],
  ["the last day of the month", "0 0 L * *", "11-30 12-31 01-31 02-28"],
  ["that and another day", "0 0 15,L * *", "11-30 12-15 12-31"],
  ["the last weekday of the month", "0 0 LW * *", "11-30 12-31 01-29 02-26"],
  ["the weekday nearest to a day", "0 0 15W * *", "12-15 01-15 02-15 03-15 04-15 05-14"],
  ["the first Monday", "0 0 * * MON#1", "12-07 01-04 02-01"],
  ["the last Friday", "0 0 * * FRI#L", "11-27 12-25 01-29"],
  ["the last Friday, as L", "0 0 * * 5L", "11-27 12-25 01-29"],
  ["day of month and of week: either", "0 0 13 * FRI", "11-27 12-04 12-11 12-13"],
  ["either, also with a step", "0 0 */10 * MON", "11-30 12-01 12-07 12-11"],
])("a cron with %s: %s", (_what, cron, days) => {
  const expected = days.split(" ");
  const found = after({ cron, timeZone: "UTC" }, "2026-11-24T12:00:00Z", expected.length);
  expect(cronFault(cron, at("2026-11-24T12:00:00Z"))).toBeUndefined();
  expect(found.map((time) => time.slice(5, 10))).toEqual(expected);
});

test("time zones are those of IANA: no offsets, no invented ones", () => {
  expect(["Europe/Berlin", "UTC", "America/New_York"].every(isTimeZone)).toBe(true);
  expect(["Mars/Olympus", "+02:00", "", "CEST "].some(isTimeZone)).toBe(false);
});
