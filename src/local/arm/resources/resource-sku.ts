import { queryParameter, type ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import type { JsonObject } from "../json";
import { PUBLIC_REGIONS } from "../public-regions";
import { shortRegionName } from "../region-name";
import type { RegionFacts } from "../region-book";
import type { ResourceType } from "./resource-type";

/** Types of resources that are kept on storage of a kind; versions are kept as snapshots. */
const STORED = ["snapshots", "disks"];

/**
 * What Compute offers by region: one entry for each type, kind of storage and region, with the
 * reason where the subscription can't use it.
 */
export const resourceSkus = (service: ComputeService): ResourceType => ({
  type: "Microsoft.Compute/skus",
  list(request) {
    const found = wantedRegions(request).flatMap((region) => {
      const facts = service.regions.facts(region);
      return STORED.flatMap((type) =>
        facts.storageTypes.map((name) => sku(type, name, region, facts)),
      );
    });
    // The service answers this list whole, whatever its length (Azure/azure-rest-api-specs#15672).
    return { status: 200, body: { value: found } };
  },
});

const sku = (
  resourceType: string,
  name: string,
  region: string,
  { zones, gated }: RegionFacts,
): JsonObject => ({
  resourceType,
  name,
  tier: name.split("_")[0],
  locations: [region],
  locationInfo: [{ location: region, zones, zoneDetails: [] }],
  capabilities: [],
  restrictions: gated
    ? [
        {
          type: "Location",
          values: [region],
          restrictionInfo: { locations: [region] },
          reasonCode: "NotAvailableForSubscription",
        },
      ]
    : [],
});

/** The only filter there is: `location eq 'westus'`. */
function wantedRegions(request: ArmRequest): string[] {
  const filter = queryParameter(request.query, "$filter") ?? "";
  if (filter === "") return Object.keys(PUBLIC_REGIONS);
  const region = /^\s*location\s+eq\s+'([^']*)'\s*$/i.exec(filter)?.[1];
  if (region === undefined)
    throw new ArmError(
      400,
      "InvalidParameter",
      `The filter '${filter}' is not supported. Only 'location eq' is supported.`,
      { target: "$filter" },
    );
  const short = shortRegionName(region);
  return Object.hasOwn(PUBLIC_REGIONS, short) ? [short] : [];
}
