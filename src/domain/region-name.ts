import { foldCase } from "./fold-case";

/**
 * A region in its short form, `eastus2`. Azure answers display names ("East US 2") where it was
 * given short ones, so every comparison in the product is made on this form.
 */
export type RegionName = string;

/**
 * Short form of a region in either spelling. Only what stands between words is taken out: a letter that no
 * region has makes a name that no region has.
 */
export function regionName(text: string): RegionName {
  return foldCase(text).replace(/[\s_.()-]/g, "");
}

/**
 * Public regions as of late 2026. Only used to catch a misspelling before the first call; a region
 * that is newer than this list is allowed by the setting `ADDITIONAL_REGIONS`.
 */
const PUBLIC_REGIONS = `
australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral
brazilsouth brazilsoutheast canadacentral canadaeast centralindia centralus centraluseuap
chilecentral denmarkeast eastasia eastus eastus2 eastus2euap eastus3 francecentral francesouth
germanynorth germanywestcentral indonesiacentral israelcentral israelnorthwest italynorth japaneast
japanwest jioindiacentral jioindiawest koreacentral koreasouth malaysiasouth malaysiawest
mexicocentral newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral
qatarcentral saudiarabiaeast southafricanorth southafricawest southcentralus southcentralus2
southeastasia southeastus southindia spaincentral swedencentral swedensouth switzerlandnorth
switzerlandwest taiwannorth taiwannorthwest uaecentral uaenorth uksouth ukwest westcentralus
westeurope westindia westus westus2 westus3 chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2
chinanorth3 usgovvirginia usgovtexas usgovarizona usdodcentral usdodeast`;

/** The regions that a request may name: the public list and those the configuration adds. */
export function knownRegions(additional: readonly string[] = []): ReadonlySet<RegionName> {
  return new Set([...PUBLIC_REGIONS.trim().split(/\s+/), ...additional.map(regionName)]);
}

/** Comparing costs with the length, and no region's name is half as long. */
const LONGEST_MEANT = 40;

/** The known region that is spelt most like `name`, when one is near enough to be meant. */
export function nearestRegion(
  name: RegionName,
  known: ReadonlySet<RegionName>,
): RegionName | undefined {
  if (name.length > LONGEST_MEANT) return undefined;
  let best: { region: RegionName; distance: number } | undefined;
  for (const region of known) {
    const distance = editDistance(name, region);
    if (distance <= 3 && (best === undefined || distance < best.distance))
      best = { region, distance };
  }
  return best?.region;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
