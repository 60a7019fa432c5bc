import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { managedImageExample, setId, wireRegion } from "../../support/request-factory";
import type { World } from "./row";

const { diskEncryptionSets = [] } = parse(
  readFileSync(join(__dirname, "../../../samples/world-40-regions.yaml"), "utf8"),
) as World;

/** The sets of the sample with forty regions, each with a tag that tells the region's OS disk's. */
export const fortyRegions: World = {
  diskEncryptionSets: diskEncryptionSets.map((set) => ({
    ...set,
    ...(String(set["name"]).endsWith("-os") ? { tags: { purpose: "golden" } } : {}),
  })),
};

const REGIONS = [...new Set(diskEncryptionSets.map(({ location }) => String(location)))];
const MORE = Array.from({ length: 160 }, (_, index) => `testregion${index}`);

/** So that a request can name more regions than Azure has. */
export const MORE_REGIONS = { ADDITIONAL_REGIONS: MORE.join() };

/** Those that Azure doesn't have name sets of another region: it is found, and said to be elsewhere. */
const setsRegion = (region: string): string =>
  REGIONS.includes(region) ? region : (REGIONS[MORE.indexOf(region) % REGIONS.length] ?? "");

/** How a region's sets are named. */
export const SHAPES = {
  "by name": (region: string) =>
    wireRegion(region, `des-${setsRegion(region)}-os`, [[0, `des-${setsRegion(region)}-data0`]]),
  "by id": (region: string) =>
    wireRegion(region, setId(`des-${setsRegion(region)}-os`), [
      [0, setId(`des-${setsRegion(region)}-data0`)],
    ]),
  "by one id for all": (region: string) =>
    wireRegion(region, setId("des-westus-os"), [[0, setId("des-westus-data0")]]),
  "by tag": (region: string) => ({ name: region }),
};

/** A request for so many regions, westus first. */
export const requestFor = (regions: number, shape: keyof typeof SHAPES) =>
  managedImageExample({
    targetRegions: [...REGIONS, ...MORE].slice(0, regions).map(SHAPES[shape]),
    ...(shape === "by tag"
      ? {
          encryption: {
            type: "customerManagedKey",
            diskEncryptionSets: { byTag: { purpose: "golden" } },
          },
        }
      : {}),
  });
