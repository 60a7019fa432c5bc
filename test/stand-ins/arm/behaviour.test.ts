import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import {
  COMPUTE,
  DEFINITION,
  image,
  region,
  SUBSCRIPTION,
  testWorld,
  versionBody,
} from "./support/worlds";

const PATH = `${DEFINITION}/versions/1.0.0`;
const WITH_STATUS = `${PATH}?$expand=ReplicationStatus&api-version=2025-03-03`;
const BOTH = [region("westus"), region("eastus2")];
const EXISTING = `
versions:
  - name: 1.0.0
    definition: MyImage
    gallery: MyGallery
    location: westus
    properties:
      storageProfile: { source: { id: ${image("myImage")} } }
      publishingProfile: { targetRegions: [{ name: westus }, { name: East US 2 }] }
    failedRegions: { East US 2: "it was full" }
vhds:
  - { uri: "https://store.blob.core.windows.net/vhds/os.vhd", sizeGb: 20 }
`;

describe("the world's switches", () => {
  let arm: ArmFixture | undefined;
  const start = async (behaviour: string, more = "", speed = 1): Promise<ArmFixture> => {
    const world = testWorld(more).replace("retryAfter: none, pageSize: 3", behaviour);
    return (arm = await startArm({ world, speed }));
  };
  /** Publishes two encrypted regions and returns what a repeated PUT without encryption answers. */
  const updateWithoutEncryption = async (server: ArmFixture) => {
    await server.call("PUT", PATH, versionBody(BOTH));
    await server.pass(1000);
    return await server.call("PUT", PATH, versionBody(BOTH.map(({ name }) => ({ name }))));
  };
  afterEach(async () => {
    await arm?.stop();
    if (arm !== undefined) discard(arm);
  });

  it("deny by policy an update that leaves encryption out", async () => {
    const answer = await updateWithoutEncryption(await start("updateWithoutEncryption: refuse"));
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: "RequestDisallowedByPolicy" } },
    });
  });

  it("say Succeeded before every region is complete", async () => {
    const server = await start("succeeds: withSourceRegion");
    await server.call("PUT", PATH, versionBody(BOTH));
    await server.pass(421);
    const { properties } = (await server.call("GET", WITH_STATUS)).body;
    expect(properties.provisioningState).toBe("Succeeded");
    expect(properties.replicationStatus).toMatchObject({
      aggregatedState: "InProgress",
      summary: [{ state: "Completed" }, { state: "Replicating" }],
    });
  });

  it("remove a region without being allowed to, as older services did", async () => {
    const server = await start("regionRemoval: silent");
    await server.call("PUT", PATH, versionBody(BOTH));
    await server.pass(1000);
    const answer = await server.call("PUT", PATH, versionBody([region("westus")]));
    expect(answer.status).toBe(200);
  });

  it("know of a deleted version for a while, when its definition is to be deleted", async () => {
    const server = await start("pageSize: 3", "clock: { parentDeleteLagSeconds: 120 }");
    await server.call("PUT", PATH, versionBody(BOTH));
    await server.pass(1000);
    await server.call("DELETE", PATH);
    await server.pass(150);
    expect((await server.call("GET", PATH)).status).toBe(404);
    expect((await server.call("DELETE", DEFINITION)).body.error.code).toBe("CannotDeleteResource");
    await server.pass(120);
    expect((await server.call("DELETE", DEFINITION)).status).toBe(202);
  });

  it("write regions the other way round", async () => {
    const server = await start("regionNames: short, summaryRegionNames: display");
    await server.call("PUT", PATH, versionBody(BOTH));
    const { properties } = (await server.call("GET", WITH_STATUS)).body;
    expect(properties.publishingProfile.targetRegions[1].name).toBe("eastus2");
    expect(properties.replicationStatus.summary[1].region).toBe("East US 2");
  });

  it.each([
    ["retryAfter: auto", 1, undefined],
    ["retryAfter: auto", 2, "1"],
    ["retryAfter: none", 2, undefined],
    ["retryAfter: 7", 1, "7"],
  ])("with %s at speed %d ask for a wait of %s seconds", async (behaviour, speed, expected) => {
    const server = await start(behaviour, "", speed);
    const created = await server.call("PUT", PATH, versionBody(BOTH));
    expect(created.headers["retry-after"]).toBe(expected);
    const polled = await server.call("GET", String(created.headers["azure-asyncoperation"]));
    expect(polled.headers["retry-after"]).toBe(expected);
  });
});

describe("a world with existing versions and VHDs", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld(EXISTING) });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it("has the version as if it had been published, failed regions included", async () => {
    const { properties } = (await arm.call("GET", WITH_STATUS)).body;
    expect(properties.provisioningState).toBe("Succeeded");
    expect(properties.storageProfile.dataDiskImages).toHaveLength(1);
    expect(properties.replicationStatus.summary).toMatchObject([
      { region: "westus", state: "Completed" },
      { region: "eastus2", state: "Failed", details: "it was full" },
    ]);
  });

  it("makes a version from another version, with its LUNs, and from a VHD", async () => {
    const path = (version: string) => `${DEFINITION}/versions/${version}`;
    const source = { source: { id: PATH } };
    const copy = versionBody([{ name: "westus" }], { storageProfile: source });
    expect((await arm.call("PUT", path("1.0.1"), copy)).status).toBe(201);
    await arm.pass(1000);
    const { properties } = (await arm.call("GET", path("1.0.1"))).body;
    expect(properties.storageProfile.dataDiskImages).toMatchObject([{ lun: 0, sizeInGB: 10 }]);
    const vhd = (name: string) => ({
      osDiskImage: {
        source: {
          uri: `https://store.blob.core.windows.net/vhds/${name}.vhd`,
          storageAccountId: `${COMPUTE.replace("Compute", "Storage")}/storageAccounts/store`,
        },
      },
    });
    const fromVhd = (name: string) =>
      versionBody([{ name: "westus" }], { storageProfile: vhd(name) });
    expect((await arm.call("PUT", path("1.0.2"), fromVhd("none"))).status).toBe(400);
    expect((await arm.call("PUT", path("1.0.2"), fromVhd("os"))).status).toBe(201);
  });

  it("lists versions in the order of their numbers", async () => {
    for (const version of ["1.10.0", "1.2.0"])
      await arm.call("PUT", `${DEFINITION}/versions/${version}`, versionBody([{ name: "westus" }]));
    const names: string[] = [];
    const client = arm.client(SUBSCRIPTION);
    const place = ["myResourceGroup", "MyGallery", "MyImage"] as const;
    for await (const { name } of client.galleryImageVersions.listByGalleryImage(...place))
      names.push(name ?? "");
    expect(names.indexOf("1.10.0")).toBe(names.indexOf("1.2.0") + 1);
  });

  it("is refused when the service would have refused the version, with its line", async () => {
    const bad = testWorld(EXISTING.replace("images/myImage", "images/missing"));
    await expect(startArm({ world: bad })).rejects.toThrow(
      /world\.yaml:\d+: versions\[0\]: the service would refuse this version: Source .* is not found/,
    );
  });
});
