import { planPublication } from "../../../src/activities/plan-publication";
import { NO_RUN } from "../../../src/domain/plan/dry-run";
import type { Plan } from "../../../src/domain/plan/plan";
import { RUN_TAG } from "../../../src/domain/plan/image-version-body";
import { armFault, createFakeAzure, healthySet } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { accepted, managedImageExample, setId } from "../../support/request-factory";

const request = accepted(managedImageExample());

function withSets() {
  const fake = createFakeAzure();
  fake.azure.sets = [
    healthySet("WestUSDiskEncryptionSet1", "westus"),
    healthySet("WestUSDiskEncryptionSet2", "westus"),
    healthySet("EastUS2DiskEncryptionSet1", "eastus2"),
    healthySet("EastUS2DiskEncryptionSet2", "eastus2"),
  ];
  return fake;
}

const told = (plan: Plan): string[] =>
  plan.kind === "impossible" ? plan.problems.map(({ path, code }) => `${path} ${code}`) : [];

test("a new version's plan has the body of the PUT, and writes nothing", async () => {
  const fake = withSets();
  const dryRun = await planPublication(fake.dependencies)(request);
  expect(dryRun).toMatchObject({
    plan: { kind: "create", waves: [{ regions: ["westus", "eastus2"] }], remarks: [] },
    calls: { writes: 2 },
  });
  expect(dryRun.promotion).toMatchObject({
    properties: { publishingProfile: { excludeFromLatest: false } },
  });
  expect(dryRun.bodies).toMatchObject([
    {
      location: "westus",
      tags: { [RUN_TAG]: NO_RUN },
      properties: {
        publishingProfile: {
          targetRegions: [
            {
              name: "westus",
              encryption: {
                osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") },
              },
            },
            { name: "eastus2" },
          ],
        },
      },
    },
  ]);
  expect(fake.puts).toEqual([]);
  expect(fake.written).toEqual([]);
});

test("a version that is being deleted is planned anew, and that is said", async () => {
  const fake = withSets();
  fake.azure.version = versionState(versionBody(), { provisioningState: "Deleting" });
  const { plan, bodies } = await planPublication(fake.dependencies)(request);
  expect(plan).toMatchObject({
    kind: "create",
    remarks: [{ code: "VersionBeingWritten", path: "$.image.version", severity: "warning" }],
  });
  expect(bodies).toMatchObject([{ tags: { [RUN_TAG]: NO_RUN }, location: "westus" }]);
});

test("of a version that exists everything is echoed beside the region that is added", async () => {
  const fake = withSets();
  const west = targetRegion("West US", {
    storageAccountType: "Standard_LRS",
    regionalReplicaCount: 2,
    excludeFromLatest: true,
    encryption: {
      osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestUSDiskEncryptionSet2") }],
    },
  });
  fake.azure.version = versionState(versionBody([west], { tags: { team: "images" } }));
  const { plan, bodies } = await planPublication(fake.dependencies)(request);
  expect(plan).toMatchObject({
    kind: "extend",
    difference: [
      { region: "westus", operation: "unchanged" },
      { region: "eastus2", operation: "replicate" },
    ],
  });
  expect(bodies).toMatchObject([
    {
      tags: { team: "images" },
      properties: { publishingProfile: { targetRegions: [west, { name: "eastus2" }] } },
    },
  ]);
});

test("what is wrong with target, source and regions comes together, and no body with it", async () => {
  const fake = withSets();
  fake.azure.definition = undefined;
  fake.azure.sets.pop();
  const { plan, bodies, calls } = await planPublication(fake.dependencies)(request);
  expect(plan).toMatchObject({
    kind: "impossible",
    problems: [{ code: "ImageDefinitionNotFound" }, { code: "DiskEncryptionSetNotFound" }],
  });
  expect(bodies).toEqual([]);
  expect(calls.writes).toBe(0);
});

test.each([
  ["version", "$.image"],
  ["set", "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId"],
])("a %s that Azure doesn't let us read is a reason against the plan", async (call, path) => {
  const fake = withSets();
  fake.azure.trouble.set("sets", armFault({ code: "AuthorizationFailed", advice: "operator" }));
  fake.azure.trouble.set(call, armFault({ code: "AuthorizationFailed", advice: "operator" }));
  const { plan } = await planPublication(fake.dependencies)(request);
  expect(plan).toMatchObject({
    kind: "impossible",
    problems: [{ code: "AuthorizationFailed", path }],
  });
});

test("throttling is a reason too: a dry run doesn't wait", async () => {
  const fake = withSets();
  fake.azure.definition = undefined;
  fake.azure.trouble.set("sets", armFault({ code: "TooManyRequests", advice: "transient" }));
  const { plan } = await planPublication(fake.dependencies)(request);
  expect(told(plan)).toEqual([
    "$.image ImageDefinitionNotFound",
    ...[0, 1].flatMap((region) => [
      `$.targetRegions[${region}].encryption.osDiskImage.diskEncryptionSetId TooManyRequests`,
      `$.targetRegions[${region}].encryption.dataDiskImages[0].diskEncryptionSetId TooManyRequests`,
    ]),
  ]);
  // One that didn't get the list doesn't ask for each of its sets instead.
  expect(fake.calls.filter((call) => call.startsWith("set "))).toEqual([]);
});
