import { STORAGE_TYPES, type RegionEntry } from "./world/region-entry";
import { ZONAL_REGIONS } from "./zonal-regions";

/** What a region offers. */
export interface RegionFacts {
  zones: readonly string[];
  storageTypes: readonly string[];
  gated: boolean;
}

/** Regions: as the public cloud has them, except for what the world file says. */
export class RegionBook {
  readonly #entries: Map<string, RegionEntry>;

  constructor(entries: readonly RegionEntry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
  }

  /** @param region its short name */
  facts(region: string): RegionFacts {
    const entry = this.#entries.get(region);
    const zones = entry?.zones ?? (ZONAL_REGIONS.has(region) ? ["1", "2", "3"] : []);
    return {
      zones,
      storageTypes: entry?.storageTypes ?? usualStorage(zones),
      gated: entry?.access === "gated",
    };
  }
}

/** Zone-redundant storage needs zones. */
const usualStorage = (zones: readonly string[]): readonly string[] =>
  STORAGE_TYPES.filter((type) => !type.endsWith("_ZRS") || zones.length > 0);
