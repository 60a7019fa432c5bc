import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, region, testWorld, versionBody } from "./support/worlds";

const BODY = versionBody([region("westus"), region("eastus2")]);
const GALLERY = `${COMPUTE}/galleries/MyGallery`;
const DETAILS = "Replication failed in this region due to 'not enough capacity'";

describe("faults", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => {
    arm = await startArm({
      world: testWorld(`
faults:
  - replication: { version: 9.0.0, region: East US 2, details: "${DETAILS}", provisioningState: Succeeded, times: 1 }
`),
    });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const nextPath = (): string => `${DEFINITION}/versions/1.${++count}.0`;
  const status = async (path: string) =>
    (await arm.call("GET", `${path}?$expand=ReplicationStatus&api-version=2025-03-03`)).body
      .properties;

  it("of the world file: a region fails in replicationStatus only, and a repeated PUT mends it", async () => {
    const path = `${DEFINITION}/versions/9.0.0`;
    const created = await arm.call("PUT", path, BODY);
    await arm.pass(1000);
    const operation = await arm.call("GET", String(created.headers["azure-asyncoperation"]));
    expect(operation.body.status).toBe("Succeeded");
    const failed = await status(path);
    expect(failed.provisioningState).toBe("Succeeded");
    expect(failed.replicationStatus).toEqual({
      aggregatedState: "Failed",
      summary: [
        { region: "westus", state: "Completed", details: "", progress: 100 },
        { region: "eastus2", state: "Failed", details: DETAILS, progress: 60 },
      ],
    });
    expect((await arm.call("PUT", path, BODY)).status).toBe(200);
    await arm.pass(1000);
    expect((await status(path)).replicationStatus.aggregatedState).toBe("Completed");
  });

  it("a region can fail the whole operation with Azure's ValidationError", async () => {
    const path = nextPath();
    const fault = { region: "eastus2", details: DETAILS, times: 1 };
    await arm.control("POST", "/faults", { replication: fault });
    const created = await arm.call("PUT", path, BODY);
    await arm.pass(1000);
    const operation = await arm.call("GET", String(created.headers["azure-asyncoperation"]));
    expect(operation.body).toMatchObject({
      status: "Failed",
      error: {
        code: "ValidationError",
        message: `Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: '{region:eastus2, detail:${DETAILS}}'. If retry does not work, then please do an update by removing the failed regions and update again by adding them back.`,
      },
    });
    const failed = await status(path);
    expect(failed.provisioningState).toBe("Failed");
    expect(failed.replicationStatus.summary[0].state).toBe("Completed");
    await arm.call("PUT", path, BODY);
    await arm.pass(1000);
    expect((await status(path)).provisioningState).toBe("Succeeded");
  });

  it("an operation fails with the given code, which the SDK reports", async () => {
    const error = { code: "KeyVaultAccessForbidden", message: "Unable to access key vault" };
    await arm.control("POST", "/faults", { operation: { ...error, version: "2.0.0", times: 1 } });
    const poller = arm.client().galleryImageVersions.createOrUpdate(
      "myResourceGroup",
      "MyGallery",
      "MyImage",
      "2.0.0",
      {
        location: "westus",
        publishingProfile: BODY.properties.publishingProfile,
        storageProfile: BODY.properties.storageProfile,
      },
      { updateIntervalInMs: 2 },
    );
    await poller.submitted();
    await arm.pass(100);
    await expect(poller.pollUntilDone()).rejects.toThrow("Unable to access key vault");
    const failed = await status(`${DEFINITION}/versions/2.0.0`);
    expect(failed.provisioningState).toBe("Failed");
    expect(failed.replicationStatus.aggregatedState).toBe("Failed");
  });

  it("a call is refused the given number of times", async () => {
    await arm.control("POST", "/faults", {
      http: {
        method: "GET",
        pathContains: "/GALLERIES/",
        status: 429,
        code: "OperationNotAllowed",
        message: "Too many requests",
        retryAfter: 7,
        times: 2,
      },
    });
    for (let time = 0; time < 2; time++) {
      const answer = await arm.call("GET", GALLERY);
      expect(answer).toMatchObject({
        status: 429,
        headers: { "retry-after": "7" },
        body: { error: { code: "OperationNotAllowed", message: "Too many requests" } },
      });
    }
    expect((await arm.call("GET", GALLERY)).status).toBe(200);
  });

  it("a connection is reset before anything happens, or after the PUT was accepted", async () => {
    const cut = { method: "PUT", times: 1 };
    const path = nextPath();
    await arm.control("POST", "/faults", { http: { ...cut, reset: true } });
    await expect(arm.call("PUT", path, BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await arm.call("GET", path)).status).toBe(404);
    await arm.control("POST", "/faults", { http: { ...cut, lostReply: true } });
    await expect(arm.call("PUT", path, BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Creating");
  });

  it("a call is answered late", async () => {
    const slow = { method: "GET", pathContains: "/galleries/", delayMs: 120, times: 1 };
    await arm.control("POST", "/faults", { slow });
    const started = performance.now();
    expect((await arm.call("GET", GALLERY)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  it("can be listed and cleared, and a fault of no known kind is refused", async () => {
    await arm.control("DELETE", "/faults");
    const added = await arm.control("POST", "/faults", { slow: { delayMs: 1 } });
    expect((await arm.control("GET", "/faults")).faults).toEqual([added]);
    await arm.control("DELETE", `/faults/${added.key}`);
    expect((await arm.control("GET", "/faults")).faults).toEqual([]);
    expect((await arm.control("POST", "/faults", { fast: {} })).error).toContain("fast");
  });
});
