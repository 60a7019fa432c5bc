import { createOrReplicateVersion } from "../../../src/activities/create-or-replicate-version";
import type { RunRef } from "../../../src/activities/dependencies";
import { recordPlan } from "../../../src/activities/record-plan";
import { FINGERPRINT_TAG, RUN_TAG, WRITE_TAG } from "../../../src/domain/plan/image-version-body";
import type { DiskEncryptionSet } from "../../../src/domain/encryption/check-set";
import { makePlan, type RegionOperation } from "../../../src/domain/plan/plan";
import type { ResourceFacts } from "../../../src/domain/preflight/source-facts";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { armFault, createFakeAzure, healthyKey, healthySet } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { computeId, managedImageExample, setId, wireRegion } from "../../support/request-factory";

type Fake = ReturnType<typeof createFakeAzure>;
const ONE_WAVE = { waves: { kind: "together" } } as const;
const FIRST = { wave: 0, write: 1 };
const URL = "https://arm.test/operations/1";
const IMAGE = computeId("images", "myImage", "myResourceGroup").toLowerCase();
const west = targetRegion("westus");
const east = targetRegion("eastus2");

const example = managedImageExample({
  targetRegions: ["westus", "eastus2"].map((name) =>
    wireRegion(name, `${name}-os`, [[0, `${name}-data`]]),
  ),
});

/** A run with a plan for both regions, whose sets are there. */
async function planned(
  fake: Fake,
  [first, second]: [RegionOperation, RegionOperation] = ["create", "replicate"],
  request = example,
) {
  for (const region of ["westus", "eastus2"])
    for (const disk of ["os", "data"])
      fake.azure.sets.push(healthySet(`${region}-${disk}`, region));
  const run = await fake.run(request);
  const plan = makePlan({
    image: { location: "westus" },
    ...(fake.azure.version === undefined ? {} : { existing: [] }),
    prepared: [
      { region: "westus", operation: first, targetRegion: west },
      { region: "eastus2", operation: second, targetRegion: east },
    ],
    problems: [],
    rollout: ONE_WAVE,
  });
  await recordPlan(fake.dependencies)({ ...run, plan });
  return run;
}

/** The run's first write, of its only wave. */
const write = async (fake: Fake, run?: RunRef) =>
  createOrReplicateVersion(fake.dependencies)({
    ...(run ?? (await planned(fake))),
    ...FIRST,
  });

const regionsOf = (fake: Fake): string[] =>
  (fake.puts[0]?.publishingProfile.targetRegions ?? []).map(({ name }) => name);

test("a version that isn't there is created by one PUT that carries the run's mark", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  expect(await write(fake, run)).toEqual({
    kind: "written",
    how: "created",
    operationUrl: URL,
  });
  expect(fake.calls).toEqual(["version", `source ${IMAGE}`, "sets", "put"]);
  expect(regionsOf(fake)).toEqual(["westus", "eastus2"]);
  expect(fake.puts[0]?.tags).toEqual({
    [RUN_TAG]: "run-1",
    [FINGERPRINT_TAG]: run.fingerprint,
    [WRITE_TAG]: "1",
  });
});

test("a version that is there is extended by the union, and loses nothing", async () => {
  const fake = createFakeAzure();
  const kept = targetRegion("North Europe");
  fake.azure.version = versionState(versionBody([targetRegion("West US"), kept]));
  expect(await write(fake)).toMatchObject({ kind: "written", how: "updated" });
  expect(regionsOf(fake)).toEqual(["West US", "North Europe", "eastus2"]);
  expect(fake.puts[0]?.tags).toMatchObject({ team: "images", [RUN_TAG]: "run-1" });
});

test.each(["Creating", "Succeeded", "Failed"])(
  "the run's own earlier write is adopted while the version is %s: nothing is sent",
  async (provisioningState) => {
    const fake = createFakeAzure();
    const run = await planned(fake);
    const tags = { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint, [WRITE_TAG]: "1" };
    const body = versionBody([targetRegion("West US"), targetRegion("East US 2")], { tags });
    fake.azure.version = versionState(body, { provisioningState });
    expect(await write(fake, run)).toEqual({
      kind: "written",
      how: "adopted",
    });
    expect(fake.puts).toEqual([]);
  },
);

test("another write of the same run is a write of its own", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  const tags = { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint, [WRITE_TAG]: "7" };
  fake.azure.version = versionState(versionBody([west, east], { tags }));
  expect(await write(fake, run)).toMatchObject({ how: "updated" });
  expect(fake.puts[0]?.tags).toMatchObject({ [WRITE_TAG]: "1" });
});

test("how to take a write back is recorded before it is sent", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  fake.azure.trouble.set("put", armFault({ code: "RequestDisallowedByPolicy" }));
  await write(fake, run);
  expect(fake.documents.stored.get(documentPaths.undo(run.publicationId, run.runId))).toEqual([
    { activity: "removeRegions", write: 1, regions: ["westus", "eastus2"] },
    { activity: "deleteVersion", write: 1 },
  ]);
});

test.each(["Creating", "Updating", "Deleting", "Migrating"])(
  "somebody else's operation is waited for while the version is %s",
  async (provisioningState) => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(versionBody([west]), { provisioningState });
    expect(await write(fake)).toMatchObject({
      kind: "wait",
      fault: { code: "OperationInFlight", afterMs: 15_000 },
    });
    expect(fake.puts).toEqual([]);
  },
);

test("a region that got other keys since the plan stops the write", async () => {
  const fake = createFakeAzure();
  const other = targetRegion("East US 2", {
    encryption: { osDiskImage: { diskEncryptionSetId: setId("other") } },
  });
  fake.azure.version = versionState(versionBody([west, other]));
  expect(await write(fake)).toMatchObject({
    kind: "failed",
    fault: { code: "EncryptionChangedSincePlan", advice: "operator" },
  });
  expect(fake.puts).toEqual([]);
});

test("nothing is written without a plan that says so", async () => {
  const fake = createFakeAzure();
  const run = await fake.run(managedImageExample());
  await expect(write(fake, run)).rejects.toThrow("has no plan to write");
  const plan = makePlan({
    image: { location: "westus" },
    prepared: [],
    problems: [{ path: "$", code: "X", message: "", action: "" }],
    rollout: ONE_WAVE,
  });
  await recordPlan(fake.dependencies)({ ...run, plan });
  await expect(write(fake, run)).rejects.toThrow("has no plan to write");
  expect(fake.calls).toEqual([]);
});

test("Azure's refusal of the PUT is returned with its words, not thrown", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("put", armFault({ code: "RequestDisallowedByPolicy" }));
  expect(await write(fake)).toMatchObject({
    kind: "failed",
    fault: { code: "RequestDisallowedByPolicy" },
  });
});

/** Somebody else changes the version while the PUT is on its way, and Azure refuses it. */
function refusesAfter(fake: Fake, change: () => void): void {
  fake.azure.meanwhile.set("put", change);
  fake.azure.trouble.set("put", armFault({ code: "InvalidParameter", status: 400 }));
}

test.each([
  ["added a region", () => versionState(versionBody([west, targetRegion("North Europe")]))],
  ["is at it", () => versionState(versionBody([west]), { provisioningState: "Updating" })],
])(
  "a PUT refused because somebody else %s meanwhile is tried again on what is there",
  async (_, now) => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(versionBody([west]));
    refusesAfter(fake, () => (fake.azure.version = now()));
    const run = await planned(fake);
    expect(await write(fake, run)).toMatchObject({
      kind: "wait",
      fault: { code: "InvalidParameter", advice: "waitForOperation", status: 400 },
    });
    expect(fake.puts).toEqual([]);
    fake.azure.version.provisioningState = "Succeeded";
    expect(await write(fake, run)).toMatchObject({ kind: "written" });
    expect(regionsOf(fake)).toEqual(expect.arrayContaining(["westus", "eastus2"]));
  },
);

test("a version that was to be extended and is gone isn't made anew without what only it had", async () => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(versionBody([west]));
  refusesAfter(fake, () => (fake.azure.version = undefined));
  const run = await planned(fake);
  expect(await write(fake, run)).toMatchObject({
    kind: "wait",
    fault: { code: "InvalidParameter" },
  });
  expect(await write(fake, run)).toMatchObject({
    kind: "failed",
    fault: { code: "VersionVanished", advice: "operator" },
  });
  expect(fake.puts).toEqual([]);
});

describe("disk encryption sets are read again right before the write", () => {
  const gone = setId("eastus2-data");
  const change = (fake: Fake, id: string, to: Partial<DiskEncryptionSet>): void => {
    fake.azure.sets = fake.azure.sets.map((set) => (set.id === id ? { ...set, ...to } : set));
  };

  test.each<[string, Partial<DiskEncryptionSet>, string]>([
    ["is gone", { id: setId("another") }, "DiskEncryptionSetNotFound"],
    ["lies elsewhere", { location: "westus" }, "DiskEncryptionSetInOtherRegion"],
    [
      "has another type",
      { encryptionType: "EncryptionAtRestWithPlatformAndCustomerKeys" },
      "DiskEncryptionSetTypeMismatch",
    ],
    ["isn't ready", { provisioningState: "Updating" }, "DiskEncryptionSetNotReady"],
    [
      "can't rotate its key",
      { autoKeyRotationError: "KeyVaultKeyNotFound: gone" },
      "DiskEncryptionSetKeyRotationFailed",
    ],
  ])("one that %s since the plan stops the run, and nothing is sent", async (_n, to, code) => {
    const fake = createFakeAzure();
    const run = await planned(fake);
    change(fake, gone, to);
    expect(await write(fake, run)).toMatchObject({
      kind: "refused",
      problems: [
        {
          path: "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId",
          code,
          region: "eastus2",
        },
      ],
    });
    expect(fake.puts).toEqual([]);
  });

  test.each([
    [true, "refused"],
    [false, "written"],
  ])("one whose key was disabled since the plan, keys asked for: %s", async (keyVault, kind) => {
    const fake = createFakeAzure();
    const run = await planned(fake, undefined, { ...example, preflight: { keyVault } });
    change(fake, gone, {
      key: { url: "https://kv.vault.azure.net/keys/k", rotates: true, principalIds: ["p"] },
    });
    fake.azure.keys.set("k", healthyKey(["p"], { enabled: false }));
    const answer = await createOrReplicateVersion(fake.dependencies)({ ...run, ...FIRST });
    expect(answer.kind).toBe(kind);
    if (answer.kind !== "refused") return;
    expect(answer.problems.map(({ code, region }) => [code, region])).toEqual([
      ["KeyDisabled", "eastus2"],
    ]);
    expect(fake.puts).toEqual([]);
  });

  test("a name that means another set by now isn't followed", async () => {
    const fake = createFakeAzure();
    const run = await planned(fake);
    change(fake, gone, { id: computeId("diskEncryptionSets", "eastus2-data", "elsewhere") });
    expect(await write(fake, run)).toMatchObject({
      kind: "failed",
      fault: { code: "EncryptionChangedSincePlan" },
    });
    expect(fake.puts).toEqual([]);
  });

  test("of a region that stays as it is nothing is read, unless it vanished", async () => {
    for (const there of [[west, east], [east]]) {
      const fake = createFakeAzure();
      fake.azure.version = versionState(versionBody([west, east]));
      const run = await planned(fake, ["unchanged", "scale"]);
      fake.azure.sets = fake.azure.sets.filter(({ location }) => location === "eastus2");
      fake.azure.version = versionState(versionBody(there));
      const answer = await write(fake, run);
      expect(answer.kind).toBe(there.length === 2 ? "written" : "refused");
    }
  });

  test("Azure's refusal to show one stops the run with its words, throttling is waited for", async () => {
    const fake = createFakeAzure();
    const run = await planned(fake);
    fake.azure.trouble.set("sets", armFault({ advice: "transient", afterMs: 9_000 }));
    expect(await write(fake, run)).toMatchObject({ kind: "wait", fault: { afterMs: 9_000 } });
    fake.azure.trouble.set("sets", armFault({ code: "AuthorizationFailed", advice: "operator" }));
    fake.azure.trouble.set("set", armFault({ code: "AuthorizationFailed", advice: "operator" }));
    expect(await write(fake, run)).toMatchObject({
      kind: "refused",
      problems: [{ code: "AuthorizationFailed" }],
    });
    expect(fake.puts).toEqual([]);
  });
});

describe("data disks are looked at again right before the write", () => {
  const image = (dataLuns: number[]): ResourceFacts => ({
    location: "westus",
    dataLuns,
    diskEncryptionSetIds: [],
  });
  const luns = (...regions: number[]): string[] =>
    regions.map((index) => `$.targetRegions[${index}].encryption.dataDiskImages`);

  test.each<[string, (fake: Fake) => void, string, string[]]>([
    [
      "has one more data disk",
      ({ azure }) => azure.resources.set(IMAGE, image([0, 1])),
      "DataDiskEncryptionMissing",
      luns(0, 1),
    ],
    [
      "has none any more",
      ({ azure }) => azure.resources.set(IMAGE, image([])),
      "UnknownLun",
      luns(0, 1),
    ],
    [
      "lies elsewhere",
      ({ azure }) => azure.resources.set(IMAGE, { ...image([0]), location: "eastus2" }),
      "SourceInOtherRegion",
      ["$.source.managedImage"],
    ],
    [
      "is gone",
      ({ azure }) => azure.resources.clear(),
      "SourceNotFound",
      ["$.source.managedImage"],
    ],
  ])("a source that %s since the plan stops a new version, and nothing is sent", async (...row) => {
    const [, change, code, paths] = row;
    const fake = createFakeAzure();
    const run = await planned(fake);
    change(fake);
    const answer = await createOrReplicateVersion(fake.dependencies)({ ...run, ...FIRST });
    expect(answer).toMatchObject({
      kind: "refused",
      problems: paths.map((path) => ({ path, code })),
    });
    expect(fake.puts).toEqual([]);
  });

  test("of a version that is there its own count, whatever became of its source", async () => {
    const fake = createFakeAzure();
    fake.azure.resources.clear();
    fake.azure.version = versionState(versionBody([west]), { dataLuns: [0] });
    const run = await planned(fake);
    expect(await createOrReplicateVersion(fake.dependencies)({ ...run, ...FIRST })).toMatchObject({
      how: "updated",
    });
    expect(fake.calls).not.toContain(`source ${IMAGE}`);
    fake.puts.length = 0;
    fake.azure.version = versionState(versionBody([west]), { dataLuns: [0, 1] });
    expect(await createOrReplicateVersion(fake.dependencies)({ ...run, ...FIRST })).toMatchObject({
      kind: "refused",
      problems: luns(0, 1).map((path) => ({ path, code: "DataDiskEncryptionMissing" })),
    });
    expect(fake.puts).toEqual([]);
  });
});

test("a PUT refused for what it asks is final: the version is as it was read", async () => {
  const fake = createFakeAzure();
  const other = targetRegion("North Europe");
  fake.azure.version = versionState(versionBody([west, other]));
  // The same answer in another order is no change.
  refusesAfter(fake, () => (fake.azure.version = versionState(versionBody([other, west]))));
  expect(await write(fake)).toMatchObject({ kind: "failed", fault: { advice: "permanent" } });
});

test("a version that somebody made meanwhile from other disks is never taken for this image", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  const storageProfile = { source: { id: computeId("images", "otherImage") } };
  fake.azure.version = versionState(versionBody([west], { storageProfile }));
  expect(await write(fake, run)).toMatchObject({
    kind: "failed",
    fault: {
      code: "VersionTaken",
      advice: "permanent",
      message: expect.stringContaining("otherImage"),
    },
  });
  expect(fake.puts).toEqual([]);
});
