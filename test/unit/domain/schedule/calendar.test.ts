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
])("a cron with %s is refused", (_what, cron) => {
  expect(cronFault(cron, at("2026-11-24T12:00:00Z"))).toEqual(expect.any(String));
});

test.each(["30 2 * * 1", "*/5 * * * *", "0 3 1,15 * MON-FRI", "0 0 29 2 *", "0 4 * * MON#1"])(
  "%s is taken",
  (cron) => {
    expect(cronFault(cron, at("2026-11-24T12:00:00Z"))).toBeUndefined();
  },
);

test("time zones are those of IANA: no offsets, no invented ones", () => {
  expect(["Europe/Berlin", "UTC", "America/New_York"].every(isTimeZone)).toBe(true);
  expect(["Mars/Olympus", "+02:00", "", "CEST "].some(isTimeZone)).toBe(false);
});
