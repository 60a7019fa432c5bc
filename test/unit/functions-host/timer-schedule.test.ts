import { parseSchedule } from "../../../src/local/functions-host/timer-schedule";

const NOW = Date.parse("2026-11-24T12:00:00Z");

const next = (schedule: string) => new Date(parseSchedule(schedule, NOW).next(NOW)).toISOString();

test.each([
  ["*/15 * * * * *", "2026-11-24T12:00:15.000Z"],
  ["0 30 9 * * *", "2026-11-25T09:30:00.000Z"],
  ["30 9 * * *", "2026-11-25T09:30:00.000Z"],
  ["0 0 0 * * Mon-Fri", "2026-11-25T00:00:00.000Z"],
  // Both day fields must hold: the next 13th that is a Friday.
  ["0 0 0 13 * 5", "2027-08-13T00:00:00.000Z"],
  ["01:30:00", "2026-11-24T13:30:00.000Z"],
])("the schedule %s is due next at %s", (schedule, at) => {
  expect(next(schedule)).toBe(at);
});

test.each([
  ["*/30 * * * * *", false],
  ["0 * * * * *", true],
  ["00:00:30", false],
  ["00:05:00", true],
])("the schedule %s keeps a status: %p", (schedule, monitored) => {
  expect(parseSchedule(schedule, NOW).monitored).toBe(monitored);
});

test.each(["", "hourly", "@daily", "* * * *", "0 0 0 L * *", "0 0 25 * * *", "-00:01:00"])(
  "the schedule %p is refused",
  (schedule) => {
    expect(() => parseSchedule(schedule, NOW)).toThrow(/schedule/);
  },
);
