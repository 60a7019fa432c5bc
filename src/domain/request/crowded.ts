import { problem, type Problem } from "../problem";
import { jsonPath } from "./json-path";

/** More regions, disks or tags than any version has; each costs time in which nothing else is answered. */
const MOST_ENTRIES = 200;
/** Twice what the largest cloud's regions take, with every disk that a machine can have. */
const MOST_VALUES = 50_000;

/** Lists and objects that no request can mean; nothing in a request with such a one is looked at. */
export function crowded(request: object): Problem[] {
  const found: Problem[] = [];
  let values = 0;
  const look = (value: unknown, path: PropertyKey[]): void => {
    values++;
    if (typeof value !== "object" || value === null) return;
    const entries = Object.entries(value);
    if (entries.length > MOST_ENTRIES) {
      found.push(tooMany(path, entries.length, MOST_ENTRIES));
      return;
    }
    for (const [name, member] of entries)
      look(member, [...path, Array.isArray(value) ? Number(name) : name]);
  };
  look(request, []);
  return values > MOST_VALUES ? [...found, tooMany([], values, MOST_VALUES)] : found;
}

const tooMany = (path: PropertyKey[], count: number, most: number): Problem =>
  problem(
    jsonPath(path),
    "Invalid",
    `${count} values stand here, at most ${most} are read; nothing of the request is judged`,
    "send a request as docs/request.md shows it",
  );
