import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import {
  COMPUTE,
  des,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
  testWorld,
  versionBody,
} from "./support/worlds";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/again`;
const GALLERY = `${GROUP}/providers/Microsoft.Compute/galleries/G`;
const DEFINITION = `${GALLERY}/images/D`;
const VERSION = `${DEFINITION}/versions/1.0.0`;
const PLACE = { location: "westus" };
const DEFINITION_BODY = {
  location: "westus",
  properties: {
    osType: "Linux",
    hyperVGeneration: "V2",
    osState: "Generalized",
    identifier: { publisher: "p", offer: "o", sku: "s" },
  },
};
const BODY = versionBody([{ name: "westus" }]);
const CONFLICT = { status: 409, body: { error: { code: "Conflict" } } };

describe("while an operation is in flight", () => {
  let arm: ArmFixture;
  beforeEach(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterEach(async () => {
    await arm.stop();
    discard(arm);
  });

  async function makePlaces(): Promise<void> {
    await arm.call("PUT", GROUP, PLACE);
    await arm.call("PUT", GALLERY, PLACE);
    await arm.call("PUT", DEFINITION, DEFINITION_BODY);
    await arm.pass(20);
  }
  const stateOf = async (path: string) =>
    (await arm.call("GET", path)).body.properties?.provisioningState;

  it("a version's write doesn't end a later version of the same id, made after its group went", async () => {
    await makePlaces();
    const first = await arm.call("PUT", VERSION, BODY);
    await arm.pass(300);
    expect((await arm.call("DELETE", GROUP)).status).toBe(200);
    await makePlaces();
    expect((await arm.call("PUT", VERSION, BODY)).status).toBe(201);
    await arm.pass(200);
    const polled = await arm.call("GET", String(first.headers["azure-asyncoperation"]));
    expect(polled.body.status).toBe("Succeeded");
    expect(await stateOf(VERSION)).toBe("Creating");
    expect(await arm.call("PUT", VERSION, BODY)).toMatchObject(CONFLICT);
    await arm.pass(1000);
    expect(await stateOf(VERSION)).toBe("Succeeded");
  });

  it("a version's delete doesn't take a later version of the same id along", async () => {
    await makePlaces();
    await arm.call("PUT", VERSION, BODY);
    await arm.pass(1000);
    expect((await arm.call("DELETE", VERSION)).status).toBe(202);
    await arm.call("DELETE", GROUP);
    await makePlaces();
    expect((await arm.call("PUT", VERSION, BODY)).status).toBe(201);
    await arm.pass(1000);
    expect(await stateOf(VERSION)).toBe("Succeeded");
  });

  it("a gallery's write and delete don't end a later gallery of the same id", async () => {
    for (const method of ["PUT", "DELETE"]) {
      await arm.call("PUT", GROUP, PLACE);
      await arm.call("PUT", GALLERY, PLACE);
      await arm.pass(20);
      await arm.call(method, GALLERY, PLACE);
      await arm.pass(8);
      await arm.call("DELETE", GROUP);
      await arm.call("PUT", GROUP, PLACE);
      expect((await arm.call("PUT", GALLERY, PLACE)).status).toBe(201);
      await arm.pass(5);
      expect(await stateOf(GALLERY)).toBe("Creating");
    }
  });

  it.each([
    ["a version in a definition", VERSION, BODY, DEFINITION, DEFINITION_BODY],
    ["a definition in a gallery", DEFINITION, DEFINITION_BODY, GALLERY, PLACE],
  ])("%s that is being deleted is refused, and isn't there afterwards", async (...row) => {
    const [, inner, body, parent, parentBody] = row;
    await makePlaces();
    if (parent === GALLERY) {
      await arm.call("DELETE", DEFINITION);
      await arm.pass(20);
    }
    expect((await arm.call("DELETE", parent)).status).toBe(202);
    for (const method of ["PUT", "PATCH"])
      expect(await arm.call(method, inner, body)).toMatchObject(CONFLICT);
    await arm.pass(20);
    expect((await arm.call("PUT", inner, body)).body.error.code).toBe("ParentResourceNotFound");
    expect((await arm.call("PUT", parent, parentBody)).status).toBe(201);
    expect((await arm.call("GET", inner)).status).toBe(404);
    expect((await arm.call("PUT", inner, body)).status).toBe(201);
  });

  it.each([
    ["gallery", `${COMPUTE}/galleries/New`, PLACE],
    ["definition", `${COMPUTE}/galleries/MyGallery/images/New`, DEFINITION_BODY],
    [
      "disk encryption set",
      des("new"),
      {
        location: "westus",
        identity: { type: "SystemAssigned" },
        properties: { activeKey: { keyUrl: "https://v.vault.azure.net/keys/k/1" } },
      },
    ],
  ])("a %s is neither written nor deleted, but afterwards", async (_title, path, body) => {
    await arm.call("PUT", path, body);
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect(await arm.call(method, path, body)).toMatchObject(CONFLICT);
    await arm.pass(20);
    expect((await arm.call("PUT", path, body)).status).toBeLessThan(203);
    expect(await arm.call("DELETE", path)).toMatchObject(CONFLICT);
    await arm.pass(20);
    expect((await arm.call("DELETE", path)).status).toBe(202);
  });

  it("a delete is answered 202 again, with the same operation, and a write 409", async () => {
    const path = `${COMPUTE}/galleries/New`;
    await arm.call("PUT", path, PLACE);
    await arm.pass(20);
    const polledAt = async () => {
      const { status, headers } = await arm.call("DELETE", path);
      expect(status).toBe(202);
      return headers["azure-asyncoperation"];
    };
    const first = await polledAt();
    expect(await polledAt()).toBe(first);
    expect(await arm.call("PUT", path, PLACE)).toMatchObject(CONFLICT);
    await arm.pass(20);
    expect((await arm.call("DELETE", path)).status).toBe(204);
  });

  it("it is polled in its own subscription only", async () => {
    const created = await arm.call("PUT", `${COMPUTE}/galleries/New`, PLACE);
    const url = String(created.headers["azure-asyncoperation"]);
    expect((await arm.call("GET", url)).status).toBe(200);
    const elsewhere = url.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION);
    expect(await arm.call("GET", elsewhere)).toMatchObject({
      status: 404,
      body: { error: { code: "NotFound" } },
    });
  });
});
