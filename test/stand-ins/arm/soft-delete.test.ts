import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, region, testWorld, versionBody } from "./support/worlds";

const WORLD = testWorld()
  .replace(
    "galleries:",
    `galleries:\n  - { name: Soft, resourceGroup: myResourceGroup, subscription: "00000000-0000-0000-0000-000000000000", location: westus, softDelete: true }`,
  )
  .replace(
    "definitions:",
    "definitions:\n  - { name: MyImage, gallery: Soft, osType: Linux, osState: Generalized }",
  );
const GALLERY = `${COMPUTE}/galleries/Soft`;
const PATH = `${GALLERY}/images/MyImage/versions/1.0.0`;
const DELETED = `${GALLERY}/softDeletedArtifactTypes/images/artifacts/MyImage/versions`;
const DAY = 24 * 3600;

describe("a gallery with soft delete", () => {
  let arm: ArmFixture;
  beforeEach(async () => {
    arm = await startArm({ world: WORLD });
    await arm.call("PUT", PATH, { ...versionBody([region("westus")]), tags: { a: "1" } });
    await arm.pass(1000);
  });
  afterEach(async () => {
    await arm.stop();
    discard(arm);
  });
  async function remove(path = PATH): Promise<void> {
    expect((await arm.call("DELETE", path)).status).toBe(202);
    await arm.pass(200);
  }
  const listed = async (): Promise<string[]> => {
    const names: string[] = [];
    const { softDeletedResource } = arm.client();
    const place = ["myResourceGroup", "Soft", "images", "MyImage"] as const;
    for await (const one of softDeletedResource.listByArtifactName(...place))
      names.push(
        `${one.name ?? ""} ${one.resourceArmId ?? ""} ${one.softDeletedArtifactType ?? ""}`,
      );
    return names;
  };

  it("lists a deleted version, whose number stays taken for seven days", async () => {
    expect(await listed()).toEqual([]);
    await remove();
    expect((await arm.call("GET", PATH)).status).toBe(404);
    expect(await listed()).toEqual([`1.0.0 ${PATH} Images`]);
    const again = versionBody([region("westus")]);
    expect(await arm.call("PUT", PATH, again)).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining("1.0.0 is soft-deleted") } },
    });
    await arm.pass(7 * DAY);
    expect(await listed()).toEqual([]);
    expect((await arm.call("PUT", PATH, again)).status).toBe(201);
  });

  it("brings it back by a PUT with only location and tags, as it was", async () => {
    const before = (await arm.call("GET", PATH)).body;
    await remove();
    expect((await arm.call("PUT", PATH, { location: "eastus2" })).body.error.code).toBe(
      "InvalidResourceLocation",
    );
    const restored = await arm.call("PUT", PATH, { location: "West US", tags: { a: "2" } });
    expect(restored.status).toBe(200);
    expect(restored.body.properties.provisioningState).toBe("Updating");
    await arm.pass(1000);
    expect((await arm.call("GET", PATH)).body).toEqual({ ...before, tags: { a: "2" } });
    expect(await listed()).toEqual([]);
  });

  it("brings it back by the SDK's update with restore, and over a restart", async () => {
    await remove();
    expect((await arm.call("PATCH", PATH, { tags: { a: "2" } })).status).toBe(404);
    await arm.stop();
    arm = await startArm({ world: WORLD, directory: arm.directory });
    const place = ["myResourceGroup", "Soft", "MyImage", "1.0.0"] as const;
    const change = { restore: true, storageProfile: {} };
    const poller = arm.client().galleryImageVersions.update(...place, change);
    await poller.submitted();
    await arm.pass(1000);
    expect((await poller.pollUntilDone()).provisioningState).toBe("Succeeded");
  });

  it("keeps its definition and gallery from being deleted until it is deleted for good", async () => {
    await remove();
    for (const path of [`${GALLERY}/images/MyImage`, GALLERY])
      expect((await arm.call("DELETE", path)).body.error.code).toBe("CannotDeleteResource");
    expect((await arm.call("GET", `${DELETED}/1.0.0`)).body.properties.resourceArmId).toBe(PATH);
    expect((await arm.call("DELETE", `${DELETED}/1.0.0`)).status).toBe(200);
    expect((await arm.call("DELETE", `${DELETED}/1.0.0`)).status).toBe(404);
    await remove(`${GALLERY}/images/MyImage`);
    await remove(GALLERY);
  });

  it("lets its definition go once soft delete is disabled", async () => {
    await remove();
    await arm.call("PATCH", GALLERY, {
      properties: { softDeletePolicy: { isSoftDeleteEnabled: false } },
    });
    await arm.pass(60);
    await remove(`${GALLERY}/images/MyImage`);
    expect((await arm.call("GET", DELETED)).body.error.code).toBe("ParentResourceNotFound");
  });

  it("doesn't delete a Failed version until soft delete is disabled", async () => {
    const failed = PATH.replace("1.0.0", "2.0.0");
    await arm.control("POST", "/faults", {
      operation: { version: "2.0.0", code: "InternalOperationError", message: "no" },
    });
    await arm.call("PUT", failed, versionBody([region("westus")]));
    await arm.pass(1000);
    const refused = await arm.call("DELETE", failed);
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toContain("soft delete is enabled on its gallery");
    await arm.call("PATCH", GALLERY, {
      properties: { softDeletePolicy: { isSoftDeleteEnabled: false } },
    });
    await arm.pass(60);
    await remove(failed);
  });

  it("goes with its resource group", async () => {
    await remove();
    const group = COMPUTE.split("/providers")[0] ?? "";
    expect((await arm.call("DELETE", group)).status).toBeLessThan(300);
    await arm.pass(60);
    expect((await arm.call("GET", DELETED)).body.error.code).toBe("ResourceGroupNotFound");
  });

  it("leaves other galleries as they are: their versions are gone", async () => {
    const path = `${COMPUTE}/galleries/MyGallery/images/MyImage/versions/1.0.0`;
    await arm.call("PUT", path, versionBody([region("westus")]));
    await arm.pass(1000);
    await remove(path);
    expect((await arm.call("PUT", path, { location: "westus" })).status).toBe(400);
    expect((await arm.call("PUT", path, versionBody([region("westus")]))).status).toBe(201);
  });
});
