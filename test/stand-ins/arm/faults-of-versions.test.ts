import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { DEFINITION, region, testWorld, versionBody } from "./support/worlds";

const BODY = versionBody([region("westus"), region("eastus2")]);
const DETAILS = "Replication failed in this region due to 'not enough capacity'";
/** Longer than anything takes in the test world. */
const LONG_S = 1000;

describe("faults of versions", () => {
  let arm: ArmFixture;
  let count = 0;
  const world = testWorld(`
faults:
  - replication: { version: 9.0.0, region: East US 2, details: "${DETAILS}", provisioningState: Succeeded, times: 2 }
`);
  beforeAll(async () => (arm = await startArm({ world })));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const next = () => {
    const version = `1.${++count}.0`;
    return { version, path: `${DEFINITION}/versions/${version}` };
  };
  const add = (fault: unknown) => arm.control("POST", "/faults", fault);
  const read = async (path: string) =>
    (await arm.call("GET", `${path}?$expand=ReplicationStatus&api-version=2025-03-03`)).body
      .properties;
  const states = async (path: string): Promise<string[]> =>
    (await read(path)).replicationStatus.summary.map((entry: { state: string }) => entry.state);
  const created = async (path: string) => {
    const { headers } = await arm.call("PUT", path, BODY);
    const url = String(headers["azure-asyncoperation"]);
    return { operation: () => arm.call("GET", url) };
  };

  it("of the world file: a region fails twice, in replicationStatus only, and the third PUT mends it", async () => {
    const path = `${DEFINITION}/versions/9.0.0`;
    const { operation } = await created(path);
    await arm.pass(LONG_S);
    expect((await operation()).body.status).toBe("Succeeded");
    const failed = await read(path);
    expect(failed.provisioningState).toBe("Succeeded");
    expect(failed.replicationStatus).toEqual({
      aggregatedState: "Failed",
      summary: [
        { region: "westus", state: "Completed", details: "", progress: 100 },
        { region: "eastus2", state: "Failed", details: DETAILS, progress: 60 },
      ],
    });
    for (const aggregatedState of ["Failed", "Completed"]) {
      expect((await arm.call("PUT", path, BODY)).status).toBe(200);
      await arm.pass(LONG_S);
      expect((await read(path)).replicationStatus.aggregatedState).toBe(aggregatedState);
    }
  });

  it("a region can fail the whole operation with Azure's ValidationError", async () => {
    const { version, path } = next();
    await add({ replication: { version, region: "eastus2", details: DETAILS, times: 1 } });
    const { operation } = await created(path);
    await arm.pass(LONG_S);
    expect((await operation()).body).toMatchObject({
      status: "Failed",
      error: {
        code: "ValidationError",
        message: `Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: '{region:eastus2, detail:${DETAILS}}'. If retry does not work, then please do an update by removing the failed regions and update again by adding them back.`,
      },
    });
    expect((await read(path)).provisioningState).toBe("Failed");
    expect(await states(path)).toEqual(["Completed", "Failed"]);
  });

  it("a version ends Failed with the given code, which the SDK reports", async () => {
    const { version, path } = next();
    await add({ operation: { version, code: "InternalOperationError", message: "it broke" } });
    const poller = arm.client().galleryImageVersions.createOrUpdate(
      "myResourceGroup",
      "MyGallery",
      "MyImage",
      version,
      {
        location: "westus",
        publishingProfile: BODY.properties.publishingProfile,
        storageProfile: BODY.properties.storageProfile,
      },
      { updateIntervalInMs: 2 },
    );
    await poller.submitted();
    await arm.pass(100);
    await expect(poller.pollUntilDone()).rejects.toThrow("it broke");
    expect((await read(path)).provisioningState).toBe("Failed");
    expect(await states(path)).toEqual(["Failed", "Failed"]);
  });

  it("KeyVaultAccessForbidden names the key and the set of the region", async () => {
    const { version, path } = next();
    await add({ keyVaultAccessForbidden: { version, region: "eastus2" } });
    const { operation } = await created(path);
    await arm.pass(LONG_S);
    const { error } = (await operation()).body;
    expect(error.code).toBe("KeyVaultAccessForbidden");
    expect(error.message).toMatch(
      /^Unable to access key vault resource 'https:\/\/[^']+' to enable encryption at rest\. Please grant get, wrap and unwrap key permissions to disk encryption set 'eastus2-os'\./,
    );
    expect((await read(path)).provisioningState).toBe("Failed");
  });

  it("a stuck region stands still with its operation until the fault is cleared, then goes on from there", async () => {
    const { version, path } = next();
    const fault = await add({ stuckReplication: { version, region: "eastus2", at: 0.5 } });
    const { operation } = await created(path);
    await arm.pass(100 * LONG_S);
    expect((await operation()).body.status).toBe("InProgress");
    expect(await read(path)).toMatchObject({
      provisioningState: "Creating",
      replicationStatus: {
        aggregatedState: "InProgress",
        summary: [{ state: "Completed" }, { state: "Replicating", progress: 50 }],
      },
    });
    await arm.stop();
    arm = await startArm({ world, directory: arm.directory });
    await arm.control("DELETE", `/faults/${fault.key}`);
    expect(await states(path)).toEqual(["Completed", "Replicating"]);
    await arm.pass(100);
    expect((await read(path)).replicationStatus.summary[1].progress).toBeGreaterThan(50);
    await arm.pass(LONG_S);
    expect(await states(path)).toEqual(["Completed", "Completed"]);
    expect((await read(path)).provisioningState).toBe("Succeeded");
  });

  it("cleared before it got so far, a stuck region loses no time", async () => {
    const { version, path } = next();
    const fault = await add({ stuckReplication: { version, at: 0.9 } });
    await created(path);
    await arm.pass(60);
    await arm.control("DELETE", `/faults/${fault.key}`);
    await arm.pass(420 - 60);
    expect((await states(path))[0]).toBe("Completed");
  });

  it("Succeeded is said before the regions are there", async () => {
    const { version, path } = next();
    await add({ earlySuccess: { version, afterSeconds: 60 } });
    const { operation } = await created(path);
    await arm.pass(59);
    expect((await read(path)).provisioningState).toBe("Creating");
    await arm.pass(1);
    expect((await operation()).body.status).toBe("Succeeded");
    expect((await read(path)).provisioningState).toBe("Succeeded");
    expect(await states(path)).toEqual(["Replicating", "Replicating"]);
    await arm.pass(LONG_S);
    expect(await states(path)).toEqual(["Completed", "Completed"]);
  });

  it("an operation's URL expires after so many polls, and the version goes on", async () => {
    const { version, path } = next();
    await add({ expiredOperation: { version, afterCalls: 1 } });
    const { operation } = await created(path);
    const other = await created(next().path);
    expect((await operation()).status).toBe(200);
    expect(await operation()).toMatchObject({ status: 404, body: { error: { code: "NotFound" } } });
    expect((await other.operation()).status).toBe(200);
    await arm.pass(LONG_S);
    expect((await read(path)).provisioningState).toBe("Succeeded");
  });

  it("writes are counted: the first is let through", async () => {
    const { version, path } = next();
    const fault = { version, code: "Broken", message: "it broke", afterCalls: 1 };
    await add({ operation: { ...fault, gallery: "OtherGallery" } });
    await add({ operation: fault });
    await created(path);
    await arm.pass(LONG_S);
    expect((await read(path)).provisioningState).toBe("Succeeded");
    await arm.call("PUT", path, BODY);
    await arm.pass(LONG_S);
    expect((await read(path)).provisioningState).toBe("Failed");
  });
});
