import { keptSettings } from "../../../../src/domain/plan/kept-settings";
import { targetRegion, versionBody } from "../../../support/fake-version";
import { accepted, managedImageExample } from "../../../support/request-factory";

/** What is said of a request and a version; without changes nothing differs. */
const kept = (
  request: Record<string, unknown>,
  profile: NonNullable<Parameters<typeof versionBody>[1]>["profile"] = {},
  regions = [targetRegion("West US")],
) =>
  keptSettings(
    accepted(managedImageExample(request)),
    versionBody(regions, { profile: { replicaCount: 1, excludeFromLatest: false, ...profile } }),
  );

const west = (change: Record<string, unknown>) => {
  const [first, second] = managedImageExample()["targetRegions"] as object[];
  return [{ ...first, ...change }, second];
};

test("a request that says what the version has is told nothing", () => {
  expect(kept({})).toEqual([]);
  expect(kept({ tags: { team: "images" } })).toEqual([]);
  expect(
    kept({ endOfLifeDate: "2027-12-01" }, { endOfLifeDate: "2027-12-01T00:00:00+00:00" }),
  ).toEqual([]);
});

test.each<[string, Parameters<typeof kept>, string, string]>([
  [
    "end of life",
    [{ endOfLifeDate: "2028-01-01" }, { endOfLifeDate: "2027-12-01T00:00:00Z" }],
    "$.endOfLifeDate",
    "the version exists and keeps endOfLifeDate 2027-12-01T00:00:00.000Z; the request says 2028-01-01T00:00:00.000Z",
  ],
  [
    "missing end of life",
    [{ endOfLifeDate: "2028-01-01" }],
    "$.endOfLifeDate",
    "the version exists and keeps no endOfLifeDate; the request says 2028-01-01T00:00:00.000Z",
  ],
  [
    "tag's value",
    [{ tags: { team: "Images" } }],
    "$.tags.team",
    "the version exists and keeps tags.team images; the request says Images",
  ],
  [
    "lack of a tag",
    [{ tags: { "cost.center": "7" } }],
    "$.tags['cost.center']",
    "the version exists and keeps no tags.cost.center; the request says 7",
  ],
  [
    "default of replicas",
    [{ replicaCount: 3 }],
    "$.replicaCount",
    "the version exists and keeps replicaCount 1; the request says 3",
  ],
  [
    "default of storage",
    [{ storageAccountType: "Premium_LRS" }],
    "$.storageAccountType",
    "the version exists and keeps storageAccountType Standard_LRS; the request says Premium_LRS",
  ],
  [
    "exclusion from latest, which a rollout may have left",
    [{ excludeFromLatest: false }, { excludeFromLatest: true }],
    "$.excludeFromLatest",
    "the version exists and keeps excludeFromLatest true; the request says false; regions that are added are excluded as well",
  ],
  [
    "region's own place in latest",
    [{ targetRegions: west({ excludeFromLatest: true }) }],
    "$.targetRegions[0].excludeFromLatest",
    "the version exists and keeps excludeFromLatest false in westus; the request says true",
  ],
])("the %s that stays is told", (_name, [request, profile, regions], path, message) => {
  expect(kept(request, profile, regions)).toMatchObject([
    { severity: "warning", code: "VersionSettingKept", path, message },
  ]);
});

test("what a request doesn't speak of isn't said to be otherwise", () => {
  const { location: _, ...image } = managedImageExample()["image"] as Record<string, unknown>;
  const regions = [targetRegion("West US", { excludeFromLatest: true })];
  const profile = {
    replicaCount: 3,
    storageAccountType: "Premium_LRS",
    endOfLifeDate: "2027-12-01T00:00:00Z",
  };
  const [first, second] = managedImageExample()["targetRegions"] as object[];
  expect(kept({ image, targetRegions: [second, first] }, profile, regions)).toEqual([]);
});

test("that a version is out of latest is told to who says nothing of it: published means latest", () => {
  expect(kept({}, { excludeFromLatest: true }).map(({ path }) => path)).toEqual([
    "$.excludeFromLatest",
  ]);
  expect(kept({ excludeFromLatest: true }, { excludeFromLatest: true })).toEqual([]);
});

test("a location that isn't the version's is told; a region that is added says for itself", () => {
  const image = { ...(managedImageExample()["image"] as object), location: "eastus2" };
  expect(kept({ image }).map(({ path }) => path)).toEqual(["$.image.location"]);
  expect(
    kept({ targetRegions: west({ excludeFromLatest: true }) }, {}, [targetRegion("East US 2")]),
  ).toEqual([]);
});
