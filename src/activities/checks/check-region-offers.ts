import type { RegionOffers } from "../../azure/region-offers";
import { checkRegions } from "../../domain/preflight/check-regions";
import type { Findings } from "../../domain/preflight/findings";
import { regionName } from "../../domain/region-name";
import { DEFAULTS } from "../../domain/request/publish-request";
import { unlessRefused, type Check } from "./check";

/** Access to the regions that a version is to get, and their storage: one list for all of them. */
export const checkRegionOffers =
  (offers: RegionOffers): Check =>
  ({ request: { image, targetRegions }, existing, ...patience }) => {
    const has = existing?.body.publishingProfile.targetRegions.map(({ name }) => regionName(name));
    const added = targetRegions
      .map(({ name, storageAccountType = DEFAULTS.storageAccountType }, index) => ({
        name,
        storageAccountType,
        path: `$.targetRegions[${index}]`,
      }))
      .filter(({ name }) => has?.includes(name) !== true);
    const at = {
      path: "$.targetRegions",
      code: "RegionsNotChecked" as const,
      what: "access to the regions, and their storage,",
      action:
        "make sure yourself; with Microsoft.Compute/skus/read on the subscription this is checked",
    };
    const check = async (): Promise<Findings> => {
      if (added.length === 0) return { problems: [], remarks: [] };
      const names = added.map(({ name }) => name);
      const storage = await offers.storage(image.subscriptionId, names);
      return { problems: checkRegions(storage, added), remarks: [] };
    };
    return unlessRefused(at, check, patience);
  };
