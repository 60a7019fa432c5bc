import { isSetReference } from "../../../../src/domain/encryption/resolution";
import {
  managedImageExample,
  parse,
  refusals,
  setId,
  wireRegion,
  withMember,
} from "../../../support/request-factory";
import type { RequestRules } from "../../../../src/domain/request/parse-request";

const byTag = (tags: Record<string, string>) => ({
  encryption: { type: "customerManagedKey", diskEncryptionSets: { byTag: tags } },
});
const unnamed = (more = {}) =>
  managedImageExample({ targetRegions: [{ name: "West US" }, { name: "eastus2" }], ...more });

/** What each region's OS disk is encrypted with, as it is to be looked for. */
function references(raw: unknown, resolution: RequestRules["resolution"]) {
  const result = parse(raw, { resolution });
  if (result.kind === "invalid") return result.problems.map(({ path, code }) => `${path} ${code}`);
  return result.request.targetRegions.map((region) => [
    region.osDiskImage.diskEncryptionSetId,
    region.oneSetForAllDisks,
  ]);
}

test("a region that names no set and that nothing tells one for is refused: never platform keys", () => {
  expect(refusals(unnamed())).toEqual([
    "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired",
    "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired",
  ]);
});

test("the region map goes before tags, tags before the naming template", () => {
  const tags = { purpose: "golden" };
  const resolution = { byRegion: { "West US": "keys/West" }, nameTemplate: "des-{region}" };
  const west = { kind: "resourceGroupAndName", resourceGroup: "keys", name: "West" };
  expect(references(unnamed(byTag(tags)), resolution)).toEqual([
    [west, true],
    [{ kind: "tags", tags }, true],
  ]);
  expect(references(unnamed(), resolution)).toEqual([
    [west, true],
    [{ kind: "name", name: "des-eastus2" }, true],
  ]);
});

test("what a region names itself goes before everything", () => {
  const raw = managedImageExample({
    ...byTag({ purpose: "golden" }),
    targetRegions: [
      wireRegion("westus", "Mine", [[0, "MineToo"]]),
      { name: "eastus2", encryption: {} },
    ],
  });
  expect(references(raw, { byRegion: { westus: "Mapped" } })).toEqual([
    [{ kind: "name", name: "Mine" }, undefined],
    [{ kind: "tags", tags: { purpose: "golden" } }, true],
  ]);
});

test("a region that names only some of its disks isn't filled up", () => {
  const half = withMember(managedImageExample(), ["targetRegions", 1, "encryption"], {
    dataDiskImages: [{ lun: 0, diskEncryptionSetId: "Data" }],
  });
  expect(refusals(half, { resolution: { byRegion: { eastus2: "Mapped" } } })).toEqual([
    "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired",
  ]);
});

test("tags without a tag are refused: every set would do", () => {
  expect(refusals(unnamed(byTag({})))).toEqual(["$.encryption.diskEncryptionSets.byTag Invalid"]);
});

test("a set of the region map must lie in an allowed subscription, too", () => {
  const foreign = setId("Far").replace(/^\/subscriptions\/[^/]+/, "/subscriptions/foreign");
  expect(
    refusals(unnamed(), { resolution: { byRegion: { westus: foreign, eastus2: "Near" } } }),
  ).toEqual([
    "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetSubscriptionNotAllowed",
  ]);
});

test.each([
  ["des-{region}", true],
  ["keys/des-{region}", true],
  [setId("Full"), true],
  ["a/b/c", false],
  ["", false],
])("%s can be read as a set: %s", (text, can) => {
  expect(isSetReference(text)).toBe(can);
});
