const NUMBER = "(\\d{1,9}(?:[.,]\\d{1,9})?)";
const part = (designator: string): string => `(?:${NUMBER}${designator})?`;

/**
 * ISO 8601: from the first character to the last, a fraction only in the last number. Numbers are bounded,
 * so that no text costs more than its length.
 */
const DURATION = new RegExp(
  `^P(?=.)(?=[^.,]*(?:[.,]\\d+[A-Z])?$)${["Y", "M", "W", "D"].map(part).join("")}` +
    `(?:T(?=.)${["H", "M", "S"].map(part).join("")})?$`,
);

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Milliseconds of an ISO 8601 duration; undefined for what isn't one, `noFixedLength` for one with
 * years or months.
 */
export function durationMs(text: string): number | "noFixedLength" | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((number: string | undefined) => Number((number ?? "0").replace(",", ".")));
  if (years + months > 0) return "noFixedLength";
  const time = hours * HOUR_MS + minutes * 60 * SECOND_MS + seconds * SECOND_MS;
  return Math.round((weeks * 7 + days) * DAY_MS + time);
}
