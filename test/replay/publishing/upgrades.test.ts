import { MemoryStore } from "../../support/durable-harness";
import { SIGNALLED } from "../../../src/orchestrators/names";
import type * as Versions from "../../../src/orchestrators/versions";
import { createScene, type Scene, type SceneOptions } from "./run";

/** The product with its branch by version taken out: every run is told the newest story. */
let mockWithoutBranch = false;
jest.mock("../../../src/orchestrators/versions", () => {
  const actual = jest.requireActual<typeof Versions>("../../../src/orchestrators/versions");
  const has: typeof actual.has = (...given) => mockWithoutBranch || actual.has(...given);
  return { ...actual, has };
});

const OPTIONS: SceneOptions = {
  regions: ["westus", "eastus2", "northeurope"],
  request: { rollout: { waves: { canary: 1, size: 5 }, approveBetweenWaves: true } },
};
/** The activities in front of the approval; 1.1 looks before it asks. */
const STORY = {
  "1.0": ["announceTransition", "announceTransition", "readSignals"],
  "1.1": ["announceTransition", "readSignals", "announceTransition", "readSignals"],
};

afterEach(() => (mockWithoutBranch = false));

/** A run that waits for an approval, and the host of another version that takes it over. */
async function upgraded(from: string, to: string): Promise<Scene> {
  const store = new MemoryStore();
  const before = createScene({ ...OPTIONS, store, version: from });
  await before.begin();
  await before.harness.advance(600_000);
  expect(await phaseOf(before)).toBe("awaitingApproval");
  await before.harness.stop();
  const { world } = before;
  return createScene({ ...OPTIONS, store, world, clock: before.harness.clock, version: to });
}

async function phaseOf(scene: Scene): Promise<unknown> {
  const status = await scene.harness.status(scene.input.publicationId);
  return (status?.customStatus as { phase?: unknown } | null)?.phase;
}

async function approve(scene: Scene) {
  await scene.world.dependencies.records.signal(scene.input.publicationId, {
    runId: scene.input.runId,
    about: "wave-1",
    decision: "approve",
    who: "Ada",
    why: "canary is fine",
    at: new Date(0).toISOString(),
  });
  await scene.harness.raiseEvent(scene.input.publicationId, SIGNALLED, {});
  return scene.harness.runToEnd(scene.input.publicationId);
}

/** Names of the activities up to the first look for a decision. */
async function activitiesBeforeApproval(scene: Scene): Promise<string[]> {
  const history = await scene.harness.history(scene.input.publicationId);
  const names = history.flatMap((event) => (event.kind === "taskScheduled" ? [event.name] : []));
  const firstWave = names.indexOf("createOrReplicateVersion");
  return names.slice(firstWave + 1);
}

describe("a run that waits for an approval while the app is upgraded", () => {
  it("goes on by the story that it was begun with", async () => {
    const scene = await upgraded("1.0", "1.1");
    expect(await activitiesBeforeApproval(scene)).toEqual(STORY["1.0"]);
    expect(await approve(scene)).toMatchObject({
      runtimeStatus: "Completed",
      output: { state: "published" },
    });
  });

  it("fails as non-deterministic when the stories don't part by version", async () => {
    const scene = await upgraded("1.0", "1.1");
    mockWithoutBranch = true;
    const end = await approve(scene);
    expect(end.runtimeStatus).toBe("Failed");
    expect(JSON.stringify(end.output)).toMatch(/Non-Deterministic workflow detected/);
  });

  it("was begun with one activity more on the new version", async () => {
    const scene = await upgraded("1.1", "1.1");
    expect(await activitiesBeforeApproval(scene)).toEqual(STORY["1.1"]);
    expect(await approve(scene)).toMatchObject({ output: { state: "published" } });
  });

  it("keeps its version for its later watches", async () => {
    const scene = await upgraded("1.0", "1.1");
    await approve(scene);
    const history = await scene.harness.history(scene.input.publicationId);
    const versions = history.flatMap((event) =>
      event.kind === "subOrchestrationCreated" ? [event.version] : [],
    );
    expect(versions.length).toBeGreaterThan(2);
    expect(new Set(versions)).toEqual(new Set(["1.0"]));
  });
});

describe("a run of the new version", () => {
  it("asks nobody for an approval once it was cancelled", async () => {
    const scene = createScene(OPTIONS);
    const { records } = scene.world.dependencies;
    // Somebody cancels after the last look of the wave's watch.
    scene.world.behaviour.onWrite = (kind, moment) => {
      const wave = scene.world.events.some(({ type }) => type.endsWith(".waveCompleted"));
      if (kind !== "event" || moment !== "after" || !wave) return;
      scene.world.behaviour.onWrite = () => undefined;
      void records.signal(scene.input.publicationId, {
        runId: scene.input.runId,
        about: "cancel",
        who: "Ada",
        why: "wrong image",
        at: new Date(0).toISOString(),
      });
    };
    expect(await scene.run()).toMatchObject({ state: "cancelled" });
    expect(scene.world.events.map(({ type }) => type).join()).not.toContain("awaitingApproval");
  });
});
