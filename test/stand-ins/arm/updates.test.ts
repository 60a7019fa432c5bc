import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { DEFINITION, des, image, region, testWorld, versionBody } from "./support/worlds";

/** Everything writable that a version can have beside its regions. */
const FULL = {
  location: "westus",
  tags: { owner: "us" },
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          ...region("westus"),
          regionalReplicaCount: 3,
          storageAccountType: "premium_lrs",
          excludeFromLatest: true,
          additionalReplicaSets: [{ storageAccountType: "STANDARD_LRS", regionalReplicaCount: 2 }],
        },
        region("eastus2"),
      ],
      replicaCount: 2,
      excludeFromLatest: true,
      endOfLifeDate: "2999-12-01T00:00:00.0000000Z",
      storageAccountType: "standard_lrs",
      replicationMode: "full",
      targetExtendedLocations: [
        { name: "westus", extendedLocation: { name: "microsoftlosangeles1", type: "EdgeZone" } },
      ],
    },
    storageProfile: {
      source: { id: image("myImage") },
      osDiskImage: { hostCaching: "readwrite" },
    },
    safetyProfile: { blockDeletionBeforeEndOfLife: true },
    securityProfile: { uefiSettings: { signatureTemplateNames: ["NoSignatureTemplate"] } },
  },
};

describe("updating an image version", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  const read = async (path: string) => (await arm.call("GET", path)).body;
  async function written(path: string, body: unknown, method = "PUT") {
    const answer = await arm.call(method, path, body);
    await arm.pass(5000);
    return { ...answer, after: await read(path) };
  }
  async function published(body: unknown = FULL): Promise<string> {
    const path = `${DEFINITION}/versions/3.${++count}.0`;
    expect((await written(path, body)).status).toBe(201);
    return path;
  }

  it("answers values in Azure's spelling, and what was given beside them", async () => {
    const { properties, tags } = await read(await published());
    const { publishingProfile, safetyProfile, securityProfile } = properties;
    expect(tags).toEqual({ owner: "us" });
    expect(publishingProfile).toMatchObject({
      replicaCount: 2,
      excludeFromLatest: true,
      endOfLifeDate: "2999-12-01T00:00:00.000Z",
      storageAccountType: "Standard_LRS",
      replicationMode: "Full",
      targetExtendedLocations: FULL.properties.publishingProfile.targetExtendedLocations,
      targetRegions: [
        {
          name: "West US",
          storageAccountType: "Premium_LRS",
          additionalReplicaSets: [{ storageAccountType: "Standard_LRS", regionalReplicaCount: 2 }],
        },
        { name: "East US 2", regionalReplicaCount: 2, storageAccountType: "Standard_LRS" },
      ],
    });
    expect(safetyProfile.blockDeletionBeforeEndOfLife).toBe(true);
    expect(properties.storageProfile.osDiskImage.hostCaching).toBe("ReadWrite");
    expect(securityProfile).toEqual(FULL.properties.securityProfile);
  });

  it("answers a region's own excludeFromLatest, false where it gave none, whatever the version's is", async () => {
    const { properties } = await read(await published());
    const flags = (regions: { excludeFromLatest: boolean }[]) =>
      regions.map((one) => one.excludeFromLatest);
    expect(flags(properties.publishingProfile.targetRegions)).toEqual([true, false]);
  });

  it("changes nothing when everything that was answered is sent back", async () => {
    const path = await published();
    const before = await read(path);
    const { status, after } = await written(path, before);
    expect(status).toBe(200);
    expect(after).toEqual(before);
  });

  it("drops what a PUT leaves out, and keeps what can't be changed", async () => {
    const path = await published();
    const bare = [{ name: "westus" }, { name: "eastus2" }];
    const { status, after } = await written(path, {
      location: "westus",
      properties: { publishingProfile: { targetRegions: bare } },
    });
    expect(status).toBe(200);
    const { publishingProfile, safetyProfile, securityProfile, storageProfile } = after.properties;
    expect(after.tags).toBeUndefined();
    expect(publishingProfile.endOfLifeDate).toBeUndefined();
    expect(publishingProfile.targetExtendedLocations).toBeUndefined();
    expect(publishingProfile.excludeFromLatest).toBe(false);
    expect(safetyProfile.blockDeletionBeforeEndOfLife).toBe(false);
    expect(securityProfile).toBeUndefined();
    expect(storageProfile.source.id).toBe(image("myImage"));
    expect(publishingProfile.targetRegions).toEqual([
      {
        name: "West US",
        regionalReplicaCount: 1,
        storageAccountType: "Premium_LRS",
        excludeFromLatest: false,
        encryption: {
          osDiskImage: { diskEncryptionSetId: des("westus-os"), securityProfile: {} },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: des("westus-data") }],
        },
      },
      expect.objectContaining({ name: "East US 2", storageAccountType: "Standard_LRS" }),
    ]);
  });

  it.each([
    ["without a list of regions", { location: "westus", properties: { publishingProfile: {} } }],
    ["without properties", { location: "westus" }],
  ])("keeps every region under a PUT %s, even where regions may be removed", async (_, body) => {
    const path = await published(versionBody([region("westus"), region("eastus2")]));
    const before = await read(path);
    const properties = {
      ...("properties" in body ? body.properties : {}),
      safetyProfile: { allowDeletionOfReplicatedLocations: true },
    };
    const { after } = await written(path, { ...body, properties });
    expect(after.properties.publishingProfile).toEqual(before.properties.publishingProfile);
  });

  it("never removes the source region, whatever the safety profile says", async () => {
    const path = await published(versionBody([region("westus"), region("eastus2")]));
    const { status, body } = await written(
      path,
      versionBody([region("eastus2")], {
        safetyProfile: { allowDeletionOfReplicatedLocations: true },
      }),
    );
    expect(status).toBe(400);
    expect(body.error.message).toContain("must contain the location of image version West US");
  });

  it("refuses in a PATCH what it refuses in a PUT", async () => {
    const path = await published(versionBody([region("westus")]));
    const targetRegions = [region("westus"), { name: "eastus2" }];
    const patch = { properties: { publishingProfile: { targetRegions } } };
    const { body } = await written(path, patch, "PATCH");
    expect(body.error.message).toContain("A disk encryption set is required for disk");
    const source = { properties: { storageProfile: { source: { id: image("otherImage") } } } };
    expect((await written(path, source, "PATCH")).body.error.code).toBe("PropertyChangeNotAllowed");
  });

  it("fails every further write once a set that a region uses is gone", async () => {
    const path = await published(versionBody([region("westus")]));
    expect((await arm.call("DELETE", des("westus-data"))).status).toBe(202);
    await arm.pass(60);
    const { status, body } = await written(path, versionBody([region("westus")]));
    expect(status).toBe(400);
    expect(body.error.message).toBe(`The disk encryption set ${des("westus-data")} was not found`);
  });
});
