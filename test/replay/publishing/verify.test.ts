import type { Fault } from "../../../src/domain/fault";
import type { ReconcileInput } from "../../../src/domain/run/ended-run";
import { documentPaths } from "../../../src/domain/run/document-paths";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import { VirtualClock } from "../../support/durable-harness";
import { asWanted } from "../../support/fake-disks";
import { createScene, type Scene, type SceneOptions } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];
const NOT_THERE: Fault = {
  code: "GalleryImageNotFound",
  advice: "transient",
  message: "The gallery image isn't available in the region.",
  action: "none: the run waits",
  afterMs: 15_000,
};
const FORBIDDEN: Fault = {
  code: "KeyVaultAccessForbidden",
  advice: "operator",
  message: "Unable to access key vault resource",
  action: "grant the set's identity the key",
};
const LOCKED: Fault = {
  code: "ScopeLocked",
  advice: "permanent",
  message: "The scope can't be deleted because it is locked.",
  action: "remove the lock",
};

const verifying = (rollout: object = {}, more: Partial<SceneOptions> = {}): Scene =>
  createScene({ regions: THREE, request: { rollout: { verify: "disk", ...rollout } }, ...more });
const names = (scene: Scene): string[] =>
  scene.world.disks.made.map(({ id }) => id.replace(/.*verify-[0-9a-f]{16}-/, ""));
const outcomeOf = ({ world, input }: Scene): OutcomeDocument =>
  world.documents.get(documentPaths.outcome(input.publicationId, input.runId)) as OutcomeDocument;
const regionsOf = (scene: Scene): string[] =>
  outcomeOf(scene).regions.map((one) =>
    one.kind === "failed" ? `${one.region} ${one.fault.code}` : `${one.region} ${one.kind}`,
  );
const flags = (scene: Scene): boolean[] =>
  (scene.world.version()?.body.publishingProfile.targetRegions ?? []).map(
    ({ excludeFromLatest }) => excludeFromLatest === true,
  );

async function runUntil(scene: Scene, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let step = 0; step < 2000; step++) {
    if (await isSo()) return;
    await scene.harness.advance(1_000);
  }
  throw new Error("it never came to that");
}
const phaseOf = async ({ harness, input }: Scene): Promise<string | undefined> =>
  ((await harness.status(input.publicationId))?.customStatus as { phase?: string } | null)?.phase;
/** What the timer starts for a run that was lost. */
const reconciling = ({ input }: Scene): ReconcileInput => ({
  publicationId: input.publicationId,
  runId: "reconcile-1",
  requestId: "reconcile",
  fingerprint: "reconcile",
  ended: { ...input, startedAt: new Date(0).toISOString() },
  settleMs: 60_000,
});
const endOf = async ({ harness, input }: Scene): Promise<unknown> =>
  (await harness.runToEnd(input.publicationId)).output;

afterEach(() => jest.restoreAllMocks());

describe("a rollout that is verified by disks", () => {
  it("makes the disks of each wave after its regions are there and before the next, and leaves none", async () => {
    const scene = verifying({ waves: { canary: 1, size: 2 } });
    const { world } = scene;
    const story: string[] = [];
    world.behaviour.onWrite = (kind, moment) => {
      if (moment === "after" && (kind === "put" || kind === "disk")) story.push(kind);
    };
    expect(await scene.run()).toEqual({ state: "published" });
    expect(names(scene)).toEqual([
      "westus-os",
      "westus-lun0",
      "eastus2-os",
      "eastus2-lun0",
      "northeurope-os",
      "northeurope-lun0",
    ]);
    expect(story.join(" ")).toBe(
      `put ${"disk ".repeat(4)}put ${"disk ".repeat(8)}put`, // each disk is made and deleted
    );
    expect(world.disks.there.size).toBe(0);
    expect(outcomeOf(scene).regions).toEqual(
      THREE.map((region) => ({ region, kind: "completed", verified: true })),
    );
    expect(outcomeOf(scene)).not.toHaveProperty("leftOver");
  });

  it("makes each disk from the version, where the region is, with the region's own set", async () => {
    const scene = verifying();
    await scene.run();
    const { id, disk } = scene.world.disks.made[3] ?? {};
    expect(id).toMatch(/resourceGroups\/Verifications\/providers\/Microsoft.Compute\/disks\//);
    expect(disk).toEqual({
      disk: 0,
      location: "eastus2",
      tags: { "gallery-publisher-run": "run-1" },
      versionId: expect.stringMatching(/\/galleries\/MyGallery\/images\/MyImage\/versions\/1.0.0$/),
      encryptionType: "EncryptionAtRestWithCustomerKey",
      diskEncryptionSetId: scene.world.setId("data-eastus2"),
    });
  });

  it("says that it is verifying, and makes the disks of eight regions at once, not of more", async () => {
    const regions = ["westus", ...Array.from({ length: 10 }, (_, index) => `testregion${index}`)];
    const scene = verifying({}, { regions });
    const { disks } = scene.world;
    disks.behaviour.isMade = () => false;
    await scene.begin();
    await runUntil(scene, () => disks.made.length > 0);
    await scene.harness.advance(60_000);
    expect(await phaseOf(scene)).toBe("verifying");
    expect(disks.there.size).toBe(2 * 8);
    disks.behaviour.isMade = () => true;
    expect(await endOf(scene)).toEqual({ state: "published" });
    expect(disks.made).toHaveLength(2 * 11);
    expect(disks.there.size).toBe(0);
  });

  it("waits for a region that Azure calls Completed and doesn't show yet", async () => {
    const scene = verifying();
    scene.world.disks.behaviour.troubles.create = Array.from({ length: 20 }, () => NOT_THERE);
    expect(await scene.run()).toEqual({ state: "published" });
    expect(outcomeOf(scene).regions).toContainEqual({
      region: "eastus2",
      kind: "completed",
      verified: true,
    });
  });

  it("verifies a version that is there already, and promotes nothing for it", async () => {
    const clock = new VirtualClock();
    const first = createScene({ regions: THREE, clock });
    await first.run();
    const { world } = first;
    const scene = verifying({}, { world, clock, runId: "run-2" });
    const puts = world.log.puts.length;
    expect(await scene.run()).toEqual({ state: "published" });
    expect(world.log.puts).toHaveLength(puts);
    expect(outcomeOf(scene).regions).toEqual(
      THREE.map((region) => ({ region, kind: "completed", verified: true })),
    );
    expect(world.disks.there.size).toBe(0);
  });
});

describe("a region that can't be verified", () => {
  const inEastUs2 = (name: string): boolean => name.includes("eastus2");

  it.each<[string, string, (scene: Scene) => void]>([
    [
      "because no disk can be made",
      "VerificationFailed",
      ({ world }) =>
        (world.disks.behaviour.failing = (name) => (inEastUs2(name) ? FORBIDDEN : undefined)),
    ],
    [
      "because its disk has another set",
      "VerificationFailedEncryption",
      ({ world }) =>
        (world.disks.behaviour.made = (disk) => ({
          ...asWanted(disk),
          ...(disk.location === "eastus2" ? { diskEncryptionSetId: "/another" } : {}),
        })),
    ],
    [
      "because its disk doesn't come",
      "VerificationFailedInTime",
      ({ world }) => (world.disks.behaviour.isMade = (name) => !inEastUs2(name)),
    ],
  ])("%s has failed, keeps its copy, and no disk is left", async (_why, code, prepare) => {
    const scene = verifying();
    prepare(scene);
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(regionsOf(scene)).toEqual([
      "westus completed",
      `eastus2 ${code}`,
      "northeurope completed",
    ]);
    expect(scene.world.disks.there.size).toBe(0);
    expect(scene.world.log.puts).toHaveLength(1);
    expect(scene.world.version()?.summary.map(({ state }) => state)).toEqual([
      "Completed",
      "Completed",
      "Completed",
    ]);
    expect(scene.failure().leftOver.map(({ what }) => what)).toEqual([
      expect.stringContaining("Completed in westus, eastus2, northeurope"),
    ]);
  });

  it("stops the rollout where it is required", async () => {
    const scene = verifying({ waves: { canary: 1, size: 2 } });
    scene.world.disks.behaviour.failing = () => FORBIDDEN;
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(regionsOf(scene)).toEqual([
      "westus VerificationFailed",
      "eastus2 notStarted",
      "northeurope notStarted",
    ]);
    const [region] = scene.failure().regions;
    expect(region).toMatchObject({
      fault: {
        message: expect.stringMatching(
          /^westus is Completed, but no disk could be made from the version's OS disk: KeyVaultAccessForbidden: /,
        ),
        action: expect.stringMatching(/^grant the set's identity the key; then redrive/),
      },
    });
  });

  it("is taken back by no policy, because it is Completed", async () => {
    const scene = verifying({ onFailure: "rollBack" });
    scene.world.disks.behaviour.failing = () => FORBIDDEN;
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(scene.world.log.deletes).toBe(0);
    expect(flags(scene)).toEqual([true, true, true]);
    expect(scene.failure().undone?.map(({ step, result }) => `${step.activity} ${result}`)).toEqual(
      ["deleteDisks undone", "deleteVersion kept", "removeRegions nothingToUndo"],
    );
  });

  it("stays out of latest where the others suffice", async () => {
    const scene = verifying({ requiredRegions: 2 });
    scene.world.disks.behaviour.failing = (name) => (inEastUs2(name) ? FORBIDDEN : undefined);
    expect(await scene.run()).toEqual({ state: "published" });
    expect(flags(scene)).toEqual([false, true, false]);
    expect(regionsOf(scene)).toContain("eastus2 VerificationFailed");
  });

  it("because somebody else has a disk by its name leaves that disk alone", async () => {
    const scene = verifying();
    const { disks } = scene.world;
    const original = disks.disks.get.bind(disks.disks);
    let theirs = "";
    jest.spyOn(disks.disks, "get").mockImplementation(async (id) => {
      if (!id.endsWith("eastus2-os")) return await original(id);
      theirs = id;
      return { provisioningState: "Succeeded", tags: { owner: "them" }, encryption: {} };
    });
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(disks.deleted).not.toContain(theirs);
    expect(scene.failure().leftOver.map(({ resourceId }) => resourceId)).toContain(theirs);
  });
});

describe("disks that are left behind", () => {
  it("by a cancelled run are deleted, and nothing more is written", async () => {
    const scene = verifying({ waves: { canary: 1, size: 2 } });
    const { world } = scene;
    world.disks.behaviour.isMade = () => false;
    await scene.begin();
    await runUntil(scene, () => world.disks.there.size === 2);
    await world.dependencies.records.signal(scene.input.publicationId, {
      runId: scene.input.runId,
      about: "cancel",
      who: "Ada",
      why: "wrong image",
      at: new Date(0).toISOString(),
    });
    expect(await endOf(scene)).toMatchObject({ state: "cancelled" });
    expect(world.disks.there.size).toBe(0);
    expect(world.log.puts).toHaveLength(1);
    expect(regionsOf(scene)[0]).toBe("westus completed");
  });

  it.each([
    ["", () => undefined, { state: "partlyPublished" }],
    [
      ", also when its request is gone,",
      ({ world, input }: Scene) =>
        world.documents.delete(documentPaths.request(input.publicationId, input.fingerprint)),
      { state: "failed", leftOver: [] },
    ],
  ])(
    "by a run that was terminated%s are deleted by the reconciliation",
    async (_, meanwhile, told) => {
      const scene = verifying();
      const { world, harness, input } = scene;
      world.disks.behaviour.isMade = () => false;
      await scene.begin();
      await runUntil(scene, () => world.disks.there.size === 6);
      await harness.terminate(input.publicationId);
      await harness.runToEnd(input.publicationId);
      meanwhile(scene);
      await harness.start(RECONCILE_PUBLICATION, {
        instanceId: input.publicationId,
        input: reconciling(scene),
      });
      expect(await endOf(scene)).toEqual({ kind: "recorded" });
      expect(world.disks.there.size).toBe(0);
      expect(scene.failure()).toMatchObject({
        ...told,
        undone: [{ step: { activity: "deleteDisks" }, result: "undone" }],
      });
    },
  );

  it("by an unexpected end are deleted before it is recorded", async () => {
    const scene = verifying();
    const { world } = scene;
    jest.spyOn(world.disks.disks, "create").mockImplementationOnce(async (id, disk) => {
      world.disks.there.set(id, disk);
      world.behaviour.endsProcess = (activity) => activity === "readSignals";
      return {};
    });
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.failure().fault?.code).toBe("Unexpected");
    expect(world.disks.there.size).toBe(0);
  });

  it.each([
    ["a success", {}, "published"],
    ["a failure", { isBad: true }, "partlyPublished"],
  ])(
    "by %s, because Azure keeps them, are told with their command",
    async (_what, { isBad }: { isBad?: boolean }, state) => {
      const scene = verifying();
      const { disks, behaviour } = scene.world;
      if (isBad === true) behaviour.failing.set("northeurope", "no");
      disks.behaviour.troubles.delete = Array.from({ length: 100 }, () => LOCKED);
      expect(await scene.run()).toMatchObject({ state });
      const { leftOver = [] } = isBad === true ? scene.failure() : outcomeOf(scene);
      const told = leftOver.filter(({ command }) => command.startsWith("az disk delete --ids "));
      expect(told.map(({ resourceId }) => resourceId).sort()).toEqual(
        [...disks.there.keys()].sort(),
      );
      expect(told[0]?.what).toContain(LOCKED.message);
    },
  );

  it("by a success are deleted at its end, when Azure lets go of them", async () => {
    const scene = verifying();
    scene.world.disks.behaviour.troubles.delete = [LOCKED];
    expect(await scene.run()).toEqual({ state: "published" });
    expect(scene.world.disks.there.size).toBe(0);
    expect(outcomeOf(scene)).not.toHaveProperty("leftOver");
  });
});

test("a run that was lost is published only if its promotion shows that it was verified", async () => {
  const rollout = { verify: "disk" };
  const scene = verifying({}, { request: { rollout, excludeFromLatest: true } });
  const { world, harness, input } = scene;
  world.disks.behaviour.isMade = () => false;
  await scene.begin();
  await runUntil(scene, () => world.disks.there.size === 6);
  await harness.terminate(input.publicationId);
  await harness.runToEnd(input.publicationId);
  await harness.start(RECONCILE_PUBLICATION, {
    instanceId: input.publicationId,
    input: reconciling(scene),
  });
  expect(await endOf(scene)).toEqual({ kind: "recorded" });
  expect(scene.failure()).toMatchObject({ state: "partlyPublished", fault: { code: "RunLost" } });
});

test("a setting that was taken away after admission fails the regions, and nothing is made", async () => {
  const scene = verifying();
  delete scene.world.dependencies.verificationGroup;
  expect(await scene.run()).toMatchObject({ state: "failed" });
  expect(scene.world.disks.made).toEqual([]);
  expect(regionsOf(scene)[0]).toBe("westus VerificationFailed");
});
