import { documentPaths } from "../../../src/domain/run/document-paths";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { PUBLISH_IMAGE_VERSION } from "../../../src/orchestrators/names";
import { BUSY, runUntil, terminate } from "./lost-run";
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

/** Somebody writes the version without the region. */
const without = ({ world }: Scene, region: string): void =>
  world.changeVersion((body) => {
    const { publishingProfile: profile } = body;
    const targetRegions = profile.targetRegions.filter(({ name }) => name !== region);
    return { ...body, publishingProfile: { ...profile, targetRegions } };
  });
/** Somebody has made it anew: without disk encryption sets, and in latest. */
const madeAnewUnencrypted = ({ world }: Scene): void =>
  world.changeVersion((body) => {
    const { publishingProfile: profile } = body;
    const targetRegions = profile.targetRegions.map(({ encryption: _, ...region }) => ({
      ...region,
      excludeFromLatest: false,
    }));
    const publishingProfile = { ...profile, targetRegions, excludeFromLatest: false };
    return { ...body, tags: { owner: "bob" }, publishingProfile };
  });
/** Somebody has written eastus2 anew, with the sets of westus. */
const otherKeys = ({ world }: Scene): void =>
  world.changeVersion((body) => {
    const { publishingProfile: profile } = body;
    const encryption = profile.targetRegions[0]?.encryption;
    const targetRegions = profile.targetRegions.map((region) =>
      region.name === "eastus2" && encryption !== undefined ? { ...region, encryption } : region,
    );
    return { ...body, publishingProfile: { ...profile, targetRegions } };
  });
const outcomesOf = ({ world, input }: Scene) => {
  const path = documentPaths.outcome(input.publicationId, input.runId);
  return (world.documents.get(path) as OutcomeDocument | undefined)?.regions;
};
const cancel = (scene: Scene) => say(scene, { about: "cancel" });
const told = (scene: Scene) =>
  scene
    .failure()
    .regions.map((outcome) => (outcome.kind === "failed" ? outcome.fault.code : outcome.kind));

describe("what somebody does to a version while a run waits for a word", () => {
  const reject = (scene: Scene) => say(scene, { about: "wave-1", decision: "reject" });

  it.each([
    ["cancelled", cancel, "cancelled"],
    ["refused", reject, "partlyPublished"],
    ["left without an answer", async () => undefined, "partlyPublished"],
  ])("is told when it is %s: a region that was taken away isn't Completed", async (_, act, end) => {
    const scene = await awaiting();
    without(scene, "eastus2");
    await act(scene);
    expect(await endOf(scene)).toBe(end);
    expect(told(scene)).toEqual(["completed", "RegionVanished", "notStarted"]);
  });

  it("is told when it is cancelled: nothing of a version that was deleted is there", async () => {
    const scene = await awaiting();
    scene.world.changeVersion(() => undefined);
    await cancel(scene);
    expect(await endOf(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["VersionVanished", "VersionVanished", "notStarted"]);
    expect(scene.failure().leftOver).toEqual([]);
  });

  it.each([
    ["refused", reject],
    ["approved", approve],
  ])("is told when it is %s: what was made anew without keys isn't Completed", async (_, act) => {
    const scene = await awaiting();
    madeAnewUnencrypted(scene);
    await act(scene);
    expect(await endOf(scene)).toBe("failed");
    expect(told(scene).slice(0, 2)).toEqual(Array(2).fill("EncryptionChangedSincePlan"));
    expect(scene.world.log.puts).toHaveLength(1);
  });

  it("is told of the whole version as well: what somebody has taken into latest doesn't stay out of it", async () => {
    const scene = await awaiting();
    scene.world.changeVersion(({ publishingProfile: profile, ...body }) => {
      const targetRegions = profile.targetRegions.map((region) => ({
        ...region,
        excludeFromLatest: false,
      }));
      return {
        ...body,
        publishingProfile: { ...profile, targetRegions, excludeFromLatest: false },
      };
    });
    await reject(scene);
    expect(await endOf(scene)).toBe("partlyPublished");
    expect(scene.failure().leftOver[0]?.what).toMatch(/it is in latest$/);
  });
});

describe("what somebody does to an earlier wave while a later one replicates", () => {
  const replicating = async (rollout = {}): Promise<Scene> => {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { ...TWO_WAVES, ...rollout } },
    });
    scene.world.behaviour.standing.set("uksouth", { at: 30 });
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 2);
    return scene;
  };

  it("is told when the run is cancelled", async () => {
    const scene = await replicating();
    without(scene, "eastus2");
    await cancel(scene);
    expect(await endOf(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["completed", "RegionVanished", "Cancelled"]);
  });

  it.each([false, true])(
    "is told when the wave runs out of time, early success: %s",
    async (early) => {
      const scene = await replicating({ timeout: "PT30M" });
      scene.world.behaviour.succeedsEarly = early;
      madeAnewUnencrypted(scene);
      expect(await endOf(scene)).toBe("failed");
      expect(told(scene)).toEqual(Array(3).fill("EncryptionChangedSincePlan"));
    },
  );

  it("is told also when the version can't be read any more at the end", async () => {
    const scene = await replicating();
    without(scene, "eastus2");
    await cancel(scene);
    // The watch has seen it; the last look sees nothing.
    scene.world.behaviour.onRead = (path) => {
      if (path.endsWith("/undo.json"))
        scene.world.behaviour.troubles.get = Array.from({ length: 100 }, () => BUSY);
    };
    expect(await endOf(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["completed", "RegionVanished", "Cancelled"]);
    expect(scene.failure().leftOver[0]?.what).toMatch(/it couldn't be read again .*ServerBusy/);
  });

  it.each<[string, (scene: Scene) => void, string]>([
    ["taken away", (scene) => without(scene, "eastus2"), "RegionVanished"],
    ["written under other keys", otherKeys, "EncryptionChangedSincePlan"],
  ])(
    "doesn't keep the others out of latest where the region isn't required: %s",
    async (_, act, code) => {
      const scene = await replicating({ requiredRegions: ["westus", "uksouth"] });
      act(scene);
      scene.world.behaviour.standing.clear();
      expect(await endOf(scene)).toBe("published");
      expect(isExcluded(scene)).toBe(false);
      expect(outcomesOf(scene)).toMatchObject([
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code } },
        { region: "uksouth", kind: "completed" },
      ]);
    },
  );

  it("keeps a further wave from being begun, where the region is required", async () => {
    const waves = [["westus", "eastus2"], ["uksouth"], ["northeurope"]];
    const scene = createScene({
      regions: [...THREE, "northeurope"],
      request: { rollout: { waves } },
    });
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 2);
    without(scene, "eastus2");
    expect(await endOf(scene)).toBe("partlyPublished");
    expect(scene.world.log.puts).toHaveLength(2);
    expect(told(scene)).toEqual(["completed", "RegionVanished", "completed", "notStarted"]);
  });

  it("counts as well: what has become Completed before the end is recorded is there", async () => {
    const scene = await replicating();
    const { behaviour } = scene.world;
    await cancel(scene);
    behaviour.onRead = (path) => {
      if (!path.endsWith("/undo.json")) return;
      behaviour.standing.clear();
      behaviour.durationMs = () => 1;
    };
    expect(await endOf(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["completed", "completed", "completed"]);
  });
});

describe("a version that can't be read at the end", () => {
  it("doesn't keep the end from being recorded: that it wasn't seen is told", async () => {
    const scene = await awaiting();
    scene.world.behaviour.troubles.get = Array.from({ length: 100 }, () => BUSY);
    await cancel(scene);
    expect(await endOf(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["completed", "completed", "notStarted"]);
    expect(scene.failure().leftOver[0]?.what).toMatch(
      /whether it is in latest wasn't seen; it couldn't be read again .*ServerBusy/,
    );
  });
});

describe("a run that was lost, and is started again under its own id", () => {
  const lost = async (): Promise<Scene> => {
    const scene = createScene({ regions: ["westus", "eastus2"] });
    scene.world.behaviour.standing.set("eastus2", { at: 40 });
    await scene.begin();
    await runUntil(scene, () => {
      const states = scene.world.version()?.summary.map(({ state }) => state);
      return states?.includes("Completed") === true;
    });
    await terminate(scene);
    return scene;
  };
  const startAgain = async (scene: Scene): Promise<string> => {
    const { harness, input } = scene;
    await harness.start(PUBLISH_IMAGE_VERSION, { instanceId: input.publicationId, input });
    return endOf(scene);
  };

  it("tells what the lost one has left, when its plan is refused", async () => {
    const scene = await lost();
    scene.world.behaviour.withoutSet.add("eastus2");
    scene.world.behaviour.withoutSet.add("westus");
    expect(await startAgain(scene)).toBe("partlyPublished");
    expect(told(scene)).toEqual(["completed", "RunLost"]);
  });

  it("tells what the lost one has left, when it is cancelled before it has looked", async () => {
    const scene = await lost();
    scene.world.behaviour.troubles.get = [BUSY];
    await cancel(scene);
    expect(await startAgain(scene)).toBe("cancelled");
    expect(told(scene)).toEqual(["completed", "RunLost"]);
  });
});
