import { definitionKey } from "../run/identity";
import type { Schedule } from "./schedule";

/**
 * Which schedules publish from their own target, at once or by way of others: there each published version would be
 * the newest source of the next one, without an end.
 */
export function publishingFromThemselves(schedules: readonly Schedule[]): Set<Schedule> {
  const edges = schedules.flatMap(({ image, source }) =>
    source.by === "newestVersionOf"
      ? [{ target: definitionKey(image), source: definitionKey(source) }]
      : [],
  );
  const comesFrom = (from: string, target: string, seen = new Set<string>()): boolean => {
    if (from === target) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return edges.some((one) => one.target === from && comesFrom(one.source, target, seen));
  };
  return new Set(
    schedules.filter(
      ({ image, source }) =>
        source.by === "newestVersionOf" && comesFrom(definitionKey(source), definitionKey(image)),
    ),
  );
}
