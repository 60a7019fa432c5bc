import { problem, type Problem } from "../problem";
import { nearestRegion, regionName, type RegionName } from "../region-name";

/**
 * A name that is no region's, and the one that was probably meant; nothing when it's known.
 * @param path of the name
 */
export function unknownRegion(
  given: string,
  path: string,
  known: ReadonlySet<RegionName>,
): Problem[] {
  const name = regionName(given);
  if (known.has(name)) return [];
  const meant = nearestRegion(name, known);
  return [
    problem(
      path,
      "UnknownRegion",
      `"${given}" is no Azure region that this configuration knows`,
      meant === undefined
        ? "correct the name, or add a new region to the setting ADDITIONAL_REGIONS"
        : `did you mean "${meant}"? A new region is added by the setting ADDITIONAL_REGIONS`,
      name,
    ),
  ];
}
