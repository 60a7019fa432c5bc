import { readReplication } from "../../../src/activities/read-replication";
import { azureFault } from "../../support/azure-fault";
import { armFault, createFakeAzure } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { accepted, managedImageExample } from "../../support/request-factory";

const { image } = accepted(managedImageExample());
const operationUrl = "https://arm.test/operations/1";
const body = versionBody([targetRegion("West US"), targetRegion("East US 2")]);

const RUN = { publicationId: "version-1", runId: "run-1" };

test("one GET tells all regions, in short names; the operation isn't asked", async () => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(body);
  expect(await readReplication(fake.dependencies)({ ...RUN, image, operationUrl })).toEqual({
    kind: "reading",
    reading: {
      provisioningState: "Succeeded",
      targetRegions: ["westus", "eastus2"],
      summary: fake.azure.version.summary,
      inLatest: ["westus", "eastus2"],
    },
  });
  expect(fake.calls).toEqual(["version"]);
});

test("a data disk that a region encrypts with no set is told; of platform-managed keys nothing is", async () => {
  const fake = createFakeAzure();
  const read = () => readReplication(fake.dependencies)({ ...RUN, image });
  fake.azure.version = versionState(body, { dataLuns: [0, 1] });
  expect(await read()).toMatchObject({
    reading: {
      unencrypted: [
        { region: "westus", luns: [1] },
        { region: "eastus2", luns: [1] },
      ],
    },
  });
  fake.azure.version = versionState(versionBody([{ name: "West US" }]), { dataLuns: [0, 1] });
  expect(await read()).not.toHaveProperty("reading.unencrypted");
});

test("when the version ended Failed the operation tells why", async () => {
  const fake = createFakeAzure();
  const why = azureFault("KeyVaultAccessForbidden", "operator", "grant it", "grant it");
  fake.azure.version = versionState(body, { provisioningState: "Failed" });
  fake.azure.operation = { status: "Failed", fault: why };
  expect(await readReplication(fake.dependencies)({ ...RUN, image, operationUrl })).toMatchObject({
    reading: { provisioningState: "Failed", operationFault: why },
  });
  expect(fake.calls).toEqual(["version", `operation ${operationUrl}`]);
});

test("what the regions say is told although the operation can't be read, and why it can't", async () => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(body, { provisioningState: "Failed" });
  const why = armFault({ code: "AuthorizationFailed", advice: "operator" });
  fake.azure.trouble.set("operation", why);
  expect(await readReplication(fake.dependencies)({ ...RUN, image, operationUrl })).toMatchObject({
    kind: "reading",
    reading: { targetRegions: ["westus", "eastus2"], operationUnread: why.fault },
  });
});

test.each([
  ["its URL has expired", operationUrl],
  ["there is no URL", undefined],
])("a failed version is told without the operation's words when %s", async (_name, url) => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(body, { provisioningState: "failed" });
  const answer = await readReplication(fake.dependencies)({
    ...RUN,
    image,
    ...(url === undefined ? {} : { operationUrl: url }),
  });
  expect(answer).toMatchObject({ kind: "reading", reading: { provisioningState: "failed" } });
  expect(answer).not.toHaveProperty("reading.operationFault");
});

test("a version that was deleted meanwhile is the end", async () => {
  expect(await readReplication(createFakeAzure().dependencies)({ ...RUN, image })).toMatchObject({
    kind: "failed",
    fault: { code: "VersionVanished", advice: "operator" },
  });
});

test("throttling is trouble to wait for", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("version", armFault({ advice: "transient", afterMs: 9_000 }));
  expect(await readReplication(fake.dependencies)({ ...RUN, image })).toMatchObject({
    kind: "wait",
    fault: { afterMs: 9_000 },
  });
});

test("a cancellation is read with the regions", async () => {
  const fake = createFakeAzure();
  fake.azure.version = versionState(versionBody());
  const said = { who: "Ada", why: "wrong image", at: "2026-11-26T10:00:00.000Z" };
  await fake.records.signal(RUN.publicationId, { ...said, runId: "run-0", about: "cancel" });
  expect(await readReplication(fake.dependencies)({ ...RUN, image })).not.toHaveProperty(
    "cancelled",
  );
  await fake.records.signal(RUN.publicationId, { ...said, runId: "run-1", about: "cancel" });
  expect(await readReplication(fake.dependencies)({ ...RUN, image })).toMatchObject({
    kind: "reading",
    cancelled: said,
  });
});
