import { checkRegions, type StorageOffer } from "../../../../src/domain/preflight/check-regions";

const offer = (type: string, region = "westus2", restricted = false): StorageOffer => ({
  region,
  type,
  restricted,
});
const found = (offers: StorageOffer[], storageAccountType: "Standard_LRS" | "Standard_ZRS") =>
  checkRegions(offers, [{ path: "$.targetRegions[0]", name: "westus2", storageAccountType }]).map(
    ({ path, code, region }) => `${path} ${code} ${region}`,
  );

test.each<[string, StorageOffer[], string[]]>([
  ["a region that has it", [offer("Standard_LRS"), offer("Standard_ZRS")], []],
  ["a region that has it in another spelling", [offer("standard_zrs")], []],
  [
    "a region that has something else",
    [offer("Standard_LRS"), offer("Premium_LRS")],
    ["$.targetRegions[0].storageAccountType StorageAccountTypeNotAvailable westus2"],
  ],
  [
    "a region whose neighbour has it",
    [offer("Standard_LRS"), offer("Standard_ZRS", "eastus2")],
    ["$.targetRegions[0].storageAccountType StorageAccountTypeNotAvailable westus2"],
  ],
  [
    "a region where the subscription can't use it",
    [offer("Standard_LRS"), offer("Standard_ZRS", "westus2", true)],
    ["$.targetRegions[0].storageAccountType StorageAccountTypeNotAvailable westus2"],
  ],
  [
    "a region where it can be used for snapshots, though not for disks",
    [offer("Standard_ZRS", "westus2", true), offer("Standard_ZRS")],
    [],
  ],
  [
    "a region where the subscription can't use anything",
    [offer("Standard_LRS", "westus2", true), offer("Standard_ZRS", "westus2", true)],
    ["$.targetRegions[0].name RegionNotAvailable westus2"],
  ],
  [
    "a region that the list doesn't have",
    [offer("Standard_ZRS", "eastus2")],
    ["$.targetRegions[0].name RegionNotAvailable westus2"],
  ],
])("zone-redundant storage in %s", (_title, offers, expected) => {
  expect(found(offers, "Standard_ZRS")).toEqual(expected);
});

test("the message names what the region has", () => {
  const [problem] = checkRegions(
    [offer("Standard_LRS"), offer("Premium_LRS"), offer("Standard_LRS")],
    [{ path: "$.targetRegions[0]", name: "westus2", storageAccountType: "Standard_ZRS" }],
  );
  expect(problem?.message).toBe(
    "the region westus2 doesn't have Standard_ZRS; it has Premium_LRS, Standard_LRS",
  );
});
