import { RUN_TAG, WRITE_TAG } from "../../../src/domain/plan/image-version-body";
import { PUBLISH_IMAGE_VERSION } from "../../../src/orchestrators/names";
import { azureFault } from "../../support/azure-fault";
import { runUntil, terminate } from "./lost-run";
import { createScene, type Scene } from "./run";

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
async function startAgain({ harness, input }: Scene): Promise<{ state: string }> {
  const instanceId = input.publicationId;
  await harness.start(PUBLISH_IMAGE_VERSION, { instanceId, input });
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
