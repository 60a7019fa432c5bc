import { documentPaths } from "../../../src/domain/run/document-paths";
import type { FailureDocument, OutcomeDocument } from "../../../src/domain/run/records";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { azureFault } from "../../support/azure-fault";
import { createScene, type Scene } from "./run";
import { mend, runUntil, terminate } from "./lost-run";
import { asWanted } from "../../support/fake-disks";
import { beginPromotion, beginRedrive, promote, redrive, say } from "./steering";

const REGIONS = ["westus", "eastus2"];

/** A version of which one region is Completed and one isn't: it was left out of latest. */
async function partlyPublished(): Promise<Scene> {
  const scene = createScene({ regions: REGIONS });
  scene.world.behaviour.failing.set("eastus2", "no");
  expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
  return scene;
}

const flags = ({ world }: Scene) => {
  const profile = world.version()?.body.publishingProfile;
  return {
    version: profile?.excludeFromLatest,
    ...Object.fromEntries(
      (profile?.targetRegions ?? []).map((region) => [region.name, region.excludeFromLatest]),
    ),
  };
};
const eventsOf = ({ world }: Scene): string[] =>
  world.events.map(({ type }) => type.split(".").at(-1) ?? "");

test("a promotion takes the version and its Completed regions into latest by one write, and is recorded", async () => {
  const scene = await partlyPublished();
  const before = scene.world.log.puts.length;
  expect(flags(scene)).toEqual({ version: true, westus: true, eastus2: true });
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
  expect(scene.world.log.puts).toHaveLength(before + 1);
  expect(eventsOf(scene).at(-1)).toBe("promoted");
  const { records } = scene.world.dependencies;
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
    state: "promoted",
    runId: "promotion",
  });
  expect((await records.runs(scene.input.publicationId)).map(({ state }) => state)).toEqual([
    "promoted",
    "partlyPublished",
  ]);
});

test("a promotion of what is in latest already writes nothing", async () => {
  const scene = await partlyPublished();
  await promote(scene);
  const before = scene.world.log.puts.length;
  expect(await promote(scene, "promotion-again")).toEqual({ state: "promoted" });
  expect(scene.world.log.puts).toHaveLength(before);
});

test("nothing is promoted while no region is Completed: the ledger says so", async () => {
  const scene = createScene({ regions: REGIONS });
  for (const region of REGIONS) scene.world.behaviour.failing.set(region, "no");
  await scene.run();
  const before = scene.world.log.puts.length;
  const { state, failureId = "" } = await promote(scene);
  expect(state).toBe("rejected");
  expect(scene.world.log.puts).toHaveLength(before);
  const failure = scene.world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
  expect(failure).toMatchObject({
    action: "promote",
    fault: { code: "NothingToPromote" },
    leftOver: [],
  });
});

test("a promotion that Azure refuses is recorded as a failed promotion, with what is to be looked at", async () => {
  const scene = await partlyPublished();
  scene.world.behaviour.troubles.put = [
    azureFault("RequestDisallowedByPolicy", "permanent", "no", "ask the policy's owner"),
  ];
  const { state, failureId = "" } = await promote(scene);
  expect(state).toBe("failed");
  const failure = scene.world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
  expect(failure).toMatchObject({
    action: "promote",
    fault: { code: "RequestDisallowedByPolicy" },
    leftOver: [{ what: expect.stringContaining("whether it is in latest") }],
  });
});

const BUSY = { code: "ServerBusy", advice: "transient", message: "busy", action: "none" } as const;
const failureOf = async ({ world, input }: Scene): Promise<FailureDocument> => {
  const runs = await world.dependencies.records.runs(input.publicationId);
  const failureId = runs.find(({ runId }) => runId === input.runId)?.failureId ?? "";
  return world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
};

test("a promotion that was terminated before its PUT is recorded with the regions that are there, and writes nothing", async () => {
  const scene = await partlyPublished();
  const { behaviour, log } = scene.world;
  const before = log.puts.length;
  behaviour.troubles.get = Array.from({ length: 5 }, () => BUSY);
  const promotion = await beginPromotion(scene);
  await scene.harness.advance(1_000);
  await terminate(promotion);
  behaviour.troubles = {};
  expect(await mend(promotion)).toEqual({ kind: "recorded" });
  expect(log.puts).toHaveLength(before);
  expect(await failureOf(promotion)).toMatchObject({
    action: "promote",
    state: "rejected",
    summary: expect.stringMatching(/^rejected: 1 of 1 regions completed; /),
    regions: [{ region: "westus", kind: "completed" }],
    leftOver: [],
  });
});

test("a promotion that was terminated after its PUT is recorded as promoted", async () => {
  const scene = await partlyPublished();
  const before = scene.world.log.puts.length;
  const promotion = await beginPromotion(scene);
  await runUntil(promotion, () => scene.world.log.puts.length > before);
  await terminate(promotion);
  expect(await mend(promotion)).toEqual({ kind: "recorded" });
  expect(scene.world.log.puts).toHaveLength(before + 1);
  const { records } = scene.world.dependencies;
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
    ...{ state: "promoted", runId: "promotion" },
  });
});

/** Azure makes disks there that aren't as they were asked for. */
const underPlatformKeysIn =
  (...regions: string[]): typeof asWanted =>
  (disk) =>
    regions.includes(disk.location)
      ? { encryptionType: "EncryptionAtRestWithPlatformKey" }
      : asWanted(disk);

test("a promotion leaves a region out of latest that couldn't be verified, and takes it in when a redrive has verified it", async () => {
  const scene = createScene({
    regions: REGIONS,
    request: { rollout: { verify: "disk" } },
  });
  const { disks } = scene.world;
  disks.behaviour.made = underPlatformKeysIn("eastus2");
  expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
  const outcome = scene.world.documents.get(
    documentPaths.outcome(scene.input.publicationId, "promotion"),
  ) as OutcomeDocument;
  expect(outcome.regions).toEqual([
    { region: "westus", kind: "completed" },
    expect.objectContaining({
      ...{ region: "eastus2", kind: "failed" },
      fault: expect.objectContaining({ code: "VerificationFailedEncryption" }),
    }),
  ]);
  disks.behaviour.made = asWanted;
  expect(await redrive(scene)).toMatchObject({ state: "published" });
  expect(await promote(scene, "promotion-2")).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: false });
});

const verifying = (more: Record<string, unknown> = {}): Scene =>
  createScene({ regions: REGIONS, request: { rollout: { verify: "disk", ...more } } });

/** Until its disks are on their way, and none comes. */
async function whileVerifying(scene: Scene, act: (scene: Scene) => Promise<unknown>) {
  const { disks } = scene.world;
  disks.behaviour.isMade = () => false;
  await runUntil(scene, () => disks.there.size > 0);
  await act(scene);
  disks.behaviour.isMade = () => true;
}
const cancel = async (scene: Scene): Promise<void> => {
  await say(scene, { about: "cancel" });
  await scene.harness.runToEnd(scene.input.publicationId);
};

test("a promotion leaves out what couldn't be verified, also where only the version's own flag keeps it out", async () => {
  const scene = verifying({ requiredRegions: 1 });
  const before = createScene({ regions: ["westus"], clock: scene.clock });
  await before.run();
  await before.harness.stop();
  const body = before.world.version()?.body as ImageVersionBody;
  body.publishingProfile.excludeFromLatest = true;
  scene.world.placeVersion(body, 0);
  scene.world.disks.behaviour.made = underPlatformKeysIn("westus");
  await scene.run();
  expect(flags(scene)).toMatchObject({ version: true, westus: false });
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: true, eastus2: false });
});

test("a failed verification stays one until a run has verified the region: a redrive that was cancelled before it hasn't", async () => {
  const scene = verifying();
  scene.world.disks.behaviour.made = underPlatformKeysIn("eastus2");
  await scene.run();
  await whileVerifying(await beginRedrive(scene), cancel);
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
});

test.each([
  [
    "terminated",
    async (scene: Scene) => {
      await terminate(scene);
      await mend(scene);
    },
  ],
  ["cancelled", cancel],
])(
  "a region that was to be verified, and whose run was %s before, isn't promoted",
  async (_, end) => {
    const scene = verifying();
    await scene.begin();
    await whileVerifying(scene, end);
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual(["completed", "completed"]);
    const { state, failureId = "" } = await promote(scene);
    expect(state).toBe("rejected");
    expect(scene.world.documents.get(documentPaths.failure(failureId))).toMatchObject({
      fault: {
        code: "NothingToPromote",
        message: expect.stringContaining("no run has verified it"),
      },
    });
    expect(flags(scene)).toEqual({ version: true, westus: true, eastus2: true });
  },
);

/** Somebody else writes the region anew, under a set of his own. */
const underOtherKeys = ({ world }: Scene, region: string): void =>
  world.changeVersion((body) => {
    const own = body.publishingProfile.targetRegions.find(({ name }) => name === region);
    const osDiskImage = { diskEncryptionSetId: world.setId("somebody-elses") };
    if (own !== undefined) own.encryption = { ...own.encryption, osDiskImage };
    return body;
  });

test.each([
  ["while it was published", 60_000],
  ["after the run", undefined],
])("a region that was written under other keys %s isn't promoted", async (_, afterMs) => {
  const scene = createScene({ regions: REGIONS });
  const { behaviour } = scene.world;
  if (afterMs === undefined) behaviour.failing.set("eastus2", "no");
  await scene.begin();
  if (afterMs !== undefined) {
    await scene.harness.advance(afterMs);
    underOtherKeys(scene, "westus");
  }
  const { output } = await scene.harness.runToEnd(scene.input.publicationId);
  expect(output).toMatchObject({ state: "partlyPublished" });
  if (afterMs === undefined) underOtherKeys(scene, "westus");
  behaviour.failing.clear();
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: true, eastus2: false });
  const path = documentPaths.outcome(scene.input.publicationId, "promotion");
  expect(scene.world.documents.get(path)).toMatchObject({
    regions: [
      { region: "eastus2", kind: "completed" },
      { region: "westus", kind: "failed", fault: { code: "EncryptionChangedSincePlan" } },
    ],
  });
});

test("nothing is promoted while no Completed region could be verified", async () => {
  const scene = createScene({ regions: REGIONS, request: { rollout: { verify: "disk" } } });
  scene.world.disks.behaviour.made = underPlatformKeysIn(...REGIONS);
  await scene.run();
  const before = scene.world.log.puts.length;
  const { state, failureId = "" } = await promote(scene);
  expect(state).toBe("rejected");
  expect(scene.world.log.puts).toHaveLength(before);
  expect(scene.world.documents.get(documentPaths.failure(failureId))).toMatchObject({
    fault: { code: "NothingToPromote", message: expect.stringContaining("couldn't be verified") },
  });
});

test.each([
  ["promoted, when Azure shows all of it", false, "promoted"],
  ["failed, when a region was written anew under other keys", true, "failed"],
])("a promotion that was terminated after its PUT is recorded as %s", async (_, foreign, state) => {
  const scene = createScene({ regions: REGIONS, request: { rollout: { verify: "disk" } } });
  const { disks, log } = scene.world;
  disks.behaviour.made = underPlatformKeysIn("eastus2");
  await scene.run();
  const before = log.puts.length;
  const promotion = await beginPromotion(scene);
  scene.world.behaviour.onWrite = (kind, moment) => {
    scene.world.behaviour.updating ||= kind === "put" && moment === "after";
  };
  await runUntil(promotion, () => log.puts.length > before, 1_000);
  await terminate(promotion);
  scene.world.behaviour.updating = false;
  if (foreign) underOtherKeys(scene, "westus");
  expect(await mend(promotion)).toEqual({ kind: "recorded" });
  const { records } = scene.world.dependencies;
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({ state });
});
