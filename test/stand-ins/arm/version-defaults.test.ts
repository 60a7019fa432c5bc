import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { DEFINITION, testWorld, versionBody } from "./support/worlds";

const DAY_MS = 24 * 3600 * 1000;

describe("the defaults of a new version", () => {
  let arm: ArmFixture | undefined;
  let count = 0;
  const start = async (behaviour = "retryAfter: none"): Promise<ArmFixture> =>
    (arm = await startArm({ world: testWorld().replace("retryAfter: none", behaviour) }));
  afterEach(async () => {
    await arm?.stop();
    if (arm !== undefined) discard(arm);
  });
  /** What the service makes of a body without types and dates, sent with this api-version. */
  async function created(server: ArmFixture, apiVersion: string, more: object = {}) {
    const body = versionBody([{ name: "westus" }, { name: "eastus2" }]);
    const { publishingProfile } = body.properties;
    const profile = {
      ...body,
      properties: { ...body.properties, publishingProfile: { ...publishingProfile, ...more } },
    };
    const path = `${DEFINITION}/versions/1.${++count}.0?api-version=${apiVersion}`;
    const { properties } = (await server.call("PUT", path, profile)).body;
    await server.pass(5000);
    const types = properties.publishingProfile.targetRegions.map(
      (one: { storageAccountType: string }) => one.storageAccountType,
    );
    return { path, types, ...properties };
  }

  it("are locally redundant storage before 2025-03-03", async () => {
    const { types, publishingProfile } = await created(await start(), "2024-03-03");
    expect(types).toEqual(["Standard_LRS", "Standard_LRS"]);
    expect(publishingProfile.storageAccountType).toBe("Standard_LRS");
  });

  it("are since then zone-redundant storage where a region has zones, unless a type is given", async () => {
    const server = await start();
    const { types, publishingProfile } = await created(server, "2025-03-03");
    expect(types).toEqual(["Standard_LRS", "Standard_ZRS"]);
    expect(publishingProfile.storageAccountStrategy).toBe("PreferStandard_ZRS");
    expect(publishingProfile.storageAccountType).toBeUndefined();
    const given = await created(server, "2025-12-03", { storageAccountType: "Standard_LRS" });
    expect(given.types).toEqual(["Standard_LRS", "Standard_LRS"]);
  });

  it("are from 2026-03-03 on an end of life in six months, before which it can't be deleted", async () => {
    const server = await start();
    const { path, publishingProfile, safetyProfile } = await created(server, "2026-03-03");
    const days = (Date.parse(publishingProfile.endOfLifeDate) - Date.now()) / DAY_MS;
    expect(days).toBeGreaterThan(180);
    expect(days).toBeLessThan(185);
    expect(safetyProfile.blockDeletionBeforeEndOfLife).toBe(true);
    expect((await server.call("DELETE", path)).body.error.code).toBe(
      "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    );
    const before = await created(server, "2025-12-03");
    expect(before.publishingProfile.endOfLifeDate).toBeUndefined();
    expect((await server.call("DELETE", before.path)).status).toBe(202);
  });

  it("are always the oldest where the world says so", async () => {
    const server = await start("versionDefaults: oldest");
    const { types, publishingProfile } = await created(server, "2026-03-03");
    expect(types).toEqual(["Standard_LRS", "Standard_LRS"]);
    expect(publishingProfile.endOfLifeDate).toBeUndefined();
  });
});
