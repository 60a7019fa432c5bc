import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { DEFINITION, region, testWorld, versionBody } from "./support/worlds";

const PATH = `${DEFINITION}/versions/1.0.0`;
const FAULTS = `
faults:
  - replication: { region: eastus2, details: "no capacity", times: 2 }
`;

describe("a world with a state directory", () => {
  it("goes on after a restart in the middle of a replication, used-up faults included", async () => {
    let now = Date.now();
    const setup = { world: testWorld(FAULTS), wall: () => now };
    let arm: ArmFixture = await startArm(setup);
    const { directory } = arm;
    const body = versionBody([region("westus"), region("eastus2")]);
    const created = await arm.call("PUT", PATH, body);
    const operation = new URL(String(created.headers["azure-asyncoperation"]));
    const states = async () => {
      const query = "$expand=ReplicationStatus&api-version=2025-03-03";
      const { properties } = (await arm.call("GET", `${PATH}?${query}`)).body;
      return properties.replicationStatus.summary;
    };
    now += 200_000;
    const before = await states();
    expect(before[0]).toMatchObject({ region: "westus", state: "Replicating", progress: 47 });
    await arm.stop();

    arm = await startArm({ ...setup, directory });
    expect(await states()).toEqual(before);
    const refused = await arm.call("PUT", PATH, body);
    expect(refused.body.error.code).toBe("Conflict");
    // Time passes for the service while the program is down.
    await arm.stop();
    now += 500_000;
    arm = await startArm({ ...setup, directory });
    const ended = await arm.call("GET", `${operation.pathname}${operation.search}`);
    expect(ended.body).toMatchObject({ status: "Failed", error: { code: "ValidationError" } });
    // The fault strikes once more, then it has been used up and the same PUT mends the version.
    for (const expected of ["Failed", "Succeeded"]) {
      expect((await arm.call("PUT", PATH, body)).status).toBe(200);
      now += 1_000_000;
      expect((await arm.call("GET", PATH)).body.properties.provisioningState).toBe(expected);
    }
    expect((await states()).map(({ state }: { state: string }) => state)).toEqual([
      "Completed",
      "Completed",
    ]);
    await arm.stop();
    discard(arm);
  });

  it("still knows what it was asked before, and counts on", async () => {
    let arm = await startArm({ world: testWorld() });
    const { directory } = arm;
    const numbers = async () => {
      const { requests } = await arm.control("GET", "/requests");
      return requests.map(({ number, path }: Record<string, unknown>) => [number, path]);
    };
    await arm.call("GET", DEFINITION);
    await arm.stop();
    arm = await startArm({ world: testWorld(), directory });
    await arm.call("GET", PATH);
    expect(await numbers()).toEqual([
      [1, DEFINITION],
      [2, PATH],
    ]);
    await arm.stop();
    discard(arm);
  });

  it("keeps a speed that was chosen while it ran, until it is started with another one", async () => {
    let arm = await startArm({ world: testWorld(), speed: 90 });
    const { directory } = arm;
    const speed = async (): Promise<number> => (await arm.control("GET", "/clock")).speed;
    await arm.control("PUT", "/clock", { speed: 7 });
    for (const [given, expected] of [
      [90, 7],
      [90, 7],
      [60, 60],
    ] as const) {
      await arm.stop();
      arm = await startArm({ world: testWorld(), directory, speed: given });
      expect(await speed()).toBe(expected);
    }
    await arm.stop();
    discard(arm);
  });
});
