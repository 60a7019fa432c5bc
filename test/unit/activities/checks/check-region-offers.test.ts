import { checkRegionOffers } from "../../../../src/activities/checks/check-region-offers";
import type { ImageVersionState } from "../../../../src/azure/image-versions";
import type { StorageOffer } from "../../../../src/domain/preflight/check-regions";
import { armFault } from "../../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../../support/fake-version";
import { accepted, managedImageExample } from "../../../support/request-factory";

const GATED = ["westus", "eastus2"].map((region): StorageOffer => ({
  region,
  type: "Standard_LRS",
  restricted: true,
}));

async function check(existing?: ImageVersionState, storage = async () => GATED) {
  const asked: string[][] = [];
  const findings = await checkRegionOffers({
    storage: (_subscription, regions) => {
      asked.push([...regions]);
      return storage();
    },
  })({
    request: accepted(managedImageExample()),
    existing,
    gallery: undefined,
    definition: undefined,
    source: undefined,
  });
  return { asked, findings, codes: findings.problems.map(({ path, code }) => `${path} ${code}`) };
}
const has = (...regions: string[]) =>
  versionState(versionBody(regions.map((region) => targetRegion(region))));

test("every region of a new version is asked for, in one list", async () => {
  expect(await check()).toMatchObject({
    codes: [
      "$.targetRegions[0].name RegionNotAvailable",
      "$.targetRegions[1].name RegionNotAvailable",
    ],
    asked: [["westus", "eastus2"]],
  });
});

test("of a version that exists only the regions that it hasn't are looked at", async () => {
  expect(await check(has("West US"))).toMatchObject({
    codes: ["$.targetRegions[1].name RegionNotAvailable"],
    asked: [["eastus2"]],
  });
});

test("nothing is asked where the version has all of its regions", async () => {
  expect(await check(has("West US", "East US 2"))).toMatchObject({ codes: [], asked: [] });
});

test("a list that Azure doesn't show is said, and refuses nothing", async () => {
  const refused = armFault({ code: "AuthorizationFailed", status: 403, advice: "operator" });
  const { findings } = await check(undefined, () => Promise.reject(refused));
  expect(findings).toMatchObject({
    problems: [],
    remarks: [{ path: "$.targetRegions", code: "RegionsNotChecked", severity: "notChecked" }],
  });
});
