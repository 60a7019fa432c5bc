import { createSetFinder, lookUpShared } from "../../../src/activities/set-finder";
import { armFault, createFakeAzure, healthySet } from "../../support/fake-azure";
import {
  accepted,
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  setId,
  SUBSCRIPTION,
  wireRegion,
} from "../../support/request-factory";

const requestOf = (...sets: string[]) =>
  accepted(
    managedImageExample({
      targetRegions: ["westus", "eastus2", "uksouth"].map((region, index) =>
        wireRegion(region, sets[index] ?? sets[0] ?? ""),
      ),
    }),
  );
const ask = (fake: ReturnType<typeof createFakeAzure>) => fake.dependencies.encryptionSets;

test("a set that several regions name by its id is read once, others are left to their regions", async () => {
  const fake = createFakeAzure();
  fake.azure.sets = [healthySet("Shared", "westus"), healthySet("Own", "uksouth")];
  const request = requestOf(setId("Shared"), setId("SHARED"), setId("Own"));
  const shared = await lookUpShared(ask(fake), request);
  expect(fake.calls).toEqual([`set ${setId("shared").toLowerCase()}`]);
  const finder = createSetFinder(ask(fake), request.image, shared);
  expect(await finder.get(setId("Shared"))).toMatchObject({ set: { location: "westus" } });
  expect(fake.calls).toHaveLength(1);
  expect(await finder.get(setId("Own"))).toMatchObject({ set: { location: "uksouth" } });
  expect(fake.calls).toHaveLength(2);
});

test("one name that has to be searched for lets one list answer for all, but not for another subscription", async () => {
  const fake = createFakeAzure();
  const far = setId("Far").replace(SUBSCRIPTION, OTHER_SUBSCRIPTION);
  fake.azure.sets = [healthySet("Named", "westus"), healthySet("ById", "eastus2")];
  const shared = await lookUpShared(ask(fake), requestOf("Named", setId("ById"), far));
  expect(fake.calls).toEqual(["sets"]);
  expect(shared.list).toMatchObject({ sets: [{ location: "westus" }, { location: "eastus2" }] });
});

test("of a name that lies elsewhere in each region nothing more is read, of one that is nowhere it is read once", async () => {
  const fake = createFakeAzure();
  fake.azure.sets = ["westus", "eastus2", "uksouth"].map((region) =>
    healthySet("Golden", region, {
      id: computeId("diskEncryptionSets", "Golden", `keys-${region}`),
    }),
  );
  await lookUpShared(ask(fake), requestOf("Golden"));
  expect(fake.calls).toEqual(["sets"]);
  const { byId } = await lookUpShared(ask(fake), requestOf("Gone"));
  expect(fake.calls).toEqual(["sets", "sets", `set ${setId("gone").toLowerCase()}`]);
  expect(Object.values(byId)).toEqual([{ missing: expect.stringContaining("ResourceNotFound") }]);
});

test("of a subscription's sets those are kept that a region can mean", async () => {
  const fake = createFakeAzure();
  fake.azure.sets = [
    healthySet("Named", "japaneast"),
    healthySet("Other", "japaneast"),
    healthySet("There", "uksouth"),
  ];
  const { list } = await lookUpShared(ask(fake), requestOf("Named"));
  expect(list).toMatchObject({ sets: [{ id: setId("Named") }, { id: setId("There") }] });
});

test("a list that is refused leaves every set to be read; trouble that passes is thrown", async () => {
  const fake = createFakeAzure();
  fake.azure.sets = [healthySet("Named", "westus")];
  const refusal = armFault({ code: "AuthorizationFailed", advice: "operator" });
  fake.azure.trouble.set("sets", refusal);
  const shared = await lookUpShared(ask(fake), requestOf("Named"));
  expect(shared).toMatchObject({ list: { refused: { code: "AuthorizationFailed" } } });
  expect(Object.values(shared.byId)).toMatchObject([{ set: { location: "westus" } }]);
  fake.azure.trouble.set("sets", armFault({ advice: "transient" }));
  await expect(lookUpShared(ask(fake), requestOf("Named"))).rejects.toThrow("X: no");
});
