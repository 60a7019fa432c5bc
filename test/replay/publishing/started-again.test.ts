import { RUN_TAG, WRITE_TAG } from "../../../src/domain/plan/image-version-body";
import { PROMOTE_IMAGE_VERSION, PUBLISH_IMAGE_VERSION } from "../../../src/orchestrators/names";
import { azureFault } from "../../support/azure-fault";
import { mend, runUntil, terminate } from "./lost-run";
import { admitted, createScene, type Scene } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];
const CANARY = { waves: { canary: 1, size: 2 } };

/** A run of which nothing is left but what it has written: its orchestration was terminated, and is forgotten. */
async function lost(
  rollout: Record<string, unknown>,
  isSo: (scene: Scene) => boolean,
): Promise<Scene> {
  const scene = createScene({ regions: THREE, request: { rollout } });
  await scene.begin();
  await runUntil(scene, () => isSo(scene));
  await terminate(scene);
  return scene;
}

/** The same run, under the same id, with the watchers of the lost one still there. */
async function startAgain(
  { harness, input }: Scene,
  name = PUBLISH_IMAGE_VERSION,
): Promise<{ state: string }> {
  const instanceId = input.publicationId;
  await harness.start(name, { instanceId, input });
  return (await harness.runToEnd(instanceId)).output as { state: string };
}

const puts = ({ world }: Scene) =>
  world.log.puts.map(({ tags }) => [tags[RUN_TAG], tags[WRITE_TAG]]);
const written = (count: number) => (scene: Scene) => scene.world.log.puts.length === count;
const isThere = ({ world }: Scene) => world.version()?.provisioningState === "Succeeded";

describe("a run that is started again under its own id", () => {
  it.each([
    ["while its PUT goes on", {}, written(1), ["1", "2"]],
    [
      "when its PUT is through",
      {},
      (scene: Scene) => written(1)(scene) && isThere(scene),
      ["1", "2"],
    ],
    [
      "after its first wave",
      CANARY,
      (scene: Scene) => written(1)(scene) && isThere(scene),
      ["1", "2", "3"],
    ],
  ])(
    "%s counts its writes on, and takes the version into latest",
    async (_, rollout, isSo, writes) => {
      const scene = await lost(rollout, isSo);
      expect(await startAgain(scene)).toEqual({ state: "published" });
      expect(puts(scene)).toEqual(writes.map((write) => ["run-1", write]));
      const profile = scene.world.version()?.body.publishingProfile;
      expect(profile?.excludeFromLatest).toBe(false);
      expect(profile?.targetRegions.map((region) => region.excludeFromLatest)).toEqual(
        THREE.map(() => false),
      );
    },
  );

  it("takes its earlier writes back as well, when its policy is rollBack", async () => {
    const scene = await lost({ onFailure: "rollBack" }, written(1));
    for (const region of THREE) scene.world.behaviour.failing.set(region, "no");
    expect(await startAgain(scene)).toMatchObject({ state: "failed" });
    expect(scene.world.version()).toBeUndefined();
  });

  it.each([
    [
      "it can't be planned any more",
      (scene: Scene) => scene.world.behaviour.withoutSet.add("eastus2"),
    ],
    [
      "Azure can't be read any more",
      ({ world }: Scene) =>
        (world.behaviour.troubles.get = [azureFault("AuthorizationFailed", "operator", "no", "x")]),
    ],
    [
      "storage stays away while it is planned",
      ({ world, input }: Scene) => {
        const away = Array.from({ length: 6 }, () => new Error("storage is away"));
        world.behaviour.onRead = (path) => {
          const error = path.includes(input.fingerprint) ? away.shift() : undefined;
          if (error !== undefined) throw error;
        };
      },
    ],
  ])("hasn't written nothing when %s: what is left over is told", async (_, happens) => {
    const scene = await lost({}, (one) => written(1)(one) && isThere(one));
    happens(scene);
    expect(await startAgain(scene)).toMatchObject({ state: "partlyPublished" });
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual(THREE.map(() => "completed"));
    expect(scene.failure().leftOver).toMatchObject([
      { what: expect.stringContaining("the image version") },
    ]);
  });
});

/** Everything that a run leaves outside itself. */
async function traces({ world, input }: Scene): Promise<unknown> {
  const { records } = world.dependencies;
  const { publicationId: id } = input;
  return structuredClone({
    documents: [...world.documents],
    events: world.events,
    puts: world.log.puts,
    publication: await records.publication(id),
    runs: await records.runs(id),
    failures: await records.failures({}),
  });
}

/** How a run has come to its record, and what its output was. */
const RECORDED: [string, () => Promise<{ scene: Scene; output: object }>][] = [
  [
    "as published",
    async () => {
      const scene = createScene({ regions: THREE });
      return { scene, output: await scene.run() };
    },
  ],
  [
    "as rejected",
    async () => {
      const scene = createScene({ regions: THREE });
      scene.world.behaviour.withoutSet.add("eastus2");
      const output = await scene.run();
      scene.world.behaviour.withoutSet.clear();
      return { scene, output };
    },
  ],
  [
    "by the timer, as it was lost",
    async () => {
      const scene = await lost({}, written(1));
      expect(await mend(scene)).toEqual({ kind: "recorded" });
      const { state, id } = scene.failure();
      return { scene, output: { state, failureId: id } };
    },
  ],
];

describe("a run that is started by a delivery that stood still until its end was recorded", () => {
  it.each(RECORDED)(
    "%s: it writes nothing, says nothing, and ends as it has ended",
    async (_, record) => {
      const { scene, output } = await record();
      const before = await traces(scene);
      expect(await startAgain(scene)).toEqual(output);
      expect(await traces(scene)).toEqual(before);
    },
  );

  it("by a later run of its request: it writes nothing, says nothing, and leaves no row", async () => {
    const scene = createScene({ regions: THREE });
    await scene.run();
    const before = await traces(scene);
    const overtaken = { ...scene.input, runId: "run-0" };
    const { records } = scene.world.dependencies;
    const { accepted: _accepted, publicationId: id, ...run } = overtaken;
    await records.beginRun(id, {
      ...run,
      state: "accepted",
      startedAt: "2026-11-24T14:00:00.000Z",
    });
    expect(await startAgain({ ...scene, input: overtaken })).toEqual({ state: "superseded" });
    expect(await traces(scene)).toEqual(before);
    expect(scene.world.lines.at(-1)).toMatchObject({
      ...{ event: "runSuperseded", runId: "run-0", requestId: "request-1", by: "run-1" },
    });
  });

  it("as it was lost and overtaken: it writes nothing, and is still to be recorded", async () => {
    const scene = await lost({}, written(1));
    const other = { runId: "run-2", requestId: "request-2", fingerprint: "other" };
    await admitted(scene.world, { ...scene.input, ...other });
    const before = await traces(scene);
    expect(await startAgain(scene)).toEqual({ state: "superseded" });
    expect(await traces(scene)).toEqual(before);
    expect(await mend(scene)).toEqual({ kind: "recorded" });
  });

  it("as promoted: it is promoted no second time", async () => {
    const scene = createScene({ regions: THREE });
    await scene.run();
    const promotion = { ...scene.input, runId: "promotion-1", requestId: "promotion" };
    await admitted(scene.world, promotion);
    const promote = () => startAgain({ ...scene, input: promotion }, PROMOTE_IMAGE_VERSION);
    const output = await promote();
    expect(output).toEqual({ state: "promoted" });
    const before = await traces(scene);
    expect(await promote()).toEqual(output);
    expect(await traces(scene)).toEqual(before);
  });
});
