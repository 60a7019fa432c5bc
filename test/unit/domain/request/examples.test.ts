import {
  accepted,
  computeId,
  managedImageExample,
  parse,
  powerShellExample,
  refusals,
  snapshotExample,
  SUBSCRIPTION,
} from "../../../support/request-factory";

test("the first CLI example is a request: managed image, two regions, a set for each disk", () => {
  expect(accepted(managedImageExample())).toEqual({
    image: {
      subscriptionId: SUBSCRIPTION,
      resourceGroup: "MyResourceGroup",
      gallery: "MyGallery",
      definition: "MyImage",
      version: "1.0.0",
      location: "westus",
    },
    source: { kind: "managedImage", id: computeId("images", "myImage", "myResourceGroup") },
    encryption: { type: "customerManagedKey" },
    targetRegions: [
      {
        name: "westus",
        regionalReplicaCount: 2,
        storageAccountType: "Standard_LRS",
        osDiskImage: { diskEncryptionSetId: { kind: "name", name: "WestUSDiskEncryptionSet1" } },
        dataDiskImages: [
          { lun: 0, diskEncryptionSetId: { kind: "name", name: "WestUSDiskEncryptionSet2" } },
        ],
      },
      {
        name: "eastus2",
        osDiskImage: { diskEncryptionSetId: { kind: "name", name: "EastUS2DiskEncryptionSet1" } },
        dataDiskImages: [
          { lun: 0, diskEncryptionSetId: { kind: "name", name: "EastUS2DiskEncryptionSet2" } },
        ],
      },
    ],
    replicationMode: "Full",
    tags: {},
    rollout: {
      waves: { kind: "together" },
      approveBetweenWaves: false,
      approvalTimeoutMs: 3 * 24 * 3_600_000,
      requiredRegions: "all",
      onFailure: "keepHealthy",
      readdFailedRegions: false,
      verify: "none",
      timeoutMs: 6 * 3_600_000,
      waveTimeoutMs: 6 * 3_600_000,
    },
  });
});

test("the second CLI example is a request: an OS snapshot and a data snapshot by LUN", () => {
  const request = accepted(snapshotExample());
  expect(request.source).toEqual({
    kind: "snapshots",
    osSnapshot: computeId("snapshots", "myOSSnapshot", "myResourceGroup"),
    dataSnapshots: [{ lun: 0, id: computeId("snapshots", "myDDSnapshot", "myResourceGroup") }],
  });
  expect(request.targetRegions.map((region) => region.name)).toEqual(["westus", "eastus"]);
});

test("the PowerShell example is a request: display names and ids without a leading slash", () => {
  const request = accepted(powerShellExample());
  expect(request.image.location).toBe("westus");
  expect(request.targetRegions.map((region) => region.name)).toEqual(["westus", "eastus2"]);
  expect(request.targetRegions.map((region) => region.regionalReplicaCount)).toEqual([1, 1]);
  expect(request.targetRegions[1]?.dataDiskImages).toEqual([
    {
      lun: 1,
      diskEncryptionSetId: {
        kind: "id",
        id: computeId("diskEncryptionSets", "myEastUS2DESet1", "myRG"),
      },
    },
    {
      lun: 2,
      diskEncryptionSetId: {
        kind: "id",
        id: computeId("diskEncryptionSets", "myEastUS2DESet2", "myRG"),
      },
    },
  ]);
});

test("the PowerShell example's end of life lies in the past and is refused by name", () => {
  expect(refusals(powerShellExample({ endOfLifeDate: "2020-12-01" }))).toEqual([
    "$.endOfLifeDate EndOfLifeInPast",
  ]);
});

test("what PowerShell makes of an unquoted Standard_LRS is refused with the cure", () => {
  const result = parse(powerShellExample({ targetRegions: [null, null] }));
  const problems = result.kind === "invalid" ? result.problems : [];
  expect(problems.map((found) => [found.path, found.code])).toEqual([
    ["$.targetRegions[0]", "Invalid"],
    ["$.targetRegions[1]", "Invalid"],
  ]);
  expect(problems[0]?.action).toContain("quote it");
});
