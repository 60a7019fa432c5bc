import { createSources } from "../../../src/azure/sources";
import { createFakeArm, type Answer } from "../../support/fake-arm";
import { accepted, computeId, managedImageExample } from "../../support/request-factory";

const sources = (answer: Answer) => createSources(createFakeArm(() => answer).clients);
const { image } = accepted(managedImageExample());

test("a managed image tells its place, its system and the LUNs of its data disks in order", async () => {
  const body = {
    location: "West US",
    properties: {
      storageProfile: {
        osDisk: { osType: "Linux", osState: "Generalized" },
        dataDisks: [{ lun: 9 }, { lun: 0 }],
      },
    },
  };
  expect(await sources({ status: 200, body }).managedImage(computeId("images", "myImage"))).toEqual(
    { location: "West US", osType: "Linux", osState: "Generalized", dataLuns: [0, 9] },
  );
});

test("a snapshot of a data disk has no system", async () => {
  const body = { location: "westus", properties: { creationData: { createOption: "Copy" } } };
  expect(await sources({ status: 200, body }).snapshot(computeId("snapshots", "s"))).toEqual({
    location: "westus",
  });
});

test("a definition tells its system and generation", async () => {
  const body = {
    location: "westus",
    properties: { osType: "Windows", osState: "Specialized", hyperVGeneration: "V2" },
  };
  expect(await sources({ status: 200, body }).definition(image)).toEqual({
    osType: "Windows",
    osState: "Specialized",
    hyperVGeneration: "V2",
  });
});

test("what isn't there is undefined", async () => {
  const none = sources({ status: 404, body: { error: { code: "ResourceNotFound" } } });
  expect(await none.definition(image)).toBeUndefined();
  expect(await none.managedImage(computeId("images", "i"))).toBeUndefined();
  expect(await none.snapshot(computeId("snapshots", "s"))).toBeUndefined();
});

test("what is no resource id is a mistake of ours and is thrown", async () => {
  await expect(sources({ status: 200 }).managedImage("myImage")).rejects.toThrow(
    "not a resource id",
  );
});
