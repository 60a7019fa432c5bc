import { discard, LOGGED_CALLER as OURS, startArm, type ArmFixture } from "./support/arm-fixture";
import { DEFINITION, image, region, testWorld, versionBody } from "./support/worlds";

const BODY = versionBody([region("westus"), region("eastus2")]);
const LONG_S = 1000;

describe("a foreign writer", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => (arm = await startArm({ world: testWorld() })));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const next = () => {
    const version = `1.${++count}.0`;
    return { version, path: `${DEFINITION}/versions/${version}` };
  };
  /** A version that is there, with nothing in flight. */
  const existing = async () => {
    const one = next();
    expect((await arm.call("PUT", one.path, BODY)).status).toBe(201);
    await arm.pass(LONG_S);
    return one;
  };
  const add = (foreignWriter: unknown) => arm.control("POST", "/faults", { foreignWriter });
  const regions = async (path: string): Promise<[string, number][]> =>
    (await arm.call("GET", path)).body.properties.publishingProfile.targetRegions.map(
      (one: { name: string; regionalReplicaCount: number }) => [one.name, one.regionalReplicaCount],
    );
  const writes = async (path: string) => {
    const { requests } = await arm.control("GET", `/requests?pathContains=${path}`);
    return requests
      .filter(({ method }: { method: string }) => method !== "GET")
      .map(({ method, status, caller }: Record<string, unknown>) => [method, status, caller]);
  };
  const HIS = {
    oid: "66666666-6666-6666-6666-666666666666",
    appid: "77777777-7777-7777-7777-777777777777",
  };

  it("changes a replica count after the n-th GET, under a name of his own in the request log", async () => {
    const { version, path } = await existing();
    await add({ version, afterCalls: 1, replicaCount: { region: "westus", count: 5 } });
    for (const replicas of [1, 1, 5])
      expect(await regions(path)).toEqual([
        ["West US", replicas],
        ["East US 2", 1],
      ]);
    expect(await writes(path)).toEqual([
      ["PUT", 201, OURS],
      ["PUT", 200, HIS],
    ]);
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Updating");
  });

  it("between a GET and a PUT adds a region: the PUT without it meets his operation", async () => {
    const { version, path } = await existing();
    await add({ version, method: "PUT", moment: "before", addRegion: region("northeurope") });
    expect((await arm.call("PUT", path, BODY)).body.error.code).toBe("Conflict");
    expect((await regions(path)).map(([name]) => name)).toContain("North Europe");
  });

  it("whose operation is over at once leaves a PUT that would remove his region", async () => {
    const { version, path } = await existing();
    const caller = { oid: "somebody", appid: "else" };
    const change = { addRegion: region("northeurope"), settled: true, caller };
    await add({ version, method: "PUT", moment: "before", ...change });
    const refused = await arm.call("PUT", path, BODY);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain("North Europe");
    const body = versionBody([region("westus"), region("eastus2"), region("northeurope")]);
    expect((await arm.call("PUT", path, body)).status).toBe(200);
    expect(await writes(path)).toEqual([
      ["PUT", 201, OURS],
      ["PUT", 200, caller],
      ["PUT", 400, OURS],
      ["PUT", 200, OURS],
    ]);
  });

  it("removes a region, but waits while an operation is in flight", async () => {
    const { version, path } = next();
    await add({ version, removeRegion: "eastus2" });
    await arm.call("PUT", path, BODY);
    await arm.call("GET", path);
    expect(await regions(path)).toHaveLength(2);
    expect(await writes(path)).toHaveLength(1);
    await arm.pass(LONG_S);
    await arm.call("GET", path);
    expect(await regions(path)).toHaveLength(1);
    const { faults } = await arm.control("GET", "/faults");
    expect(faults.at(-1)).toMatchObject({ struck: 1 });
  });

  it("takes a version number after somebody has seen that it is free", async () => {
    const { version, path } = next();
    const source = { storageProfile: { source: { id: image("otherImage") } } };
    await add({ version, put: versionBody([region("westus")], source), settled: true });
    expect((await arm.call("GET", path)).status).toBe(404);
    const refused = await arm.call("PUT", path, versionBody([region("westus")]));
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: "PropertyChangeNotAllowed" } },
    });
  });

  it("deletes a version", async () => {
    const { version, path } = await existing();
    await add({ version, delete: true });
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Succeeded");
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Deleting");
    await arm.pass(LONG_S);
    expect((await arm.call("GET", path)).status).toBe(404);
  });

  it("puts another image under a version's number, before anybody has another turn", async () => {
    const { version, path } = await existing();
    const source = { storageProfile: { source: { id: image("otherImage") } } };
    await add({ version, replace: versionBody([region("westus")], source) });
    expect(await regions(path)).toHaveLength(2);
    const { properties } = (await arm.call("GET", path)).body;
    expect(properties.storageProfile.source.id).toBe(image("otherImage"));
    expect(properties.provisioningState).toBe("Creating");
    expect((await writes(path)).slice(1)).toEqual([
      ["DELETE", 202, HIS],
      ["PUT", 201, HIS],
    ]);
  });

  it("isn't set off by a look at what there is, which is no call of Azure's", async () => {
    const { version, path } = await existing();
    await add({ version, replicaCount: { region: "westus", count: 5 } });
    const before = await arm.control("GET", "/requests");
    const { versions } = await arm.control("GET", "/versions");
    expect(versions.find(({ id }: { id: string }) => id === path)).toMatchObject({
      properties: {
        provisioningState: "Succeeded",
        replicationStatus: {
          summary: [
            { region: "westus", state: "Completed" },
            { region: "eastus2", state: "Completed" },
          ],
        },
      },
    });
    expect(await arm.control("GET", "/requests")).toEqual(before);
    await arm.call("GET", path);
    expect((await regions(path))[0]).toEqual(["West US", 5]);
  });

  it("is refused like anybody else, and that is logged too", async () => {
    const { version, path } = await existing();
    await add({ version, addRegion: { name: "northeurope" } });
    await arm.call("GET", path);
    expect((await writes(path)).at(-1)).toEqual(["PUT", 400, HIS]);
    expect(await regions(path)).toHaveLength(2);
  });
});
