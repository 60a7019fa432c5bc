import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { Bench, body, type Observation } from "./support/refusals/bench";
import { encrypted, idOf, keyUrl, REFUSAL_WORLD, region, set, VHD } from "./support/refusals/world";

type Try = (bench: Bench) => Promise<Observation>;

const west = region("westus");
const fromMachine = (name: string) =>
  body([region("westus", encrypted("westus-os"))], {
    storageProfile: { source: { virtualMachineId: idOf("virtualMachines", name) } },
  });
const fromVhd = body([region("westus", encrypted("westus-os"))], {
  storageProfile: { osDiskImage: { source: { uri: VHD } } },
});
const fromEncryptedVersion = body([{ name: "westus" }], {
  storageProfile: { source: { id: idOf("galleries/MyGallery/images/MyImage/versions", "0.2.0") } },
});

/** Two versions from one image at the same time. */
const sideBySide: Try = async (bench) => {
  const running = await bench.begin(body([west]));
  const observed = await bench.put(body([west]));
  await running.end();
  return observed;
};
/** A PUT on a version that failed in North Europe and is complete elsewhere, or nowhere. */
const afterFailure =
  (regions: string[]): Try =>
  async (bench) => {
    const version = bench.nextVersion();
    for (const name of ["northeurope", ...(regions.length === 1 ? ["westus"] : [])])
      await bench.arm.control("POST", "/faults", {
        replication: { version, region: name, details: "no capacity", times: 1 },
      });
    const sent = body(regions.map((name) => region(name)));
    expect((await bench.put(sent, { version })).when).toBe("operation");
    return await bench.put(sent, { version });
  };
const somewhere = afterFailure(["westus", "northeurope"]);
const nowhere = afterFailure(["westus"]);
const whileInFlight: Try = async (bench) => {
  const { version, end } = await bench.begin(body([west]));
  const observed = await bench.put(body([west]), { version });
  await end();
  return observed;
};

/** The second region's addition comes to nothing. */
const addedInVain: Try = async (bench) => {
  const version = bench.nextVersion();
  await bench.put(body([west]), { version });
  await bench.arm.control("POST", "/faults", {
    operation: { version, code: "InternalOperationError", message: "no", times: 1 },
  });
  const added = body([west, region("northeurope")]);
  expect(await bench.put(added, { version })).toMatchObject({ when: "operation" });
  return await bench.put(body([west]), { version });
};

const ACCEPTED = { when: "accepted" };
const FAILED = { when: "PUT", status: 409, code: "InvalidParameter" };

describe("each assumption about Azure can be switched in the world file", () => {
  it.each<[string, Try, object]>([
    ["encryptableSources: [managedImage, vhd]", (bench) => bench.put(fromVhd), ACCEPTED],
    [
      "encryptableSources: [managedImage]",
      (bench) => bench.put(fromMachine("standard")),
      { when: "PUT", status: 400 },
    ],
    ["encryptedVersionAsSource: allow", (bench) => bench.put(fromEncryptedVersion), ACCEPTED],
    [
      "securityTypeSources: anyTaken",
      (bench) => bench.put(body([{ name: "westus" }]), { definition: "Trusted" }),
      ACCEPTED,
    ],
    [
      "trustedLaunchCapture: operationFails",
      (bench) => bench.put(fromMachine("trusted")),
      { when: "operation", code: "InternalOperationError" },
    ],
    ["trustedLaunchCapture: works", (bench) => bench.put(fromMachine("trusted")), ACCEPTED],
    ["writesPerSource: 2", sideBySide, ACCEPTED],
    ["busySource: refusesPut", sideBySide, { when: "PUT", status: 400, code: "InvalidParameter" }],
    [
      "busySource: failsOperation",
      sideBySide,
      { when: "operation", message: expect.stringContaining("Too many requests on source") },
    ],
    ["failedVersionTakesPut: whereARegionIsCompleted", somewhere, ACCEPTED],
    ["failedVersionTakesPut: whereARegionIsCompleted", nowhere, FAILED],
    ["failedVersionTakesPut: always", nowhere, ACCEPTED],
    ["failedVersionTakesPut: never", somewhere, FAILED],
    // Only where the region has stayed would its absence be a removal.
    ["failedUpdate: keepsBody", addedInVain, { when: "PUT", status: 400 }],
    ["failedUpdate: restoresBody", addedInVain, ACCEPTED],
    ["concurrentChangeStatus: 409", whileInFlight, { status: 409, code: "Conflict" }],
    ["concurrentChangeStatus: 400", whileInFlight, { status: 400, code: "Conflict" }],
  ])("%s", async (behaviour, attempt, expected) => {
    const limit = behaviour.startsWith("writesPerSource") ? "" : "writesPerSource: 1, ";
    const world = REFUSAL_WORLD.replace("writesPerSource: 1", `${limit}${behaviour}`);
    const arm = await startArm({ world });
    const observed = await attempt(new Bench(arm));
    await arm.stop();
    discard(arm);
    expect(observed).toMatchObject(expected);
  });

  it("encryptionSetInUse: allowDelete", async () => {
    const world = REFUSAL_WORLD.replace(
      "writesPerSource: 1",
      "encryptionSetInUse: allowDelete",
    ).replace("name: os,", "name: os, encryptionSet: westus-os,");
    const arm = await startArm({ world });
    expect((await arm.call("DELETE", set("westus-os"))).status).toBe(202);
    await arm.stop();
    discard(arm);
  });
});

describe("keys of a world", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: REFUSAL_WORLD });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const withKey = async (name: string): Promise<string> =>
    (
      await new Bench(arm).put(body([region("westus", encrypted(`key-${name}`))]), {
        version: `5.${++count}.0`,
      })
    ).when;
  let count = 0;

  it("can be disabled, enabled, expired and granted while the stand-in runs", async () => {
    const change = (more: object) =>
      arm.control("PUT", "/keys", { key: keyUrl("granted"), ...more });
    expect(await withKey("granted")).toBe("accepted");
    for (const [worse, better] of [
      [{ enabled: false }, { enabled: true }],
      [{ expires: "2020-01-01T00:00:00Z" }, { expires: null }],
      [{ grants: [] }, { grants: [set("key-granted")] }],
      [{ grants: [set("westus-os")] }, { grants: null }],
    ]) {
      await change(worse ?? {});
      expect(await withKey("granted")).toBe("operation");
      await change(better ?? {});
      expect(await withKey("granted")).toBe("accepted");
    }
  });

  it("only fail the regions that need them, and a repeat mends those", async () => {
    const path =
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage/versions/6.0.0?$expand=ReplicationStatus&api-version=2025-12-03";
    const bench = new Bench(arm);
    const first = body([region("westus", encrypted("westus-os"))]);
    await bench.put(first, { version: "6.0.0" });
    // East US 2 gets a set whose key isn't granted yet.
    const name = "eastus2-late";
    await arm.call("PUT", set(name), {
      location: "eastus2",
      identity: { type: "SystemAssigned" },
      properties: { activeKey: { keyUrl: `${keyUrl("ungranted")}/0123` } },
    });
    await arm.pass(60);
    const both = body([
      ...(first.publishingProfile?.targetRegions ?? []),
      region("eastus2", encrypted(name)),
    ]);
    expect(await bench.put(both, { version: "6.0.0" })).toMatchObject({
      when: "operation",
      code: "KeyVaultAccessForbidden",
    });
    const states = async () =>
      (await arm.call("GET", path)).body.properties.replicationStatus.summary.map(
        (one: { state: string }) => one.state,
      );
    expect(await states()).toEqual(["Completed", "Failed"]);
    await arm.control("PUT", "/keys", { key: keyUrl("ungranted"), grants: [set(name)] });
    expect(await bench.put(both, { version: "6.0.0" })).toEqual({ when: "accepted" });
    expect(await states()).toEqual(["Completed", "Completed"]);
  });

  it("stay as they were changed when the stand-in is restarted", async () => {
    await arm.control("PUT", "/keys", { key: keyUrl("granted"), enabled: false });
    await arm.stop();
    arm = await startArm({ world: REFUSAL_WORLD, directory: arm.directory });
    expect(await withKey("granted")).toBe("operation");
  });

  it("are refused by the control interface when the change is malformed or the key unknown", async () => {
    expect((await arm.control("PUT", "/keys", { key: "k", on: true })).error).toContain("on");
    const unknown = { key: keyUrl("unknown"), enabled: true };
    expect((await arm.control("PUT", "/keys", unknown)).error).toBe("the world has no such key");
    const { keys } = await arm.control("GET", "/keys");
    expect(keys.filter(({ key }: { key: string }) => key.includes("kv-rows"))).toHaveLength(5);
  });
});
