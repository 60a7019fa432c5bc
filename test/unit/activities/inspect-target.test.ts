import { inspectTarget } from "../../../src/activities/inspect-target";
import type { ResourceFacts } from "../../../src/domain/preflight/source-facts";
import { FINGERPRINT_TAG, RUN_TAG } from "../../../src/domain/plan/image-version-body";
import { armFault, createFakeAzure, healthySet } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import {
  accepted,
  computeId,
  managedImageExample,
  snapshotExample,
  SUBSCRIPTION,
} from "../../support/request-factory";

type Fake = ReturnType<typeof createFakeAzure>;
const inspect = async (fake: Fake, raw: unknown = managedImageExample()) =>
  inspectTarget(fake.dependencies)(await fake.run(raw));
const DISK: ResourceFacts = { location: "westus", diskEncryptionSetIds: [] };
const has = (fake: Fake, resource: string, facts: ResourceFacts): void => {
  const [type = "", name = ""] = resource.split("/");
  fake.azure.resources.set(computeId(type, name, "myResourceGroup").toLowerCase(), facts);
};
const codes = (answer: Awaited<ReturnType<typeof inspect>>): string[] =>
  answer.kind === "inspected" ? answer.problems.map(({ path, code }) => `${path} ${code}`) : [];

test("a target that is free is told with regions, data disks and time", async () => {
  const fake = createFakeAzure();
  expect(await inspect(fake)).toEqual({
    kind: "inspected",
    image: expect.objectContaining({ version: "1.0.0", location: "westus" }),
    regions: ["westus", "eastus2"],
    dataLuns: [0],
    rollout: accepted(managedImageExample()).rollout,
    watch: { minIntervalMs: 10_000, maxIntervalMs: 60_000, stalledAfterMs: 3_600_000 },
    problems: [],
    remarks: [],
  });
  expect(fake.calls.sort()).toEqual([
    "definition",
    "gallery",
    "sets",
    `source ${computeId("images", "myImage", "myResourceGroup").toLowerCase()}`,
    "version",
  ]);
});

test("everything that is wrong with target and source is told at once", async () => {
  const fake = createFakeAzure();
  fake.azure.definition = {
    osType: "Windows",
    osState: "Specialized",
    hyperVGeneration: "V1",
    features: [],
  };
  has(fake, "images/myImage", {
    location: "East US",
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: "V2",
    dataLuns: [],
    diskEncryptionSetIds: [],
  });
  fake.azure.version = versionState(
    versionBody(undefined, { storageProfile: { source: { id: computeId("images", "other") } } }),
    { provisioningState: "Failed", summary: [] },
  );
  expect(codes(await inspect(fake))).toEqual([
    "$.source.managedImage SourceInOtherRegion",
    "$.source OsTypeMismatch",
    "$.source OsStateMismatch",
    "$.source HyperVGenerationMismatch",
    "$.image.version VersionFailed",
    "$.source VersionTaken",
  ]);
});

test("a gallery that isn't there is told once: its definition isn't there either", async () => {
  const fake = createFakeAzure();
  fake.azure.gallery = undefined;
  fake.azure.definition = undefined;
  expect(codes(await inspect(fake))).toEqual(["$.image GalleryNotFound"]);
});

test("a gallery that can't hold encrypted versions is told beside what is wrong with the source", async () => {
  const fake = createFakeAzure();
  fake.azure.gallery = { provisioningState: "Succeeded", sharing: "Groups" };
  fake.azure.resources.clear();
  expect(codes(await inspect(fake))).toEqual([
    "$.image GallerySharedDirectly",
    "$.source.managedImage SourceNotFound",
  ]);
});

test("a gallery that Azure doesn't let us read is told beside what is wrong with the source", async () => {
  const fake = createFakeAzure();
  const refused = armFault({ code: "AuthorizationFailed", status: 403, advice: "operator" });
  fake.azure.trouble.set("gallery", refused);
  fake.azure.resources.clear();
  expect(codes(await inspect(fake))).toEqual([
    "$.image AuthorizationFailed",
    "$.source.managedImage SourceNotFound",
  ]);
});

test("a definition or source that isn't there is told by name", async () => {
  const fake = createFakeAzure();
  fake.azure.definition = undefined;
  fake.azure.resources.clear();
  const answer = await inspect(fake);
  expect(codes(answer)).toEqual([
    "$.image ImageDefinitionNotFound",
    "$.source.managedImage SourceNotFound",
  ]);
  expect(answer).not.toHaveProperty("dataLuns");
});

test("what Azure refuses to show is told beside everything else", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set(
    "source",
    armFault({ code: "AuthorizationFailed", status: 403, advice: "operator" }),
  );
  fake.azure.definition = undefined;
  fake.azure.version = versionState(versionBody(), { provisioningState: "Failed", summary: [] });
  expect(codes(await inspect(fake))).toEqual([
    "$.image ImageDefinitionNotFound",
    "$.source AuthorizationFailed",
    "$.image.version VersionFailed",
  ]);
});

test("trouble that passes has the whole look taken again", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("definition", armFault({ status: 503, advice: "transient" }));
  expect(await inspect(fake)).toMatchObject({ kind: "wait", fault: { status: 503 } });
});

test("of snapshots each is looked at, and the one that is missing is told by its place", async () => {
  const fake = createFakeAzure();
  has(fake, "snapshots/myOSSnapshot", { ...DISK, osType: "Linux" });
  expect(codes(await inspect(fake, snapshotExample()))).toEqual([
    "$.source.dataSnapshots[0].id SourceNotFound",
  ]);
  has(fake, "snapshots/myDDSnapshot", DISK);
  expect(await inspect(fake, snapshotExample())).toMatchObject({
    kind: "inspected",
    dataLuns: [0],
  });
});

test("of an existing version from the same source its regions are told, and which one failed", async () => {
  const fake = createFakeAzure();
  const body = versionBody([targetRegion("West US"), targetRegion("East US 2")]);
  fake.azure.version = versionState(body, {
    summary: [
      { region: "West US", state: "Completed", progress: 100, details: "" },
      { region: "East US 2", state: "Failed", progress: 20, details: "no" },
    ],
  });
  expect(await inspect(fake)).toMatchObject({
    kind: "inspected",
    existing: [
      { targetRegion: { name: "West US" }, failed: false },
      { targetRegion: { name: "East US 2" }, failed: true },
    ],
  });
});

test.each<[string, number[] | undefined, number[], number[]]>([
  ["its own data disks, not those that the source has by now", [0, 1], [0], [0, 1]],
  ["none of its own, where the source got one", [], [0], []],
  ["the source's, while Azure doesn't show its own", undefined, [0, 1], [0, 1]],
])("of an existing version are to be encrypted %s", async (_n, own, ofSource, expected) => {
  const fake = createFakeAzure();
  has(fake, "images/myImage", { ...DISK, dataLuns: ofSource });
  fake.azure.version = versionState(versionBody(), own === undefined ? {} : { dataLuns: own });
  expect(await inspect(fake)).toMatchObject({ kind: "inspected", dataLuns: expected });
});

test("a source that is gone doesn't stop a version that was made from it; the encrypted disks count", async () => {
  const fake = createFakeAzure();
  fake.azure.resources.clear();
  fake.azure.version = versionState();
  expect(await inspect(fake)).toMatchObject({
    dataLuns: [0],
    problems: [],
    remarks: [{ severity: "warning", code: "SourceNotFound", path: "$.source.managedImage" }],
  });
});

test("a request without a location means that of the version that is there", async () => {
  const fake = createFakeAzure();
  const { location: _, ...image } = managedImageExample()["image"] as Record<string, unknown>;
  has(fake, "images/myImage", { ...DISK, location: "eastus2", dataLuns: [0] });
  fake.azure.version = versionState({ ...versionBody(), location: "eastus2" });
  expect(await inspect(fake, managedImageExample({ image }))).toMatchObject({
    image: { location: "eastus2" },
    problems: [],
    remarks: [],
  });
  fake.azure.version = undefined;
  expect(codes(await inspect(fake, managedImageExample({ image })))).toEqual([
    "$.source.managedImage SourceInOtherRegion",
  ]);
});

describe("a region that the version keeps and the request doesn't name", () => {
  const kept = targetRegion("UK South");
  const withKept = (...sets: ReturnType<typeof healthySet>[]): Fake => {
    const fake = createFakeAzure();
    fake.azure.sets = sets;
    fake.azure.version = versionState(versionBody([targetRegion("West US"), kept]));
    return fake;
  };
  const data = healthySet("UKSouth-data", "uksouth");

  test.each([
    ["is gone", [data], "was not found"],
    [
      "isn't ready",
      [data, healthySet("UKSouth-os", "uksouth", { provisioningState: "Failed" })],
      "is in the state Failed",
    ],
  ])("has a set that %s: that stands against a write", async (_n, sets, words) => {
    expect(await inspect(withKept(...sets))).toMatchObject({
      problems: [],
      writeProblems: [
        {
          path: "$.image.version",
          code: "KeptDiskEncryptionSetUnusable",
          region: "uksouth",
          message: expect.stringContaining(words),
        },
      ],
    });
  });

  test("has sets that can be used: nothing is said, and the list shows them", async () => {
    const fake = withKept(data, healthySet("UKSouth-os", "uksouth"));
    expect(await inspect(fake)).not.toHaveProperty("writeProblems");
    expect(fake.calls.filter((call) => call.startsWith("set"))).toEqual(["sets"]);
  });
});

test("a version whose source can't be read isn't taken for another's", async () => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(versionBody(undefined, { storageProfile: {} }));
  expect((await inspect(fake)).kind).toBe("inspected");
});

test.each(["Creating", "Updating", "Deleting", "Migrating"])(
  "a version that somebody else has %s is waited for, that of this request is adopted unless it goes",
  async (provisioningState) => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(versionBody(), { provisioningState });
    expect(await inspect(fake)).toMatchObject({
      kind: "wait",
      fault: { code: "OperationInFlight", advice: "waitForOperation", afterMs: 15_000 },
    });
    const run = await fake.run(managedImageExample());
    const tags = { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint };
    const west = versionBody(undefined, { tags });
    fake.azure.version = versionState(west, { provisioningState });
    // A region is missing: it was written over, by whomever.
    expect((await inspect(fake)).kind).toBe("wait");
    const both = versionBody([targetRegion("West US"), targetRegion("East US 2")], { tags });
    fake.azure.version = versionState(both, { provisioningState });
    const answer = await inspect(fake);
    if (provisioningState === "Deleting") expect(answer.kind).toBe("wait");
    else expect(answer).toMatchObject({ kind: "inspected", writtenBy: run.runId });
  },
);

test("what isn't a reason to refuse is remarked", async () => {
  const fake = createFakeAzure();
  const vhd = {
    uri: "https://account.blob.core.windows.net/images/os.vhd",
    storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/account`,
  };
  fake.azure.resources.set(vhd.storageAccountId.toLowerCase(), DISK);
  expect(await inspect(fake, managedImageExample({ source: { vhd } }))).toMatchObject({
    problems: [],
    remarks: [
      { severity: "warning", code: "VhdBlobNotRead", path: "$.source" },
      { severity: "warning", code: "SourceMayNotBeEncryptable", path: "$.source" },
    ],
  });
});

test("throttling is trouble to wait for", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("definition", armFault({ advice: "transient" }));
  expect((await inspect(fake)).kind).toBe("wait");
});

test("a run without its request document is a mistake of ours and is thrown", async () => {
  const fake = createFakeAzure();
  const run = await fake.run(managedImageExample());
  fake.documents.stored.clear();
  await expect(inspectTarget(fake.dependencies)(run)).rejects.toThrow("is gone");
});
