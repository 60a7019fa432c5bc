import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, image, SUBSCRIPTION, testWorld } from "./support/worlds";

const GROUPS = `/subscriptions/${SUBSCRIPTION}/resourceGroups`;
const VERSION = `${DEFINITION}/versions/1.0.0`;
const SOURCE = { source: { id: image("myImage") } };
const profile = (more: object) => ({ publishingProfile: more, storageProfile: SOURCE });
const target = (more: object) => profile({ targetRegions: [{ name: "westus", ...more }] });
const encryption = (more: object) => target({ encryption: more });
const storage = (more: object) => ({ storageProfile: { ...SOURCE, ...more } });
const LINUX = {
  osType: "Linux",
  osState: "Generalized",
  identifier: { publisher: "a", offer: "b", sku: "c" },
};
const KEY = { keyUrl: "https://kv.vault.azure.net/keys/a/1" };

describe("members of bodies", () => {
  let arm: ArmFixture;
  beforeAll(async () => (arm = await startArm({ world: testWorld() })));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  async function refused(path: string, body: object, words: string): Promise<void> {
    const answer = await arm.call("PUT", path, { location: "westus", ...body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent" } },
    });
    expect(answer.body.error.message).toContain(words);
    expect((await arm.call("GET", path)).status).toBe(404);
  }

  it.each([
    [{ publishingProfil: {} }, "publishingProfil", "GalleryImageVersionProperties"],
    [profile({ targetRegion: [] }), "targetRegion", "GalleryImageVersionPublishingProfile"],
    [target({ regionalReplicaCounts: 3 }), "regionalReplicaCounts", "TargetRegion"],
    [target({ storageAcountType: "Standard_LRS" }), "storageAcountType", "TargetRegion"],
    [
      target({ additionalReplicaSets: [{ regionalReplicaCounts: 1 }] }),
      "regionalReplicaCounts",
      "AdditionalReplicaSet",
    ],
    [encryption({ osDisk: {} }), "osDisk", "EncryptionImages"],
    [
      encryption({ osDiskImage: { diskEncryptionSet: "x" } }),
      "diskEncryptionSet",
      "OSDiskImageEncryption",
    ],
    [
      encryption({ osDiskImage: { securityProfile: { type: "x" } } }),
      "type",
      "OSDiskImageSecurityProfile",
    ],
    [encryption({ dataDiskImages: [{ lun: 0, set: "x" }] }), "set", "DataDiskImageEncryption"],
    [storage({ osDisk: {} }), "osDisk", "GalleryImageVersionStorageProfile"],
    [{ storageProfile: { source: { ids: "x" } } }, "ids", "GalleryArtifactVersionFullSource"],
    [storage({ osDiskImage: { caching: "None" } }), "caching", "GalleryOSDiskImage"],
    [
      { storageProfile: { osDiskImage: { source: { url: "x" } } } },
      "url",
      "GalleryDiskImageSource",
    ],
    [
      { safetyProfile: { allowDeletion: true } },
      "allowDeletion",
      "GalleryImageVersionSafetyProfile",
    ],
    [{ securityProfile: { uefi: {} } }, "uefi", "ImageVersionSecurityProfile"],
  ])("a version's %j is refused: there is no such member", async (properties, member, type) => {
    const words = `'Could not find member '${member}' on object of type '${type}'. Path '`;
    await refused(VERSION, { properties }, words);
  });

  it("a version's member beside properties that isn't there is refused", () =>
    refused(VERSION, { property: {} }, "Could not find member 'property' on object of type"));

  it.each([
    [target({ regionalReplicaCount: "3" }), "targetRegions[0].regionalReplicaCount"],
    [target({ excludeFromLatest: "no" }), "targetRegions[0].excludeFromLatest"],
    [profile({ targetExtendedLocations: "x" }), "publishingProfile.targetExtendedLocations"],
    [profile({ endOfLifeDate: "banana" }), "publishingProfile.endOfLifeDate"],
    [storage({ dataDiskImages: [{ lun: "0" }] }), "storageProfile.dataDiskImages[0].lun"],
  ])("a version's %j is refused: it is of another type", async (properties, path) => {
    await refused(VERSION, { properties }, path);
  });

  it("a feature that begins at no version is refused", async () => {
    const features = [{ name: "SecurityType", value: "ConfidentialVM", startsAtVersion: "abc" }];
    const path = `${COMPUTE}/galleries/MyGallery/images/New`;
    const body = { location: "westus", properties: { ...LINUX, features } };
    const answer = await arm.call("PUT", path, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "InvalidParameter" } } });
    expect(answer.body.error.message).toContain("startsAtVersion");
    expect((await arm.call("GET", path)).status).toBe(404);
  });

  it.each([
    ["galleries", "bad name", "Good_1.x"],
    ["galleries", "bad-name", "g"],
    ["galleries", ".bad", "Good.Name"],
    ["galleries", "a".repeat(81), "a".repeat(80)],
    ["galleries/MyGallery/images", "bad!", "good-name.1"],
    ["diskEncryptionSets", "bad name!", "good-name_1"],
  ])("in %s nothing is called %p, but %p", async (type, bad, good) => {
    const properties = {
      galleries: {},
      diskEncryptionSets: { activeKey: KEY },
      "galleries/MyGallery/images": {
        ...LINUX,
        identifier: { publisher: "a", offer: "b", sku: good },
      },
    }[type];
    const put = (name: string) =>
      arm.call("PUT", `${COMPUTE}/${type}/${encodeURIComponent(name)}`, {
        location: "westus",
        properties,
      });
    expect(await put(bad)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidResourceName" } },
    });
    expect((await put(good)).status).toBeLessThan(300);
  });

  it("no group's name ends in a dot", async () => {
    const put = (name: string) =>
      arm.call("PUT", `${GROUPS}/${name}`, { location: "westus" }).then(({ status }) => status);
    expect([await put("dot."), await put("do.t-(1)_")]).toEqual([400, 201]);
  });

  it("a definition keeps its identifier", async () => {
    const path = `${COMPUTE}/galleries/MyGallery/images/Fixed`;
    const put = (sku: string) =>
      arm.call("PUT", path, {
        location: "westus",
        properties: { ...LINUX, identifier: { publisher: "p", offer: "o", sku } },
      });
    expect((await put("fixed")).status).toBe(201);
    await arm.pass(100);
    expect(await put("other")).toMatchObject({
      status: 409,
      body: { error: { code: "PropertyChangeNotAllowed" } },
    });
    expect((await put("fixed")).status).toBe(200);
  });

  it("a LUN that no disk can have is refused", async () => {
    const disk = (name: string) => ({ source: { id: `${COMPUTE}/snapshots/${name}` } });
    const storageProfile = {
      osDiskImage: disk("myOSSnapshot"),
      dataDiskImages: [{ lun: -1, ...disk("myDDSnapshot") }],
    };
    const body = { location: "westus", properties: { storageProfile } };
    const answer = await arm.call("PUT", VERSION, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "InvalidParameter" } } });
  });

  it.each([
    [
      "galleries/New",
      { properties: { descriptio: "x" } },
      "'descriptio' on object of type 'GalleryP",
    ],
    ["galleries/New", { tags: { a: 1 } }, "tags.a"],
    ["galleries/New", { identity: 5 }, "identity"],
    ["galleries/New", { properties: { softDeletePolicy: { enabled: true } } }, "'enabled'"],
    ["galleries/New", { properties: { sharingProfile: { permissions: 1 } } }, "permissions"],
    [
      "galleries/MyGallery/images/New",
      { properties: { ...LINUX, recommended: { vCPUs: { min: "a" } } } },
      "recommended.vCPUs.min",
    ],
    [
      "galleries/MyGallery/images/New",
      { properties: { ...LINUX, endOfLifeDate: "banana" } },
      "endOfLifeDate",
    ],
    ["galleries/MyGallery/images/New", { properties: { ...LINUX, ostype: "Linux" } }, "'ostype'"],
    ["diskEncryptionSets/New", { properties: { activeKey: { keyUrl: "not a url" } } }, "keyUrl"],
    [
      "diskEncryptionSets/New",
      { properties: { activeKey: KEY, rotateToLatest: true } },
      "'rotateToLatest' on object of type 'EncryptionSetProperties'",
    ],
    ["disks/New", { tags: { a: 1 } }, "tags.a"],
  ])("%s with %j is refused, and nothing is made", (path, body, words) =>
    refused(`${COMPUTE}/${path}`, body, words),
  );

  it("members and values of the newest model are taken", async () => {
    const definition = `${COMPUTE}/galleries/MyGallery/images/Newest`;
    const features = [{ name: "SecurityType", value: "Standard", startsAtVersion: "2.0.0" }];
    const properties = { ...LINUX, hyperVGeneration: "V2", features };
    const made = await arm.call("PUT", definition, { location: "westus", properties });
    expect(made).toMatchObject({ status: 201, body: { properties: { features } } });
    const body = {
      location: "westus",
      properties: target({ storageAccountType: "PremiumV2_LRS" }),
    };
    const version = await arm.call("PUT", `${definition}/versions/1.0.0`, body);
    expect(version.status).toBe(201);
    expect(version.body.properties.publishingProfile.targetRegions[0]).toMatchObject({
      storageAccountType: "PremiumV2_LRS",
    });
  });

  it("what a client sends back as it was answered is taken, and its read-only members are ignored", async () => {
    const made = { location: "westus", properties: storage({}) };
    expect((await arm.call("PUT", VERSION, made)).status).toBe(201);
    await arm.pass(1000);
    const expanded = `${VERSION}?api-version=2025-03-03&$expand=ReplicationStatus`;
    const answered = (await arm.call("GET", expanded)).body;
    expect(answered.properties.storageProfile.osDiskImage.sizeInGB).toBe(30);
    const changed = structuredClone(answered);
    changed.properties.publishingProfile.publishedDate = "2001-01-01T00:00:00Z";
    changed.properties.storageProfile.osDiskImage.sizeInGB = 1;
    changed.systemData = {};
    expect((await arm.call("PUT", VERSION, changed)).status).toBe(200);
    await arm.pass(1000);
    expect((await arm.call("GET", expanded)).body).toEqual(answered);
    for (const path of ["galleries/MyGallery", "galleries/MyGallery/images/MyImage"]) {
      const { body } = await arm.call("GET", `${COMPUTE}/${path}`);
      const again = await arm.call("PUT", `${COMPUTE}/${path}`, body);
      expect(again.status).toBe(200);
    }
    const set = await arm.call("GET", `${COMPUTE}/diskEncryptionSets/westus-os`);
    const path = `${COMPUTE}/diskEncryptionSets/westus-os`;
    expect((await arm.call("PUT", path, set.body)).status).toBe(202);
  });
});
