import { problem, type Problem } from "../problem";

const ISO_DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Milliseconds since the epoch; NaN for what is no date. `Date.parse` alone reads a time without a
 * zone in the machine's own, takes words after the date, and makes 2 March of 30 February.
 */
function parseIsoDate(text: string): number {
  const [, day = "", time, , , zone] = ISO_DATE.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return NaN;
  return time === undefined ? midnight : Date.parse(zone === undefined ? `${text}Z` : text);
}

/** The date in UTC; undefined for none, and for one that can't be read or has passed. */
export function readEndOfLife(
  given: string | undefined,
  now: Date,
  problems: Problem[],
): string | undefined {
  if (given === undefined) return undefined;
  const time = parseIsoDate(given);
  const found = Number.isNaN(time) ? [noDate(given)] : endOfLifeProblems(given, now);
  problems.push(...found);
  return found.length > 0 ? undefined : new Date(time).toISOString();
}

const noDate = (given: string): Problem =>
  problem(
    "$.endOfLifeDate",
    "InvalidDate",
    `"${given}" isn't an ISO 8601 date`,
    "for example 2027-12-01",
  );

/** An end of life that has come needs no new version. */
export function endOfLifeProblems(given: string | undefined, now: Date): Problem[] {
  if (given === undefined || parseIsoDate(given) > now.getTime()) return [];
  return [
    problem(
      "$.endOfLifeDate",
      "EndOfLifeInPast",
      `the end of life ${given} has passed`,
      "give a date in the future, or leave it out",
    ),
  ];
}
