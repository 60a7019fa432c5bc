import { isObject, type JsonObject } from "../json";

const partsOf = (version: string): number[] => version.split(".").map(Number);

/** Whether one version number is at or after another. */
function reaches(version: string, start: string): boolean {
  const [parts, wanted] = [partsOf(version), partsOf(start)];
  const index = parts.findIndex((part, at) => part !== wanted[at]);
  return index < 0 || (parts[index] ?? 0) > (wanted[index] ?? 0);
}

/**
 * The `SecurityType` that an image definition's features give to one of its versions: features can
 * begin at a version (`startsAtVersion`), and the one that began last counts.
 */
export function securityTypeOf(properties: JsonObject, version: string): string | undefined {
  const { features } = properties;
  const found = (Array.isArray(features) ? features : [])
    .filter((feature) => isObject(feature) && feature["name"] === "SecurityType")
    .map((feature: JsonObject) => ({
      value: String(feature["value"]),
      start: typeof feature["startsAtVersion"] === "string" ? feature["startsAtVersion"] : "0.0.0",
    }))
    .filter(({ start }) => reaches(version, start))
    .sort((one, other) => (reaches(one.start, other.start) ? 1 : -1));
  return found.at(-1)?.value;
}
