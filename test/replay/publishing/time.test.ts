import { createBody, RUN_TAG } from "../../../src/domain/plan/image-version-body";
import { documentPaths } from "../../../src/domain/run/document-paths";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { azureFault } from "../../support/azure-fault";
import { createScene, type Scene, type SceneOptions } from "./run";
import { say } from "./steering";

const THREE = ["westus", "eastus2", "northeurope"];
const ONE_BY_ONE = THREE.map((region) => [region]);
const MINUTE = 60_000;

const outcomeOf = ({ world, input }: Scene): OutcomeDocument =>
  world.documents.get(documentPaths.outcome(input.publicationId, input.runId)) as OutcomeDocument;

/** Runs it to its end; with the minutes that it took. */
async function timed(scene: Scene): Promise<{ state: string; minutes: number }> {
  const before = scene.clock.now();
  const { state } = await scene.run();
  return { state, minutes: (scene.clock.now() - before) / MINUTE };
}

const sceneOf = (rollout: Record<string, unknown>, more: SceneOptions = {}): Scene =>
  createScene({ regions: THREE, request: { rollout }, ...more });

/** Somebody makes the version after the plan was made, and takes a day for it. */
function somebodyIsAtIt({ world, clock, request }: Scene): void {
  const { onWrite } = world.behaviour;
  world.behaviour.durationMs = () => 24 * 60 * MINUTE;
  world.behaviour.onWrite = (kind, moment, write) => {
    onWrite(kind, moment, write);
    const isPlanned = world.events.at(-1)?.type.endsWith(".planned") === true;
    if (kind === "event" && moment === "after" && isPlanned && world.version() === undefined)
      world.placeVersion(createBody(request, [{ name: "westus" }]), clock.now());
  };
}

describe("the time of a run", () => {
  it("ends the wait for somebody else's operation, and nothing is written after it", async () => {
    const scene = sceneOf({ timeout: "PT10M" });
    somebodyIsAtIt(scene);
    const { state, minutes } = await timed(scene);
    expect([state, Math.round(minutes) <= 10]).toEqual(["rejected", true]);
    expect(scene.world.version()?.body.tags).not.toHaveProperty(RUN_TAG);
    expect(scene.failure()).toMatchObject({
      fault: { code: "RunTimedOut", message: expect.stringContaining("OperationInFlight") },
      leftOver: [],
    });
  });

  it("lets no wave begin after it, nor anybody be asked; what isn't required fails for it", async () => {
    const rollout = {
      waves: ONE_BY_ONE,
      timeout: "PT20M",
      waveTimeout: "PT20M",
      requiredRegions: ["westus"],
    };
    const scene = sceneOf(rollout);
    const { behaviour, log } = scene.world;
    behaviour.succeedsEarly = true;
    behaviour.durationMs = (region) => (region === "westus" ? MINUTE : 24 * 60 * MINUTE);
    const { state, minutes } = await timed(scene);
    expect([state, Math.round(minutes) <= 20]).toEqual(["published", true]);
    // Of three waves two, and the promotion.
    expect(log.puts.map(({ publishingProfile }) => publishingProfile.targetRegions.length)).toEqual(
      [1, 2, 2],
    );
    expect(outcomeOf(scene).regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "failed", fault: { code: "ReplicationTimedOut" } },
      { region: "northeurope", kind: "failed", attempts: 0, fault: { code: "RunTimedOut" } },
    ]);
  });

  it("ends by policy when what is required isn't there, with its own reason", async () => {
    const scene = sceneOf({ waves: [["westus"], THREE.slice(1)], timeout: "PT5M5S" });
    const { state, minutes } = await timed(scene);
    expect([state, minutes < 6]).toEqual(["partlyPublished", true]);
    expect(scene.failure()).toMatchObject({
      fault: { code: "RunTimedOut" },
      regions: [{ kind: "completed" }, { kind: "notStarted" }, { kind: "notStarted" }],
    });
    expect(scene.world.log.puts).toHaveLength(1);
  });

  it("isn't left for a repeat that would begin after it", async () => {
    const scene = sceneOf({ timeout: "PT5M5S" });
    scene.world.behaviour.failing.set("eastus2", "no capacity");
    expect((await timed(scene)).state).toBe("partlyPublished");
    expect(scene.world.log.puts).toHaveLength(1);
    expect(scene.failure().regions[1]).toMatchObject({ fault: { message: "no capacity" } });
  });

  it("holds for a verification as well", async () => {
    const scene = sceneOf({ verify: "disk", timeout: "PT5M" });
    const { state, minutes } = await timed(scene);
    expect([state, minutes < 6]).toEqual(["failed", true]);
    expect(scene.failure().regions[0]).toMatchObject({
      fault: {
        code: "VerificationFailedInTime",
        message: expect.stringContaining("the run's time (rollout.timeout) was over"),
      },
    });
  });
});

/** Somebody else's version, which takes a day, is there before the run. */
function somebodyWasAtIt({ world, clock, request }: Scene): void {
  world.behaviour.durationMs = () => 24 * 60 * MINUTE;
  world.placeVersion(createBody(request, [{ name: "westus" }]), clock.now());
}
/** The sets can't be read for a long time. */
function setsAreAway({ world }: Scene): void {
  const away = azureFault("ServiceUnavailable", "transient", "busy", "none");
  world.behaviour.troubles.set = Array.from({ length: 200 }, () => away);
}

describe.each([
  ["somebody else's operation", somebodyWasAtIt],
  ["the regions' sets", setsAreAway],
])("a run that waits for %s before it can plan", (_, happens) => {
  it("ends soon after it was cancelled, and has written nothing", async () => {
    const scene = sceneOf({});
    happens(scene);
    await scene.begin();
    await scene.harness.advance(3 * MINUTE);
    await say(scene, { about: "cancel" });
    const before = scene.clock.now();
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(scene.clock.now() - before).toBeLessThan(3 * MINUTE);
    expect(scene.world.log.puts).toEqual([]);
    expect(scene.failure()).toMatchObject({ fault: { code: "Cancelled" }, leftOver: [] });
  });

  it("waits no longer than its own time", async () => {
    const scene = sceneOf({ timeout: "PT10M" });
    happens(scene);
    const { state, minutes } = await timed(scene);
    expect([state, minutes <= 12]).toEqual(["rejected", true]);
    expect(JSON.stringify(scene.failure())).toContain("RunTimedOut");
  });
});

describe("a wave that Azure refuses", () => {
  const denied = azureFault(
    "RequestDisallowedByPolicy",
    "permanent",
    "no",
    "ask the policy's owner",
  );
  /** The second wave is refused. */
  function refused(rollout: Record<string, unknown>): Scene {
    const scene = sceneOf({ waves: ONE_BY_ONE, ...rollout });
    const { behaviour, log } = scene.world;
    behaviour.onWrite = (kind, moment) => {
      if (kind === "put" && moment === "after" && log.puts.length === 1)
        behaviour.troubles.put = [denied];
    };
    return scene;
  }

  it("is left out when it isn't required: the later ones are written, and the version is promoted", async () => {
    const scene = refused({ requiredRegions: ["westus", "northeurope"] });
    expect(await scene.run()).toEqual({ state: "published" });
    expect(outcomeOf(scene).regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "failed", attempts: 0, fault: denied },
      { region: "northeurope", kind: "completed" },
    ]);
    const body = scene.world.version()?.body;
    expect(body?.publishingProfile.excludeFromLatest).toBe(false);
    const waves = scene.world.events.filter(({ type }) => type.endsWith(".waveCompleted"));
    expect(waves.map(({ data }) => data)).toMatchObject([
      { completed: ["westus"], failed: [] },
      { completed: [], failed: ["eastus2"] },
      { completed: ["northeurope"], failed: [] },
    ]);
  });

  it("isn't offered for removal when the run fails later", async () => {
    const scene = refused({ requiredRegions: ["westus", "northeurope"] });
    scene.world.behaviour.failing.set("northeurope", "no capacity");
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const what = scene.failure().leftOver.map((one) => one.what);
    expect(what).toContainEqual(expect.stringContaining("aren't Completed: northeurope;"));
  });

  it("ends the run when it is required", async () => {
    const scene = refused({});
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.failure()).toMatchObject({ fault: { code: "RequestDisallowedByPolicy" } });
    expect(scene.world.log.puts).toHaveLength(1);
  });
});
