import { createOrReplicateVersion } from "../../../src/activities/create-or-replicate-version";
import { recordPlan } from "../../../src/activities/record-plan";
import { FINGERPRINT_TAG, RUN_TAG } from "../../../src/domain/plan/image-version-body";
import { makePlan } from "../../../src/domain/plan/plan";
import { armFault, createFakeAzure } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { computeId, managedImageExample, setId } from "../../support/request-factory";

type Fake = ReturnType<typeof createFakeAzure>;
const URL = "https://arm.test/operations/1";
const west = targetRegion("westus");
const east = targetRegion("eastus2");

/** A run with a plan for both regions. */
async function planned(fake: Fake) {
  const run = await fake.run(managedImageExample());
  const plan = makePlan({
    exists: fake.azure.version !== undefined,
    prepared: [
      { region: "westus", operation: "create", targetRegion: west },
      { region: "eastus2", operation: "replicate", targetRegion: east },
    ],
    problems: [],
  });
  await recordPlan(fake.dependencies)({ ...run, plan });
  return run;
}

async function write(fake: Fake) {
  const run = await planned(fake);
  return createOrReplicateVersion(fake.dependencies)(run);
}

const regionsOf = (fake: Fake): string[] =>
  (fake.puts[0]?.publishingProfile.targetRegions ?? []).map(({ name }) => name);

test("a version that isn't there is created by one PUT that carries the run's mark", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  expect(await createOrReplicateVersion(fake.dependencies)(run)).toEqual({
    kind: "written",
    how: "created",
    operationUrl: URL,
  });
  expect(fake.calls).toEqual(["version", "put"]);
  expect(regionsOf(fake)).toEqual(["westus", "eastus2"]);
  expect(fake.puts[0]?.tags).toEqual({
    [RUN_TAG]: "run-1",
    [FINGERPRINT_TAG]: run.fingerprint,
  });
});

test("a version that is there is extended by the union, and loses nothing", async () => {
  const fake = createFakeAzure();
  const kept = targetRegion("North Europe");
  fake.azure.version = versionState(versionBody([targetRegion("West US"), kept]));
  expect(await write(fake)).toMatchObject({ kind: "written", how: "extended" });
  expect(regionsOf(fake)).toEqual(["West US", "North Europe", "eastus2"]);
  expect(fake.puts[0]?.tags).toMatchObject({ team: "images", [RUN_TAG]: "run-1" });
});

test.each(["Creating", "Succeeded", "Failed"])(
  "the run's own earlier write is adopted while the version is %s: nothing is sent",
  async (provisioningState) => {
    const fake = createFakeAzure();
    const run = await planned(fake);
    const tags = { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint };
    const body = versionBody([targetRegion("West US"), targetRegion("East US 2")], { tags });
    fake.azure.version = versionState(body, { provisioningState });
    expect(await createOrReplicateVersion(fake.dependencies)(run)).toEqual({
      kind: "written",
      how: "adopted",
    });
    expect(fake.puts).toEqual([]);
  },
);

test("a write of the run that lost a region to somebody else is sent again", async () => {
  const fake = createFakeAzure();
  const run = await planned(fake);
  const tags = { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint };
  fake.azure.version = versionState(versionBody([west], { tags }));
  expect(await createOrReplicateVersion(fake.dependencies)(run)).toMatchObject({ how: "extended" });
  expect(regionsOf(fake)).toEqual(["westus", "eastus2"]);
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
  const writer = createOrReplicateVersion(fake.dependencies);
  await expect(writer(run)).rejects.toThrow("has no plan to write");
  const plan = makePlan({
    exists: false,
    prepared: [],
    problems: [{ path: "$", code: "X", message: "", action: "" }],
  });
  await recordPlan(fake.dependencies)({ ...run, plan });
  await expect(writer(run)).rejects.toThrow("has no plan to write");
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
  ["deleted it", () => undefined],
])(
  "a PUT refused because somebody else %s meanwhile is tried again on what is there",
  async (_, now) => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(versionBody([west]));
    refusesAfter(fake, () => (fake.azure.version = now()));
    const run = await planned(fake);
    const writer = createOrReplicateVersion(fake.dependencies);
    expect(await writer(run)).toMatchObject({
      kind: "wait",
      fault: { code: "InvalidParameter", advice: "waitForOperation", status: 400 },
    });
    expect(fake.puts).toEqual([]);
    if (fake.azure.version !== undefined) fake.azure.version.provisioningState = "Succeeded";
    expect(await writer(run)).toMatchObject({ kind: "written" });
    expect(regionsOf(fake)).toEqual(expect.arrayContaining(["westus", "eastus2"]));
  },
);

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
  expect(await createOrReplicateVersion(fake.dependencies)(run)).toMatchObject({
    kind: "failed",
    fault: {
      code: "VersionTaken",
      advice: "permanent",
      message: expect.stringContaining("otherImage"),
    },
  });
  expect(fake.puts).toEqual([]);
});
