import { documentPaths } from "../../../src/domain/run/document-paths";
import type { LogLineOf } from "../../../src/domain/run/log-line";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { unpackRegions, type RunStatus } from "../../../src/domain/run/progress";
import { ADDITIONAL, createScene, type Scene, type SceneOptions } from "./run";
import { say } from "./steering";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Two regions, of which `eastus2` gets to 40 % within two minutes and stands still there. */
function standing(more: SceneOptions = {}): Scene {
  const scene = createScene(more);
  scene.world.behaviour.standing.set("eastus2", { at: 40 });
  return scene;
}

type StallLine = LogLineOf<"regionStalled" | "regionMoved">;

/** What is told of regions that stand still. */
const linesOf = ({ world }: Scene): StallLine[] =>
  world.lines.filter((line): line is StallLine => /^region/.test(line.event));
const told = (scene: Scene) => linesOf(scene).map(({ event, region }) => [event, region]);

const outcomeOf = ({ world, input }: Scene): OutcomeDocument =>
  world.documents.get(documentPaths.outcome(input.publicationId, input.runId)) as OutcomeDocument;

/** The regions as the watcher shows them. */
async function shown(scene: Scene) {
  const status = (await scene.harness.status(scene.watcher(1)))?.customStatus;
  return unpackRegions((status as RunStatus).regions);
}

describe("a region that stands still", () => {
  it("is told once and shown, over many looks and several generations of the watcher; so is that it moves again", async () => {
    let generations = 0;
    const scene = standing({
      onOrchestrator: ({ name, payload }) => {
        // Each begins with a history of its own, of which nothing is replayed.
        if (name === "watchRegions" && !payload.includes('"isReplaying":true')) generations++;
      },
    });
    await scene.begin();
    await scene.harness.advance(10 * MINUTE);
    expect(linesOf(scene)).toEqual([]);
    expect((await shown(scene))[1]).not.toHaveProperty("stalledSince");

    await scene.harness.advance(4 * HOUR);
    const [line, ...more] = linesOf(scene);
    expect(more).toEqual([]);
    const [, region] = await shown(scene);
    const since = Math.floor(Date.parse(line?.since ?? "") / 1000) * 1000;
    expect(region).toMatchObject({ state: "replicating", progress: 40, stalledSince: since });
    expect(line).toMatchObject({
      ...{ event: "regionStalled", region: "eastus2", state: "replicating", progress: 40 },
      ...{ publicationId: scene.input.publicationId, runId: "run-1" },
      imageVersionId: scene.input.accepted.imageId,
    });
    const stoodMs = Date.parse(line?.time ?? "") - Date.parse(line?.since ?? "");
    expect([stoodMs >= HOUR - 1_000, stoodMs <= HOUR + MINUTE]).toEqual([true, true]);
    expect(generations).toBeGreaterThan(3);

    scene.world.behaviour.standing.clear();
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toEqual({ state: "published" });
    expect(linesOf(scene)).toEqual([
      line,
      {
        ...line,
        ...{ event: "regionMoved", state: "completed", progress: 100 },
        time: expect.any(String),
      },
    ]);
    expect(outcomeOf(scene).regions[1]).toEqual({ region: "eastus2", kind: "completed" });
  });

  it("and one beside it are told each at its own time, and those that move aren't", async () => {
    const scene = standing({ regions: ["westus", "eastus2", "uksouth", "northeurope"] });
    const { behaviour } = scene.world;
    behaviour.durationMs = (region) => (region === "uksouth" ? 4 * HOUR : 5 * MINUTE);
    behaviour.standing.set("uksouth", { at: 20 });
    await scene.begin();
    await scene.harness.advance(90 * MINUTE);
    expect(told(scene)).toEqual([["regionStalled", "eastus2"]]);
    await scene.harness.advance(90 * MINUTE);
    expect(told(scene)).toEqual([
      ["regionStalled", "eastus2"],
      ["regionStalled", "uksouth"],
    ]);
    behaviour.standing.delete("eastus2");
    await scene.harness.advance(2 * MINUTE);
    behaviour.standing.delete("uksouth");
    await scene.harness.runToEnd(scene.input.publicationId);
    // It has moved, and goes on to its end.
    expect(told(scene).slice(2)).toEqual([
      ["regionMoved", "eastus2"],
      ["regionMoved", "uksouth"],
    ]);
  });

  it("may do so again", async () => {
    const scene = standing();
    const { behaviour } = scene.world;
    behaviour.durationMs = () => 5 * HOUR;
    behaviour.standing.set("westus", { at: 100 }).set("eastus2", { at: 10 });
    await scene.begin();
    await scene.harness.advance(3 * HOUR);
    behaviour.standing.set("eastus2", { at: 50 });
    await scene.harness.advance(2 * HOUR);
    behaviour.standing.delete("eastus2");
    await scene.harness.runToEnd(scene.input.publicationId);
    expect(linesOf(scene).map(({ event, progress }) => [event, progress])).toEqual([
      ["regionStalled", 10],
      ["regionMoved", 50],
      ["regionStalled", 50],
      ["regionMoved", 100],
    ]);
  });

  it("to the end of its wave's time is recorded with since when and where, and so its fault says", async () => {
    const scene = standing({ request: { rollout: { waveTimeout: "PT3H" } } });
    const { state } = await scene.run();
    expect(state).toBe("partlyPublished");
    const [line, ...more] = linesOf(scene);
    expect(more).toEqual([]);
    const ended = {
      ...{ region: "eastus2", kind: "failed", attempts: 1, stalledSince: line?.since },
      fault: {
        code: "ReplicationTimedOut",
        message: `still replicating at 40 % after 180 minutes, and it has stood still there since ${line?.since}; Azure may yet complete it`,
      },
    };
    expect(outcomeOf(scene).regions).toMatchObject([{ kind: "completed" }, ended]);
    expect(scene.failure().regions[1]).toMatchObject(ended);
  });

  it("is also one of which Azure says nothing once its write was accepted; what it waited for before doesn't count", async () => {
    const waves = [["westus"], ["eastus2"]];
    const rollout = { waves, approveBetweenWaves: true, waveTimeout: "PT3H" };
    const scene = createScene({ request: { rollout } });
    const { harness, world, input } = scene;
    world.behaviour.untold.add("eastus2");
    await scene.begin();
    await harness.advance(20 * HOUR);
    const approvedAt = harness.clock.now();
    await say(scene, { about: "wave-1", decision: "approve" });
    await harness.runToEnd(input.publicationId);
    expect(world.version()?.provisioningState).toBe("Succeeded");
    const [line, ...more] = linesOf(scene);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ event: "regionStalled", state: "prepared", progress: 0 });
    const waitedMs = Date.parse(line?.since ?? "") - approvedAt;
    expect([waitedMs >= 0, waitedMs < MINUTE]).toEqual([true, true]);
    expect(scene.failure().regions[1]).toMatchObject({ stalledSince: line?.since });
  });

  it("when its run is cancelled is recorded with since when; nothing more is told of it", async () => {
    const scene = standing();
    await scene.begin();
    await scene.harness.advance(2 * HOUR);
    await say(scene, { about: "cancel" });
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toMatchObject({ state: "cancelled" });
    const [line, ...more] = linesOf(scene);
    expect([line?.event, more]).toEqual(["regionStalled", []]);
    expect(scene.failure().regions[1]).toMatchObject({
      ...{ fault: { code: "Cancelled" }, stalledSince: line?.since },
    });
  });

  it("and then fails is told as changed; begun anew, it has nothing of it any more", async () => {
    const scene = standing();
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no capacity");
    behaviour.failures = () => 1;
    await scene.begin();
    await scene.harness.advance(2 * HOUR);
    behaviour.standing.clear();
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toEqual({ state: "published" });
    expect(scene.world.log.puts).toHaveLength(3);
    expect(linesOf(scene).map(({ event, state }) => [event, state])).toEqual([
      ["regionStalled", "replicating"],
      ["regionMoved", "failed"],
    ]);
    expect(outcomeOf(scene).regions[1]).toEqual({ region: "eastus2", kind: "completed" });
  });

  it("is shown and recorded all the same when the log can't be written", async () => {
    const scene = standing({ request: { rollout: { waveTimeout: "PT3H" } } });
    scene.world.behaviour.endsProcess = (activity) => activity === "noteStalled";
    expect((await scene.run()).state).toBe("partlyPublished");
    expect(linesOf(scene)).toEqual([]);
    expect(scene.failure().regions[1]).toMatchObject({
      ...{ fault: { code: "ReplicationTimedOut" }, stalledSince: expect.any(String) },
    });
  });

  it("is found although the timer that should show it fires a second early", async () => {
    // Timers wait for whole seconds then.
    const interval = 5 * MINUTE + 500;
    const scene = standing({ timersFireEarlyMs: 1_000 });
    scene.world.dependencies.watch = {
      ...{ minIntervalMs: interval, maxIntervalMs: interval, stalledAfterMs: interval },
    };
    await scene.begin();
    await scene.harness.advance(HOUR);
    const [line] = linesOf(scene);
    expect(Date.parse(line?.time ?? "") - Date.parse(line?.since ?? "")).toBe(5 * MINUTE);
  });

  it("fits in the status of a hundred like it", async () => {
    const regions = ["westus", ...ADDITIONAL.slice(0, 99)];
    const scene = createScene({ regions });
    const { dependencies } = scene.world;
    dependencies.watch = { ...dependencies.watch, stalledAfterMs: 5 * MINUTE };
    for (const region of regions) scene.world.behaviour.standing.set(region, { at: 40 });
    await scene.begin();
    await scene.harness.advance(10 * MINUTE);
    expect(linesOf(scene)).toHaveLength(100);
    expect((await shown(scene)).every(({ stalledSince }) => stalledSince !== undefined)).toBe(true);
    const status = (await scene.harness.status(scene.watcher(1)))?.customStatus;
    expect(JSON.stringify(status).length).toBeLessThan(8_701);
  });
});

describe("nothing is told of a region that", () => {
  it("moves, however slowly, by a per cent within the hour", async () => {
    const scene = createScene();
    scene.world.behaviour.durationMs = () => 90 * HOUR;
    await scene.begin();
    await scene.harness.advance(6 * HOUR);
    expect(linesOf(scene)).toEqual([]);
  });

  it("has waited for its wave to be approved", async () => {
    const rollout = {
      waves: [["westus"], ["eastus2"]],
      ...{ approveBetweenWaves: true, approvalTimeout: "P2D" },
    };
    const scene = createScene({ request: { rollout } });
    await scene.begin();
    await scene.harness.advance(20 * HOUR);
    await say(scene, { about: "wave-1", decision: "approve" });
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toEqual({ state: "published" });
    expect(linesOf(scene)).toEqual([]);
  });
});
