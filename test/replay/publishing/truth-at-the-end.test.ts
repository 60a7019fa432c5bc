import { runUntil } from "./lost-run";
import { createScene, type Scene } from "./run";
import { say } from "./steering";

const THREE = ["westus", "eastus2", "uksouth"];
const TWO_WAVES = { waves: [["westus", "eastus2"], ["uksouth"]] };

const endOf = async ({ harness, input }: Scene): Promise<string> =>
  ((await harness.runToEnd(input.publicationId)).output as { state: string }).state;

/** A run of two waves that waits for somebody's word, with its first wave there. */
async function awaiting(more: Record<string, unknown> = {}): Promise<Scene> {
  const rollout = { ...TWO_WAVES, approveBetweenWaves: true };
  const scene = createScene({ regions: THREE, request: { rollout, ...more } });
  await scene.begin();
  await runUntil(scene, async () => {
    const status = await scene.harness.status(scene.input.publicationId);
    return (status?.customStatus as { phase?: string } | null)?.phase === "awaitingApproval";
  });
  return scene;
}

const approve = (scene: Scene) => say(scene, { about: "wave-1", decision: "approve" });
const isExcluded = ({ world }: Scene) =>
  world.version()?.body.publishingProfile.excludeFromLatest === true;

describe("a region of an earlier wave that somebody takes away and adds back", () => {
  it.each([false, true])(
    "and that fails then keeps the version from being published, excluded: %s",
    async (excludeFromLatest) => {
      const scene = await awaiting({ excludeFromLatest });
      scene.world.behaviour.failing.set("eastus2", "no capacity");
      await approve(scene);
      expect(await endOf(scene)).toBe("partlyPublished");
      expect(isExcluded(scene)).toBe(true);
      expect(scene.failure().regions).toMatchObject([
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { message: "no capacity" } },
        { region: "uksouth", kind: "completed" },
      ]);
    },
  );

  it.each([false, true])(
    "is waited for before anything is told as published, excluded: %s",
    async (excludeFromLatest) => {
      const scene = await awaiting({ excludeFromLatest });
      const { behaviour, version } = scene.world;
      const wave = 7 * 60_000;
      behaviour.standing.set("eastus2", { at: 40, forMs: 60 * 60_000 });
      await approve(scene);
      await scene.harness.advance(wave);
      expect(version()?.provisioningState).toBe("Creating");
      behaviour.succeedsEarly = true;
      await scene.harness.advance(30 * 60_000);
      expect(scene.world.log.puts).toHaveLength(2);
      expect(isExcluded(scene)).toBe(true);
      expect(await endOf(scene)).toBe("published");
      expect(isExcluded(scene)).toBe(excludeFromLatest);
      const states = version()?.summary.map(({ state }) => state);
      expect(states).toEqual(["Completed", "Completed", "Completed"]);
    },
  );

  it("and that never comes isn't published, and isn't told as there", async () => {
    const scene = await awaiting({ excludeFromLatest: true });
    const { behaviour } = scene.world;
    behaviour.standing.set("eastus2", { at: 40 });
    behaviour.succeedsEarly = true;
    await approve(scene);
    expect(await endOf(scene)).toBe("partlyPublished");
    expect(scene.failure().fault).toMatchObject({ code: "RegionReplicatesAgain" });
  });
});
