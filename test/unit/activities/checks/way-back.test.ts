import { noWayBack } from "../../../../src/activities/checks/way-back";
import type { Looked } from "../../../../src/activities/checks/check";
import type { ListedVersion } from "../../../../src/domain/preflight/check-way-back";
import { armFault, createFakeAzure } from "../../../support/fake-azure";
import { accepted, managedImageExample, parse } from "../../../support/request-factory";

const asked = parse(
  managedImageExample({ encryption: { type: "none" }, targetRegions: [{ name: "westus" }] }),
  { platformManagedKeys: "allow" },
);
if (asked.kind === "invalid") throw new Error("the request is refused");
const none = asked.request;
const looked = (change: Partial<Looked> = {}): Looked => ({
  request: none,
  existing: undefined,
  gallery: undefined,
  definition: undefined,
  source: undefined,
  ...change,
});
const version = (name: string, encrypted: boolean): ListedVersion => ({ name, encrypted });

test("a new version of a definition whose newest version is encrypted is refused, and that version is named", async () => {
  const fake = createFakeAzure();
  fake.azure.versions = [version("1.9.0", false), version("1.10.0", true), version("1.2.0", false)];
  const { problems, remarks } = await noWayBack(fake.dependencies.imageVersions)(looked());
  expect(problems).toMatchObject([
    {
      path: "$.encryption.type",
      code: "NoWayBackToPlatformManagedKeys",
      message: expect.stringContaining("1.10.0"),
    },
  ]);
  expect(remarks).toEqual([]);
  fake.azure.versions.push(version("1.11.0", false));
  expect((await noWayBack(fake.dependencies.imageVersions)(looked())).problems).toEqual([]);
});

test.each<[string, Partial<Looked>]>([
  ["the customer's keys are asked for", { request: accepted(managedImageExample()) }],
  [
    "the version is there",
    {
      existing: {
        id: "version",
        provisioningState: "Succeeded",
        summary: [],
        body: {
          location: "westus",
          tags: {},
          publishingProfile: { targetRegions: [] },
          storageProfile: {},
          safetyProfile: { allowDeletionOfReplicatedLocations: false },
        },
      },
    },
  ],
])("the versions aren't listed when %s", async (_name, change) => {
  const fake = createFakeAzure();
  fake.azure.versions = [version("9.0.0", true)];
  const { problems } = await noWayBack(fake.dependencies.imageVersions)(looked(change));
  expect(problems).toEqual([]);
  expect(fake.calls).toEqual([]);
});

test("a list that Azure refuses is a reason against the plan", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("versions", armFault({ code: "AuthorizationFailed" }));
  const { problems } = await noWayBack(fake.dependencies.imageVersions)(looked());
  expect(problems).toMatchObject([{ path: "$.encryption.type", code: "AuthorizationFailed" }]);
});

test("a list that Azure fails to give now is asked for again by the run", async () => {
  const fake = createFakeAzure();
  fake.azure.trouble.set("versions", armFault({ advice: "transient" }));
  await expect(noWayBack(fake.dependencies.imageVersions)(looked())).rejects.toThrow();
});
