import { fingerprint } from "../../../../src/domain/run/identity";
import {
  accepted,
  computeId,
  managedImageExample,
  parse,
  refusals,
  setId,
  wireRegion,
  withMember,
} from "../../../support/request-factory";

const example = managedImageExample();

test("an image id says the same as its parts", () => {
  const id = computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0");
  const byId = managedImageExample({ image: { id: id.slice(1), location: "West US" } });
  expect(accepted(byId)).toEqual(accepted(example));
});

test("without a location the first target region is the version's own", () => {
  expect(accepted(withMember(example, ["image", "location"], undefined)).image.location).toBe(
    "westus",
  );
});

test.each([
  ["the name of a set", "MySet", { kind: "name", name: "MySet" }],
  [
    "resource group and name",
    "keys/MySet",
    { kind: "resourceGroupAndName", resourceGroup: "keys", name: "MySet" },
  ],
  ["a full id", setId("MySet"), { kind: "id", id: setId("MySet") }],
  ["an id without the leading slash", setId("MySet").slice(1), { kind: "id", id: setId("MySet") }],
  [
    "an id in other case",
    setId("MySet")
      .replace("/resourceGroups/", "/resourcegroups/")
      .replace("diskEncryptionSets", "diskencryptionsets"),
    { kind: "id", id: setId("MySet") },
  ],
])("a disk encryption set is read from %s", (_name, text, reference) => {
  const request = accepted(managedImageExample({ targetRegions: [wireRegion("westus", text)] }));
  expect(request.targetRegions[0]?.osDiskImage.diskEncryptionSetId).toEqual(reference);
});

test("a region takes replica count, storage type and exclusion from the request unless it has its own", () => {
  const request = accepted({
    ...example,
    replicaCount: 3,
    storageAccountType: "premium_lrs",
    excludeFromLatest: true,
    targetRegions: [
      {
        ...wireRegion("westus", "a"),
        regionalReplicaCount: 5,
        storageAccountType: "STANDARD_ZRS",
        excludeFromLatest: false,
      },
      wireRegion("eastus2", "b"),
    ],
  });
  const settings = request.targetRegions.map((region) => [
    region.regionalReplicaCount,
    region.storageAccountType,
    region.excludeFromLatest,
  ]);
  expect(settings).toEqual([
    [5, "Standard_ZRS", false],
    [3, "Premium_LRS", true],
  ]);
});

test("data disks keep the order of the request, so that problems name their place", () => {
  const region = wireRegion("westus", "a", [
    [9, "c"],
    [0, "b"],
  ]);
  const request = accepted(managedImageExample({ targetRegions: [region] }));
  expect(request.targetRegions[0]?.dataDiskImages.map((disk) => disk.lun)).toEqual([9, 0]);
});

test.each([
  ["a day", "2027-12-01", "2027-12-01T00:00:00.000Z"],
  ["a time in UTC", "2027-12-01T10:30:00Z", "2027-12-01T10:30:00.000Z"],
  ["a time with an offset", "2027-12-01T10:30:00+02:00", "2027-12-01T08:30:00.000Z"],
  ["a time without a zone, which means UTC", "2027-12-01T10:30:00", "2027-12-01T10:30:00.000Z"],
])("an end of life may be %s", (_name, given, utc) => {
  expect(accepted(managedImageExample({ endOfLifeDate: given })).endOfLifeDate).toBe(utc);
});

test.each([
  ["PT6H", 21_600_000],
  ["PT1M", 60_000],
  ["P1DT30M", 88_200_000],
  ["P2W", 1_209_600_000],
  ["PT90.5S", 90_500],
])("the time-out %s is read to the millisecond", (timeout, ms) => {
  expect(accepted(managedImageExample({ rollout: { timeout } })).rollout.timeoutMs).toBe(ms);
});

test.each([
  ["all", "all"],
  [1, 1],
  [
    ["East US 2", "westus"],
    ["eastus2", "westus"],
  ],
])("required regions %j are read as %j", (requiredRegions, read) => {
  const request = accepted(managedImageExample({ rollout: { requiredRegions } }));
  expect(request.rollout.requiredRegions).toEqual(read);
});

test("settings of a rollout that say what happens anyway are accepted", () => {
  const rollout = {
    waves: [["East US 2", "westus"]],
    approveBetweenWaves: false,
    onFailure: "keepHealthy",
    readdFailedRegions: false,
    verify: "none",
  };
  expect(refusals(managedImageExample({ rollout }))).toEqual([]);
});

test("a region that the configuration adds is known", () => {
  const request = managedImageExample({
    image: { ...(example["image"] as object), location: "marswest" },
    targetRegions: [wireRegion("Mars West", "a")],
  });
  expect(refusals(request)).toEqual([
    "$.image.location UnknownRegion",
    "$.targetRegions[0].name UnknownRegion",
  ]);
  expect(refusals(request, { additionalRegions: ["Mars West"] })).toEqual([]);
});

test("double encryption and tags are kept", () => {
  const request = accepted(
    managedImageExample({
      encryption: { type: "platformAndCustomerManagedKeys" },
      tags: { team: "images" },
      requestId: "nightly-7",
    }),
  );
  expect(request.encryption.type).toBe("platformAndCustomerManagedKeys");
  expect(request.tags).toEqual({ team: "images" });
});

test("a deep look at keys belongs to what is asked for; not asking is as it ever was", () => {
  const plain = accepted(managedImageExample());
  const withPreflight = (preflight: object) => accepted(managedImageExample({ preflight }));
  expect(plain).not.toHaveProperty("preflight");
  expect(withPreflight({})).toEqual(plain);
  expect(withPreflight({ keyVault: false })).toEqual(plain);
  const deep = withPreflight({ keyVault: true });
  expect(deep).toEqual({ ...plain, preflight: { keyVault: true } });
  expect(fingerprint(deep)).not.toBe(fingerprint(plain));
});

test("the request id is no part of the request's content", () => {
  const result = parse(managedImageExample({ requestId: "nightly-7" }));
  expect(result).toMatchObject({ kind: "valid", requestId: "nightly-7" });
  expect(result).not.toHaveProperty("request.requestId");
});
