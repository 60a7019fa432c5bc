import { noWayBack } from "../../../../src/activities/checks/way-back";
import type { Looked } from "../../../../src/activities/checks/check";
import type { ListedVersion } from "../../../../src/domain/preflight/check-way-back";
import { armFault, createFakeAzure } from "../../../support/fake-azure";
import { versionBody, versionState } from "../../../support/fake-version";
import { accepted, managedImageExample, parse } from "../../../support/request-factory";

const asked = parse(
  managedImageExample({ encryption: { type: "none" }, targetRegions: [{ name: "westus" }] }),
  { platformManagedKeys: "allow" },
);
if (asked.kind !== "valid") throw new Error("the request is refused");
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

test("an older version that has platform-managed keys is no way back either", async () => {
  const fake = createFakeAzure();
  const existing = versionState(versionBody([{ name: "westus" }]));
  const found = async () =>
    (await noWayBack(fake.dependencies.imageVersions)(looked({ existing }))).problems;
  fake.azure.versions = [version("1.0.0", false), version("2.0.0", true)];
  expect(await found()).toMatchObject([
    { code: "NoWayBackToPlatformManagedKeys", message: expect.stringContaining("2.0.0") },
  ]);
  fake.azure.versions = [version("1.0.0", false), version("2.0.0", false)];
  expect(await found()).toEqual([]);
});

test("an encrypted version that is the newest itself is told once", async () => {
  const fake = createFakeAzure();
  fake.azure.versions = [version("1.0.0", true)];
  const check = noWayBack(fake.dependencies.imageVersions);
  expect((await check(looked({ existing: versionState() }))).problems).toHaveLength(1);
  // One that is being deleted is gone when the write comes, but it was the newest.
  expect((await check(looked())).problems).toHaveLength(1);
});

test("the versions aren't listed when the customer's keys are asked for", async () => {
  const fake = createFakeAzure();
  fake.azure.versions = [version("9.0.0", true)];
  const request = accepted(managedImageExample());
  const { problems } = await noWayBack(fake.dependencies.imageVersions)(looked({ request }));
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
