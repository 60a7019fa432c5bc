import { readFileSync } from "node:fs";
import { join } from "node:path";
import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, image } from "./support/worlds";

const sample = (name: string): string =>
  readFileSync(join(__dirname, "../../../samples", name), "utf8");
const PATH = `${DEFINITION}/versions/1.0.0`;
const WITH_STATUS = `${PATH}?$expand=ReplicationStatus&api-version=2025-03-03`;

/** A region as the customer's document encrypts it: one set per disk. */
const region = (name: string, [os, data]: [string, string]) => ({
  name,
  encryption: {
    osDiskImage: { diskEncryptionSetId: des(os) },
    dataDiskImages: [{ lun: 0, diskEncryptionSetId: des(data) }],
  },
});
const pair = (name: string): [string, string] => [
  `${name}DiskEncryptionSet1`,
  `${name}DiskEncryptionSet2`,
];
const body = (targetRegions: unknown[], storageProfile?: object) => ({
  location: "westus",
  properties: {
    publishingProfile: { targetRegions },
    storageProfile: storageProfile ?? { source: { id: image("myImage") } },
  },
});
const snapshot = (name: string) => ({ source: { id: `${COMPUTE}/snapshots/${name}` } });
const SNAPSHOTS = {
  osDiskImage: snapshot("myOSSnapshot"),
  dataDiskImages: [{ lun: 0, ...snapshot("myDDSnapshot") }],
};

describe("the sample worlds", () => {
  let arm: ArmFixture | undefined;
  let now = Date.now();
  const start = async (name: string): Promise<ArmFixture> =>
    (arm = await startArm({ world: sample(name), wall: () => now }));
  afterEach(async () => {
    await arm?.stop();
    if (arm !== undefined) discard(arm);
  });

  it("publish the document's first example within five to six seconds, visibly", async () => {
    const server = await start("world.yaml");
    const regions = [region("westus", pair("WestUS")), region("eastus2", pair("EastUS2"))];
    const created = await server.call("PUT", PATH, body(regions));
    expect(created.status).toBe(201);
    expect(created.headers["retry-after"]).toBe("1");
    const seen: number[][] = [];
    for (let second = 0; second < 7; second++) {
      const { properties } = (await server.call("GET", WITH_STATUS)).body;
      const done = properties.provisioningState === "Succeeded";
      seen.push(
        properties.replicationStatus.summary.map((one: { progress: number }) => one.progress),
      );
      expect(done).toBe(second >= 6);
      now += 1000;
    }
    expect(seen).toEqual([
      [0, 0],
      [21, 18],
      [42, 37],
      [64, 55],
      [85, 74],
      [100, 93],
      [100, 100],
    ]);
  });

  it("have the snapshots and the sets of East US for the document's second example", async () => {
    const server = await start("world.yaml");
    const west = region("westus", pair("WestUS"));
    // As printed in the document, the sets of East US 2 stand beside eastus: a slip.
    const slip = body([west, region("eastus", pair("EastUS2"))], SNAPSHOTS);
    expect((await server.call("PUT", PATH, slip)).body.error.message).toContain(
      "'East US 2' but it must be in the target region 'East US'",
    );
    const mended = body([west, region("eastus", pair("EastUS"))], SNAPSHOTS);
    expect((await server.call("PUT", PATH, mended)).status).toBe(201);
  });

  it("refuse the first example where a set is missing, and nothing is written", async () => {
    const server = await start("world-missing-des.yaml");
    const west = region("westus", pair("WestUS"));
    const refused = await server.call(
      "PUT",
      PATH,
      body([west, region("eastus2", pair("EastUS2"))]),
    );
    expect(refused.body.error.message).toBe(
      `The disk encryption set ${des("EastUS2DiskEncryptionSet2")} was not found`,
    );
    expect((await server.call("GET", PATH)).status).toBe(404);
    expect((await server.call("PUT", PATH, body([west]))).status).toBe(201);
  });

  it("let two of forty regions fail although provisioningState is Succeeded", async () => {
    const server = await start("world-40-regions.yaml");
    const sets = await server.call("GET", `${COMPUTE}/diskEncryptionSets`);
    const regions = (sets.body.value as { name: string; location: string }[])
      .filter(({ name }) => name.endsWith("-os"))
      .map(({ location }) => region(location, [`des-${location}-os`, `des-${location}-data0`]));
    expect(regions).toHaveLength(40);
    expect((await server.call("PUT", PATH, body(regions))).status).toBe(201);
    now += 8000;
    const { properties } = (await server.call("GET", WITH_STATUS)).body;
    expect(properties.provisioningState).toBe("Succeeded");
    const summary = properties.replicationStatus.summary as Record<string, string>[];
    const failed = summary.filter(({ state }) => state === "Failed");
    expect(failed.map((one) => one["region"]).sort()).toEqual(["japanwest", "norwayeast"]);
    for (const one of failed) expect(one["details"]).toContain("Replication failed in this region");
    expect(summary.filter(({ state }) => state === "Completed")).toHaveLength(38);
  });
});
