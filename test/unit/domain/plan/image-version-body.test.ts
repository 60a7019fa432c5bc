import {
  createBody,
  extendBody,
  FINGERPRINT_TAG,
  isMarkedBy,
  marked,
  missingRegions,
  RUN_TAG,
  sameSource,
  SOURCE_TAG,
  sourceDisks,
  type SourceDisk,
  toArmJson,
  withoutRegions,
  WRITE_TAG,
} from "../../../../src/domain/plan/image-version-body";
import {
  sameEncryption,
  type RegionEncryption,
} from "../../../../src/domain/plan/region-encryption";
import { targetRegion, versionBody } from "../../../support/fake-version";
import {
  accepted,
  computeId,
  managedImageExample,
  setId,
  snapshotExample,
} from "../../../support/request-factory";

const MARK = { runId: "run-1", fingerprint: "f00", write: 2 };
const MARK_TAGS = { [RUN_TAG]: "run-1", [FINGERPRINT_TAG]: "f00", [WRITE_TAG]: "2" };

describe("the body of a new version", () => {
  test("names everything that has a default at the service", () => {
    const request = accepted(
      managedImageExample({
        tags: { team: "images" },
        endOfLifeDate: "2027-12-01",
        excludeFromLatest: true,
        replicaCount: 3,
      }),
    );
    const regions = [targetRegion("westus")];
    expect(createBody(request, regions)).toEqual({
      location: "westus",
      tags: { team: "images" },
      publishingProfile: {
        targetRegions: [{ ...targetRegion("westus"), excludeFromLatest: true }],
        replicaCount: 3,
        storageAccountType: "Standard_LRS",
        excludeFromLatest: true,
        replicationMode: "Full",
        endOfLifeDate: "2027-12-01T00:00:00.000Z",
      },
      storageProfile: { source: { id: computeId("images", "myImage", "myResourceGroup") } },
      safetyProfile: {
        allowDeletionOfReplicatedLocations: false,
        blockDeletionBeforeEndOfLife: false,
      },
    });
  });

  test("names snapshots by disk and LUN", () => {
    expect(createBody(accepted(snapshotExample()), []).storageProfile).toEqual({
      osDiskImage: { source: { id: computeId("snapshots", "myOSSnapshot", "myResourceGroup") } },
      dataDiskImages: [
        {
          lun: 0,
          source: { id: computeId("snapshots", "myDDSnapshot", "myResourceGroup") },
        },
      ],
    });
  });

  test("goes over the wire in ARM's shape", () => {
    const { location, tags, ...properties } = versionBody();
    expect(toArmJson(versionBody())).toEqual({ location, tags, properties });
  });
});

describe("the body of an extension", () => {
  const west = targetRegion("West US", {
    additionalReplicaSets: [{ storageAccountType: "Premium_LRS", regionalReplicaCount: 1 }],
    excludeFromLatest: true,
  });
  const existing = versionBody([west], {
    profile: {
      replicaCount: 2,
      storageAccountStrategy: "PreferStandard_ZRS",
      excludeFromLatest: false,
      endOfLifeDate: "2027-12-01T00:00:00.000Z",
      replicationMode: "Full",
      targetExtendedLocations: [{ name: "losangeles", extendedLocation: { type: "EdgeZone" } }],
    },
    securityProfile: { uefiSettings: { signatureTemplateNames: ["MicrosoftUefi"] } },
    safetyProfile: {
      allowDeletionOfReplicatedLocations: true,
      blockDeletionBeforeEndOfLife: true,
    },
  });
  const added = targetRegion("eastus2");

  test("echoes everything writable, adds the region, and forbids the loss of another", () => {
    expect(extendBody(existing, [added])).toEqual({
      ...existing,
      publishingProfile: {
        ...existing.publishingProfile,
        targetRegions: [west, { ...added, excludeFromLatest: true }],
      },
      safetyProfile: {
        allowDeletionOfReplicatedLocations: false,
        blockDeletionBeforeEndOfLife: true,
      },
    });
  });

  test("leaves what it was given unchanged", () => {
    const before = structuredClone(existing);
    extendBody(existing, [added]);
    expect(existing).toEqual(before);
  });

  test("changes an existing region in its replica count only, whatever else is wanted", () => {
    const wanted = targetRegion("westus", {
      regionalReplicaCount: 5,
      storageAccountType: "Premium_LRS",
      excludeFromLatest: false,
      encryption: { osDiskImage: { diskEncryptionSetId: setId("other") } },
    });
    const { targetRegions } = extendBody(existing, [wanted]).publishingProfile;
    expect(targetRegions).toEqual([{ ...west, regionalReplicaCount: 5 }]);
  });

  test("keeps the replica count of a region when none is wanted", () => {
    const { regionalReplicaCount: _count, ...wanted } = targetRegion("westus");
    const { targetRegions } = extendBody(existing, [wanted]).publishingProfile;
    expect(targetRegions).toEqual([west]);
  });

  test("keeps a new region out of latest until it is promoted, and leaves the others where they are", () => {
    const live = versionBody([{ ...west, excludeFromLatest: false }]);
    const { targetRegions, excludeFromLatest } = extendBody(live, [added]).publishingProfile;
    expect(targetRegions.map((region) => region.excludeFromLatest)).toEqual([false, true]);
    expect(excludeFromLatest).toBe(live.publishingProfile.excludeFromLatest);
  });
});

test("a write is marked beside the tags that are there", () => {
  const { tags } = marked(versionBody(), MARK);
  expect(tags).toEqual({ ...versionBody().tags, ...MARK_TAGS });
  expect(isMarkedBy(tags, MARK)).toBe(true);
});

test("a removal takes only the regions named, and opens the flag that Azure asks for", () => {
  const body = versionBody([targetRegion("West US"), targetRegion("East US 2")]);
  const { publishingProfile, safetyProfile } = withoutRegions(body, ["eastus2"]);
  expect(publishingProfile.targetRegions).toEqual([targetRegion("West US")]);
  expect(safetyProfile.allowDeletionOfReplicatedLocations).toBe(true);
});

test("a version is this very write's only with all tags of it", () => {
  expect(isMarkedBy({ ...MARK_TAGS, [WRITE_TAG]: "1" }, MARK)).toBe(false);
  expect(isMarkedBy({ ...MARK_TAGS, team: "images" }, MARK)).toBe(true);
  expect(isMarkedBy({ ...MARK_TAGS, [RUN_TAG]: "run-2" }, MARK)).toBe(false);
  expect(isMarkedBy({ ...MARK_TAGS, [FINGERPRINT_TAG]: "bad" }, MARK)).toBe(false);
  expect(isMarkedBy({}, MARK)).toBe(false);
});

const os = (id: string | undefined): RegionEncryption => ({
  osDiskImage: id === undefined ? {} : { diskEncryptionSetId: id },
});
const data = (...luns: number[]): RegionEncryption => ({
  ...os(setId("os")),
  dataDiskImages: luns.map((lun) => ({ lun, diskEncryptionSetId: setId(`d${lun}`) })),
});

const sealed = (confidentialVMEncryptionType: string, set?: string): RegionEncryption => ({
  osDiskImage: {
    diskEncryptionSetId: setId("os"),
    securityProfile: {
      confidentialVMEncryptionType,
      ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: set }),
    },
  },
});

test.each<
  [name: string, a: RegionEncryption | undefined, b: RegionEncryption | undefined, same: boolean]
>([
  ["no encryption on both sides", undefined, {}, true],
  ["another spelling of one id", os(setId("A")), os(setId("a").slice(1).toUpperCase()), true],
  ["another set", os(setId("a")), os(setId("b")), false],
  ["a set on one side only", os(setId("a")), os(undefined), false],
  ["data disks in another order", data(0, 9), data(9, 0), true],
  ["a data disk more", data(0), data(0, 9), false],
  ["other LUNs", data(0), data(1), false],
  [
    "other LUNs without a set",
    { dataDiskImages: [{ lun: 0 }] },
    { dataDiskImages: [{ lun: 1 }] },
    false,
  ],
  [
    "another set for a LUN",
    data(0),
    { ...os(setId("os")), dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("x") }] },
    false,
  ],
  [
    "the same confidential type, in another case",
    sealed("EncryptedWithPmk"),
    sealed("encryptedwithpmk"),
    true,
  ],
  ["another confidential type", sealed("EncryptedWithPmk"), sealed("NonPersistedTPM"), false],
  ["a confidential type on one side only", sealed("NonPersistedTPM"), os(setId("os")), false],
  [
    "another set for the confidential disk",
    sealed("EncryptedWithCmk", setId("a")),
    sealed("EncryptedWithCmk", setId("b")),
    false,
  ],
])("encryption is compared by disk and id: %s", (_name, a, b, same) => {
  expect(sameEncryption(a, b)).toBe(same);
  expect(sameEncryption(b, a)).toBe(same);
});

test("a region that vanished is told, in whatever spelling the others come", () => {
  const actual = [targetRegion("West US"), targetRegion("East US 2")];
  expect(missingRegions(["westus", "eastus2"], actual)).toEqual([]);
  expect(missingRegions(["westus", "northeurope", "eastus"], actual)).toEqual([
    "northeurope",
    "eastus",
  ]);
});

test("the source of a version is its image, or its snapshots by disk", () => {
  expect(sourceDisks({ source: { id: "image" }, osDiskImage: { source: { id: "x" } } })).toEqual([
    { disk: "image", id: "image" },
  ]);
  const snapshots = sourceDisks({
    osDiskImage: { source: { id: "os" } },
    dataDiskImages: [
      { lun: 9, source: { id: "nine" } },
      { lun: 0, source: { id: "zero" } },
    ],
  });
  expect(snapshots).toEqual([
    { disk: "os", id: "os" },
    { disk: 9, id: "nine" },
    { disk: 0, id: "zero" },
  ]);
  expect(sourceDisks({ source: { communityGalleryImageId: "community" } })).toEqual([
    { disk: "image", id: "community" },
  ]);
  expect(sourceDisks({})).toEqual([]);
});

test.each<[string, SourceDisk[], boolean]>([
  [
    "the same disks in another order and case",
    [
      { disk: 0, id: "/ZERO" },
      { disk: "os", id: "os" },
    ],
    true,
  ],
  ["a disk less", [{ disk: "os", id: "os" }], false],
  [
    "a disk more",
    [
      { disk: "os", id: "os" },
      { disk: 0, id: "zero" },
      { disk: 9, id: "nine" },
    ],
    false,
  ],
  [
    "the same snapshot at another LUN",
    [
      { disk: "os", id: "os" },
      { disk: 1, id: "zero" },
    ],
    false,
  ],
  [
    "another snapshot",
    [
      { disk: "os", id: "os" },
      { disk: 0, id: "nine" },
    ],
    false,
  ],
])("%s: same source or not", (_, other, same) => {
  const made: SourceDisk[] = [
    { disk: "os", id: "os" },
    { disk: 0, id: "zero" },
  ];
  expect(sameSource(made, other)).toBe(same);
});

test("the body of a new version keeps what the source is in a tag, beside the request's own, where the request says it", () => {
  const tagsOf = (change: object) =>
    createBody(accepted(managedImageExample({ tags: { a: "b" }, ...change })), []).tags;
  expect(tagsOf({ sourceFingerprint: "f" })).toEqual({ a: "b", [SOURCE_TAG]: "f" });
  expect(tagsOf({})).toEqual({ a: "b" });
});
