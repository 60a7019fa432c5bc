import { inspectTarget } from "../../../src/activities/inspect-target";
import { planPublication } from "../../../src/activities/plan-publication";
import { prepareRegion, type PrepareRegionInput } from "../../../src/activities/prepare-region";
import type { TargetRegion } from "../../../src/domain/plan/image-version-body";
import { armName } from "../../../src/domain/arm-id";
import { armFault, createFakeAzure, healthyKey, healthySet } from "../../support/fake-azure";
import { targetRegion } from "../../support/fake-version";
import {
  accepted,
  computeId,
  managedImageExample,
  setId,
  SUBSCRIPTION,
  wireRegion,
} from "../../support/request-factory";

type Fake = ReturnType<typeof createFakeAzure>;

/** A fake with the sets of the customer's first example. */
function withSets(): Fake {
  const fake = createFakeAzure();
  for (const [prefix, region] of [
    ["WestUS", "westus"],
    ["EastUS2", "eastus2"],
  ] as const)
    for (const number of [1, 2])
      fake.azure.sets.push(healthySet(`${prefix}DiskEncryptionSet${number}`, region));
  return fake;
}

async function prepare(fake: Fake, raw: unknown, change: Partial<PrepareRegionInput> = {}) {
  const run = await fake.run(raw);
  return prepareRegion(fake.dependencies)({
    ...run,
    region: "westus",
    dataLuns: [0],
    versionExists: false,
    ...change,
  });
}

const codes = (answer: Awaited<ReturnType<typeof prepare>>): string[] =>
  answer.kind === "refused" ? answer.problems.map(({ path, code }) => `${path} ${code}`) : [];

const oneRegion = (os: string, data: [number, string][] = []) =>
  managedImageExample({ targetRegions: [wireRegion("westus", os, data)] });
const REFUSED = { kind: "refused", azureSays: "AuthorizationFailed: no" } as const;
const OS_PATH = "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId";

test("each disk of a region gets its own set, by full id", async () => {
  expect(await prepare(withSets(), managedImageExample())).toEqual({
    kind: "prepared",
    prepared: {
      region: "westus",
      operation: "create",
      targetRegion: {
        name: "westus",
        regionalReplicaCount: 2,
        storageAccountType: "Standard_LRS",
        excludeFromLatest: false,
        encryption: {
          osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestUSDiskEncryptionSet2") }],
        },
      },
    },
    remarks: [],
  });
});

test("a set that several disks use is asked for once", async () => {
  const fake = createFakeAzure();
  fake.azure.sets = [healthySet("One", "westus"), healthySet("Two", "westus")];
  const raw = oneRegion("One", [
    [0, "one"],
    [1, "Two"],
    [2, "ONE"],
  ]);
  expect((await prepare(fake, raw, { dataLuns: [0, 1, 2] })).kind).toBe("prepared");
  expect(fake.calls).toEqual([`set ${setId("One")}`, `set ${setId("Two")}`]);
});

test("a bare name means the gallery's resource group first, and no list is read then", async () => {
  const fake = createFakeAzure();
  const elsewhere = computeId("diskEncryptionSets", "Set", "other");
  fake.azure.sets = [healthySet("Set", "westus", { id: elsewhere }), healthySet("Set", "westus")];
  const answer = await prepare(fake, oneRegion("Set"), { dataLuns: [] });
  expect(answer).toMatchObject({
    prepared: {
      targetRegion: { encryption: { osDiskImage: { diskEncryptionSetId: setId("Set") } } },
    },
  });
  expect(fake.calls).not.toContain("sets");
});

test("a bare name that the gallery's group doesn't know is found by name and region", async () => {
  const fake = createFakeAzure();
  const id = computeId("diskEncryptionSets", "SET", "keys");
  fake.azure.sets = [
    healthySet("Set", "East US", { id: computeId("diskEncryptionSets", "Set", "east") }),
    healthySet("Set", "West US", { id }),
    healthySet("Other", "westus", { id: computeId("diskEncryptionSets", "Other", "keys") }),
  ];
  expect(await prepare(fake, oneRegion("set"), { dataLuns: [] })).toMatchObject({
    kind: "prepared",
    prepared: { targetRegion: { encryption: { osDiskImage: { diskEncryptionSetId: id } } } },
  });
});

test("several sets of one name in the region are listed instead of guessed", async () => {
  const fake = createFakeAzure();
  const ids = ["a", "b"].map((group) => computeId("diskEncryptionSets", "Set", group));
  fake.azure.sets = ids.map((id) => healthySet("Set", "westus", { id }));
  const answer = await prepare(fake, oneRegion("Set"), { dataLuns: [] });
  expect(answer).toMatchObject({
    kind: "refused",
    problems: [
      {
        path: OS_PATH,
        code: "DiskEncryptionSetAmbiguous",
        message: expect.stringContaining(`${ids[0] ?? ""} or ${ids[1] ?? ""}`),
        region: "westus",
      },
    ],
  });
});

test.each([
  ["a bare name", "Gone", setId("Gone")],
  ["group and name", "keys/Gone", computeId("diskEncryptionSets", "Gone", "keys")],
  ["an id", setId("Gone"), setId("Gone")],
])(
  "a set that is missing by %s is told with the id that was asked for and Azure's words",
  async (_n, given, id) => {
    const answer = await prepare(createFakeAzure(), oneRegion(given), { dataLuns: [] });
    expect(answer).toMatchObject({
      kind: "refused",
      problems: [
        {
          path: OS_PATH,
          code: "DiskEncryptionSetNotFound",
          message: expect.stringMatching(
            new RegExp(
              `${id} was not found.*ResourceNotFound: The Resource '${id}' was not found\\.`,
            ),
          ),
        },
      ],
    });
  },
);

test("a data disk of the source that the region doesn't cover fails closed", async () => {
  const answer = await prepare(withSets(), managedImageExample(), { dataLuns: [0, 9] });
  expect(codes(answer)).toEqual([
    "$.targetRegions[0].encryption.dataDiskImages DataDiskEncryptionMissing",
  ]);
});

test("everything that is wrong with a region is told at once", async () => {
  const fake = createFakeAzure();
  const elsewhere = setId("Far").replace(SUBSCRIPTION, "11111111-1111-1111-1111-111111111111");
  fake.azure.sets = [healthySet("Far", "eastus", { id: elsewhere, provisioningState: "Failed" })];
  const answer = await prepare(fake, oneRegion(elsewhere, [[3, "Gone"]]));
  expect(codes(answer)).toEqual([
    "$.targetRegions[0].encryption.dataDiskImages DataDiskEncryptionMissing",
    "$.targetRegions[0].encryption.dataDiskImages UnknownLun",
    `${OS_PATH} DiskEncryptionSetInOtherSubscription`,
    `${OS_PATH} DiskEncryptionSetInOtherRegion`,
    `${OS_PATH} DiskEncryptionSetNotReady`,
    "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetNotFound",
  ]);
});

describe("a region of an existing version", () => {
  const there = targetRegion("West US", {
    regionalReplicaCount: 2,
    encryption: {
      osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1").toUpperCase() },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestUSDiskEncryptionSet2") }],
    },
  });
  const example = managedImageExample();

  test.each([
    ["is unchanged when it is as wanted", there, false, "unchanged"],
    ["is scaled when its replicas differ", { ...there, regionalReplicaCount: 9 }, false, "scale"],
    ["is repeated when Azure gave it up", there, true, "repeat"],
  ])("%s", async (_name, region, failed, operation) => {
    const existing = { targetRegion: region, failed };
    expect(await prepare(withSets(), example, { versionExists: true, existing })).toMatchObject({
      prepared: { operation },
    });
  });

  test("is added when the version hasn't got it", async () => {
    expect(await prepare(withSets(), example, { versionExists: true })).toMatchObject({
      prepared: { operation: "replicate" },
    });
  });

  test("can't change its sets or its storage type", async () => {
    const existing = {
      failed: false,
      targetRegion: { ...targetRegion("West US"), storageAccountType: "Premium_LRS" },
    };
    expect(codes(await prepare(withSets(), example, { versionExists: true, existing }))).toEqual([
      "$.targetRegions[0].encryption EncryptionImmutable",
      "$.targetRegions[0].storageAccountType StorageAccountTypeImmutable",
    ]);
  });
});

describe("of a region that is there", () => {
  const existing = (change: Partial<TargetRegion> = {}) => ({
    versionExists: true,
    existing: {
      targetRegion: targetRegion("West US", {
        encryption: { osDiskImage: { diskEncryptionSetId: setId("One") } },
        ...change,
      }),
      failed: false,
    },
    dataLuns: [],
  });
  const one = (): Fake => {
    const fake = createFakeAzure();
    fake.azure.sets = [healthySet("One", "westus")];
    return fake;
  };
  const has = {
    regionalReplicaCount: 5,
    storageAccountType: "Premium_LRS",
    excludeFromLatest: true,
  };

  test("what the request doesn't speak of stays as it is: no default of ours is imposed", async () => {
    expect(await prepare(one(), oneRegion("One"), existing(has))).toMatchObject({
      kind: "prepared",
      prepared: { operation: "unchanged", targetRegion: has },
    });
  });

  test.each([
    [{ replicaCount: 1 }, "prepared"],
    [{ storageAccountType: "Standard_LRS" }, "refused"],
  ])("what the request says of all regions, %j, is said of it: %s", async (said, kind) => {
    const answer = await prepare(one(), { ...oneRegion("One"), ...said }, existing(has));
    expect(answer.kind).toBe(kind);
    if (answer.kind === "prepared")
      expect(answer.prepared).toMatchObject({
        operation: "scale",
        targetRegion: { regionalReplicaCount: 1, storageAccountType: "Premium_LRS" },
      });
    else
      expect(codes(answer)).toEqual([
        "$.targetRegions[0].storageAccountType StorageAccountTypeImmutable",
      ]);
  });

  test("a set that is gone is told as that, not as another than the region has", async () => {
    const fake = createFakeAzure();
    expect(codes(await prepare(fake, oneRegion("One"), existing()))).toEqual([
      `${OS_PATH} DiskEncryptionSetNotFound`,
    ]);
  });

  test("data disks are the version's own, and told as such", async () => {
    const answer = await prepare(one(), oneRegion("One"), { ...existing(), dataLuns: [1] });
    expect(answer).toMatchObject({
      problems: [{ message: expect.stringContaining("the version has a data disk at LUN 1") }],
    });
  });
});

test("throttling is trouble to wait for, a missing right is told beside what else is wrong, storage away is waited for and never thrown", async () => {
  const fake = withSets();
  fake.azure.trouble.set("set", armFault({ advice: "transient", afterMs: 7_000 }));
  expect(await prepare(fake, managedImageExample())).toMatchObject({
    kind: "wait",
    fault: { afterMs: 7_000 },
  });
  fake.azure.trouble.set("set", armFault({ code: "AuthorizationFailed", advice: "operator" }));
  fake.azure.sets = fake.azure.sets.filter(({ id }) => id !== setId("WestUSDiskEncryptionSet2"));
  expect(codes(await prepare(fake, managedImageExample()))).toEqual([
    `${OS_PATH} AuthorizationFailed`,
    "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetNotFound",
  ]);
  fake.azure.trouble.set("set", new Error("storage is away"));
  expect(await prepare(fake, managedImageExample())).toMatchObject({
    kind: "wait",
    fault: { code: "Unexpected", message: "storage is away" },
  });
});

describe("a region that names no sets, found by tags", () => {
  const golden = { purpose: "golden" };
  const byTag = managedImageExample({
    encryption: { type: "customerManagedKey", diskEncryptionSets: { byTag: golden } },
    targetRegions: [{ name: "westus" }, { name: "eastus2" }],
  });
  const tagged = (name: string, location: string, tags: Record<string, string>) =>
    healthySet(name, location, { tags });

  it("gets the only set of the region with all of the tags, for every disk of the source", async () => {
    const fake = createFakeAzure();
    fake.azure.sets = [
      tagged("East", "eastus2", golden),
      tagged("West", "West US", { Purpose: "golden", team: "images" }),
      tagged("Other", "westus", { purpose: "Golden" }),
    ];
    expect(await prepare(fake, byTag, { dataLuns: [0, 9] })).toMatchObject({
      kind: "prepared",
      prepared: {
        targetRegion: {
          encryption: {
            osDiskImage: { diskEncryptionSetId: setId("West") },
            dataDiskImages: [
              { lun: 0, diskEncryptionSetId: setId("West") },
              { lun: 9, diskEncryptionSetId: setId("West") },
            ],
          },
        },
      },
    });
  });

  it("is refused when no set has them, and those that are there are listed", async () => {
    const fake = createFakeAzure();
    fake.azure.sets = [tagged("East", "eastus2", golden), tagged("West", "westus", {})];
    const answer = await prepare(fake, byTag);
    expect(codes(answer)).toEqual([`${OS_PATH} DiskEncryptionSetNotFound`]);
    expect(answer).toMatchObject({
      problems: [
        {
          message:
            "no disk encryption set in westus has the tags purpose=golden (disk encryption sets in westus: West)",
        },
      ],
    });
  });

  it("is refused when several have them, and they are listed", async () => {
    const fake = createFakeAzure();
    fake.azure.sets = [tagged("One", "westus", golden), tagged("Two", "westus", golden)];
    const answer = await prepare(fake, byTag);
    expect(codes(answer)).toEqual([`${OS_PATH} DiskEncryptionSetAmbiguous`]);
    expect(answer).toMatchObject({
      problems: [{ message: expect.stringContaining(`${setId("One")} or ${setId("Two")}`) }],
    });
  });

  it("shares one list with all regions of the run", async () => {
    const fake = createFakeAzure();
    fake.azure.sets = [tagged("East", "eastus2", golden), tagged("West", "westus", golden)];
    const run = await fake.run(byTag);
    await inspectTarget(fake.dependencies)(run);
    for (const region of ["westus", "eastus2"])
      await prepareRegion(fake.dependencies)({
        ...run,
        region,
        dataLuns: [0],
        versionExists: false,
      });
    expect(fake.calls.filter((call) => call.startsWith("set"))).toEqual(["sets"]);
  });

  it("shares one list in a dry run, too", async () => {
    const fake = createFakeAzure();
    fake.azure.sets = [tagged("East", "eastus2", golden), tagged("West", "westus", golden)];
    const { plan } = await planPublication(fake.dependencies)(accepted(byTag));
    expect(plan.kind).toBe("create");
    expect(fake.calls.filter((call) => call.startsWith("set"))).toEqual(["sets"]);
  });
});

describe("keys, where the request asks for them", () => {
  const DATA_PATH = "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId";
  const withKeys = (): Fake => {
    const fake = withSets();
    for (const set of fake.azure.sets)
      set.key = {
        url: `https://kv.vault.azure.net/keys/${armName(set.id)}`,
        rotates: false,
        principalIds: ["p"],
      };
    return fake;
  };
  const deep = (change: object = {}) =>
    managedImageExample({ preflight: { keyVault: true }, ...change });
  const keyCalls = ({ calls }: Fake): string[] => calls.filter((call) => call.startsWith("key"));

  test("aren't looked at otherwise", async () => {
    const fake = withKeys();
    expect(await prepare(fake, managedImageExample())).toMatchObject({ kind: "prepared" });
    expect(keyCalls(fake)).toEqual([]);
  });

  test("are looked at once for each set, and refused where the set is named", async () => {
    const fake = withKeys();
    fake.azure.keys.set("WestUSDiskEncryptionSet1", healthyKey(["p"], { enabled: false }));
    const both = [
      wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet1"]]),
    ];
    expect(codes(await prepare(fake, deep({ targetRegions: both })))).toEqual([
      `${OS_PATH} KeyDisabled`,
    ]);
    expect(keyCalls(fake)).toEqual(["key WestUSDiskEncryptionSet1"]);
    fake.azure.keys.set("WestUSDiskEncryptionSet2", healthyKey(["p"], { kty: "EC" }));
    expect(codes(await prepare(fake, deep()))).toEqual([
      `${OS_PATH} KeyDisabled`,
      `${DATA_PATH} KeyTypeUnsupported`,
    ]);
  });

  test("that couldn't be looked at are told, and the region is prepared", async () => {
    const fake = withKeys();
    const [os, data] = fake.azure.sets;
    if (os?.key !== undefined) os.key.federatedClientId = "app";
    if (data !== undefined)
      fake.azure.keys.set(armName(data.id), { ...healthyKey(), key: REFUSED });
    const answer = await prepare(fake, deep());
    expect(answer.kind === "prepared" && answer.remarks).toMatchObject([
      { severity: "notChecked", code: "KeyNotChecked", path: OS_PATH, region: "westus" },
      { severity: "notChecked", code: "KeyNotChecked", path: DATA_PATH, region: "westus" },
    ]);
    expect(keyCalls(fake)).toEqual(["key WestUSDiskEncryptionSet2"]);
  });

  test("trouble that passes is waited for", async () => {
    const fake = withKeys();
    fake.azure.trouble.set("key", armFault({ advice: "transient" }));
    expect(await prepare(fake, deep())).toMatchObject({ kind: "wait" });
  });

  test("are judged by the clock, with a word ahead of their end", async () => {
    const fake = withKeys();
    const expires = Date.parse("2026-12-01T00:00:00Z");
    fake.azure.keys.set("WestUSDiskEncryptionSet1", healthyKey(["p"], { expires }));
    expect(await prepare(fake, deep())).toMatchObject({
      kind: "prepared",
      remarks: [{ severity: "warning", code: "KeyExpiresSoon" }],
    });
    fake.azure.now = new Date(expires);
    expect(codes(await prepare(fake, deep()))).toEqual([`${OS_PATH} KeyExpired`]);
  });

  test("are in the dry run of all regions, by one reader", async () => {
    const fake = withKeys();
    fake.azure.keys.set("EastUS2DiskEncryptionSet2", healthyKey([], {}));
    let readers = 0;
    const { keys } = fake.dependencies;
    const azure = { ...fake.dependencies, keys: () => (readers++, keys()) };
    expect((await planPublication(azure)(accepted(deep()))).plan).toMatchObject({
      kind: "impossible",
      problems: [{ code: "KeyAccessMissing", region: "eastus2" }],
    });
    expect(readers).toBe(1);
    expect(keyCalls(fake)).toHaveLength(4);
  });
});

describe("a confidential disk", () => {
  const CMK = { confidentialVMEncryptionType: "encryptedwithcmk" };
  const confidential = (osDiskImage: object) =>
    managedImageExample({ targetRegions: [{ name: "westus", encryption: { osDiskImage } }] });
  const withSecure = (encryptionType = "ConfidentialVmEncryptedWithCustomerKey"): Fake => {
    const fake = createFakeAzure();
    fake.azure.sets = [
      healthySet("Secure", "westus", { encryptionType }),
      healthySet("Rest", "westus"),
    ];
    return fake;
  };
  const SECURE = "osDiskImage.securityProfile.secureVMDiskEncryptionSetId";

  test("is written with its own set, and with the one at rest where that is named", async () => {
    const profile = { ...CMK, secureVMDiskEncryptionSetId: "Secure" };
    const written = {
      confidentialVMEncryptionType: "EncryptedWithCmk",
      secureVMDiskEncryptionSetId: setId("Secure"),
    };
    const alone = await prepare(withSecure(), confidential({ securityProfile: profile }), {
      dataLuns: [],
    });
    expect(alone).toMatchObject({
      prepared: {
        targetRegion: { encryption: { osDiskImage: { securityProfile: written } } },
      },
    });
    const both = await prepare(
      withSecure(),
      confidential({ diskEncryptionSetId: "Rest", securityProfile: profile }),
      { dataLuns: [] },
    );
    expect(both).toMatchObject({
      prepared: {
        targetRegion: {
          encryption: {
            osDiskImage: { diskEncryptionSetId: setId("Rest"), securityProfile: written },
          },
        },
      },
    });
  });

  test("takes no set for disks at rest", async () => {
    const raw = confidential({
      securityProfile: { ...CMK, secureVMDiskEncryptionSetId: "Rest" },
    });
    expect(codes(await prepare(withSecure(), raw, { dataLuns: [] }))).toEqual([
      `$.targetRegions[0].encryption.${SECURE} DiskEncryptionSetTypeMismatch`,
    ]);
  });
});
