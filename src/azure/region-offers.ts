import type { ResourceSku } from "@azure/arm-compute";
import type { StorageOffer } from "../domain/preflight/check-regions";
import { regionName, type RegionName } from "../domain/region-name";
import type { ComputeClients } from "./compute-clients";

/** What regions have for a subscription. */
export interface RegionOffers {
  /** The storage of these regions, and perhaps of others: one list, whatever their number. */
  storage(subscriptionId: string, regions: readonly RegionName[]): Promise<StorageOffer[]>;
}

/** Premium v2 is listed for disks only, zone-redundant standard storage for snapshots only. */
const STORED: readonly string[] = ["disks", "snapshots"];

export function createRegionOffers(clients: ComputeClients): RegionOffers {
  return {
    async storage(subscriptionId, regions) {
      const [only] = regions;
      // Azure filters by one region at most.
      const options =
        only !== undefined && regions.length === 1 ? { filter: `location eq '${only}'` } : {};
      const offers: StorageOffer[] = [];
      for await (const sku of clients(subscriptionId).resourceSkus.list(options))
        if (STORED.includes(sku.resourceType?.toLowerCase() ?? "")) offers.push(...offersOf(sku));
      return offers;
    },
  };
}

function offersOf({ name = "", locations = [], restrictions = [] }: ResourceSku): StorageOffer[] {
  // A restriction to some zones leaves the others.
  const closed = restrictions
    .filter(({ type }) => type === "Location")
    .flatMap(({ values, restrictionInfo }) => restrictionInfo?.locations ?? values ?? [])
    .map(regionName);
  return locations.map((location) => {
    const region = regionName(location);
    return { region, type: name, restricted: closed.includes(region) };
  });
}
