import { PUBLIC_REGIONS } from "./public-regions";

/** "East US 2", "EastUS2" and "eastus2" are one region; this is its short name. */
export const shortRegionName = (name: string): string => name.replace(/\s+/g, "").toLowerCase();

/** Whether the public cloud has this region, in either spelling. */
export const isKnownRegion = (name: string): boolean =>
  Object.hasOwn(PUBLIC_REGIONS, shortRegionName(name));

/** The display name ("East US 2"); what was given when the region isn't known. */
export const displayRegionName = (name: string): string =>
  PUBLIC_REGIONS[shortRegionName(name)] ?? name;

/** Known regions whose short name is near to the given one, for "did you mean". */
export function similarRegions(name: string): string[] {
  const wanted = shortRegionName(name).replace(/[^a-z0-9]/g, "");
  if (Object.hasOwn(PUBLIC_REGIONS, wanted)) return [wanted];
  const letters = (text: string): string => [...text].sort().join("");
  return Object.keys(PUBLIC_REGIONS).filter(
    (region) =>
      letters(region) === letters(wanted) ||
      (wanted.length >= 4 && (region.startsWith(wanted) || wanted.startsWith(region))),
  );
}
