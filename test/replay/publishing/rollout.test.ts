import { ArmError } from "../../../src/azure/arm-error";
import { createBody, type ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { SIGNALLED } from "../../../src/orchestrators/names";
import { azureFault } from "../../support/azure-fault";
import { runUntil } from "./lost-run";
import { createScene, type Scene } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];
const CANARY = { rollout: { waves: { canary: 1, size: 2 } } };

const regionsOf = ({ publishingProfile }: ImageVersionBody): string[] =>
  publishingProfile.targetRegions.map(({ name }) => name);
const flags = ({ publishingProfile }: ImageVersionBody): boolean[] => [
  publishingProfile.excludeFromLatest === true,
  ...publishingProfile.targetRegions.map((region) => region.excludeFromLatest === true),
];
const eventsOf = (scene: Scene): string[] =>
  scene.world.events.map(({ type }) => type.split(".").at(-1) ?? "");

/** As the run itself would make it, under nobody's tags. */
const somebodysVersion = ({ request }: Scene): ImageVersionBody =>
  createBody(
    request,
    request.targetRegions
      .slice(0, 1)
      .map(({ name }) => ({ name, regionalReplicaCount: 1, storageAccountType: "Standard_LRS" })),
  );

describe("a rollout in waves", () => {
  it("writes each wave as the union so far, out of latest, and promotes the version at the end", async () => {
    const scene = createScene({ regions: THREE, request: CANARY });
    expect(await scene.run()).toEqual({ state: "published" });
    const { puts } = scene.world.log;
    expect(puts.map(regionsOf)).toEqual([["westus"], THREE, THREE]);
    expect(puts.map(flags)).toEqual([
      [true, true],
      [true, true, true, true],
      [false, false, false, false],
    ]);
    expect(eventsOf(scene)).toEqual([
      "accepted",
      "planned",
      "waveCompleted",
      "waveCompleted",
      "promoted",
      "published",
    ]);
  });

  it("doesn't begin the next wave when a required region can't be reached", async () => {
    const scene = createScene({ regions: THREE, request: CANARY });
    scene.world.behaviour.failing.set("westus", "the disk is gone");
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(scene.world.log.puts.map(regionsOf)).not.toContainEqual(THREE);
    // The wave is over, and no region of it is there: the event says so.
    const waves = scene.world.events.filter(({ type }) => type.endsWith(".waveCompleted"));
    expect(waves.map(({ data }) => data)).toEqual([
      expect.objectContaining({ wave: 1, waves: 2, completed: [], failed: ["westus"] }),
    ]);
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual([
      "failed",
      "notStarted",
      "notStarted",
    ]);
  });

  it("repeats the PUT for a failed region, and is published when it comes in the end", async () => {
    const scene = createScene({ regions: THREE });
    const { behaviour, log } = scene.world;
    behaviour.failing.set("eastus2", "busy");
    await scene.begin();
    await runUntil(scene, () => log.puts.length === 3);
    behaviour.failing.clear();
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toEqual({
      state: "published",
    });
  });
});

test("a region isn't judged by an earlier write's operation when the replies of the later ones were lost", async () => {
  const scene = createScene({ regions: THREE });
  const { behaviour, log } = scene.world;
  behaviour.failing.set("eastus2", "no capacity");
  await scene.begin();
  await runUntil(scene, () => log.puts.length === 1);
  const lost = azureFault("ConnectionFailed", "transient", "socket hang up", "look at the network");
  behaviour.troubles.putReply = [lost, lost, lost];
  await runUntil(scene, () => log.puts.length === 2);
  behaviour.operationFault = azureFault("Conflict", "permanent", "of the first write", "look");
  await scene.harness.runToEnd(scene.input.publicationId);
  expect(scene.failure().regions).toContainEqual(
    expect.objectContaining({
      region: "eastus2",
      fault: expect.objectContaining({ message: "no capacity" }),
    }),
  );
  expect(scene.failure()).not.toHaveProperty("operationUrl");
});

describe("regions that go on failing", () => {
  const request = { rollout: { readdFailedRegions: true } };

  it("are removed and added back once, when the request opts in, with the safety flag closed again", async () => {
    const scene = createScene({ regions: THREE, request });
    scene.world.behaviour.failing.set("eastus2", "no");
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const { puts } = scene.world.log;
    expect(puts.map(regionsOf)).toEqual([
      THREE,
      THREE,
      THREE,
      THREE,
      ["westus", "northeurope"],
      ["westus", "northeurope", "eastus2"],
    ]);
    expect(
      puts.map(({ safetyProfile }) => safetyProfile.allowDeletionOfReplicatedLocations),
    ).toEqual([false, false, false, false, true, false]);
    // The PUT that adds the region back closes the flag, too.
    expect(scene.world.lines).toMatchObject([
      { event: "safetyFlagOpened", runId: "run-1", regions: "eastus2" },
    ]);
  });

  it("stay as they are without the opt-in", async () => {
    const scene = createScene({ regions: THREE });
    scene.world.behaviour.failing.set("eastus2", "no");
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.world.log.puts).toHaveLength(4);
    expect(scene.failure().regions).toContainEqual(
      expect.objectContaining({ region: "eastus2", kind: "failed", attempts: 4 }),
    );
    expect(scene.failure().undone).toEqual([]);
  });
});

describe("rollBack", () => {
  const request = { rollout: { onFailure: "rollBack" } };

  it("deletes a version that it made when no region is there", async () => {
    const scene = createScene({ regions: THREE, request });
    for (const region of THREE) scene.world.behaviour.failing.set(region, "no");
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(scene.world.version()).toBeUndefined();
    expect(scene.failure().undone?.map(({ step, result }) => `${step.activity} ${result}`)).toEqual(
      ["deleteVersion undone", "removeRegions nothingToUndo"],
    );
  });

  it("removes what isn't Completed, keeps what is, and says so", async () => {
    const scene = createScene({ regions: THREE, request });
    scene.world.behaviour.failing.set("eastus2", "no");
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const version = scene.world.version();
    expect(version && regionsOf(version.body)).toEqual(["westus", "northeurope"]);
    expect(version?.body.safetyProfile.allowDeletionOfReplicatedLocations).toBe(false);
    expect(version?.body.publishingProfile.excludeFromLatest).toBe(true);
    expect(scene.failure().undone).toMatchObject([
      { step: { activity: "deleteVersion" }, result: "kept", fault: { code: "VersionKept" } },
      { step: { activity: "removeRegions" }, result: "undone", regions: ["eastus2"] },
      { step: { activity: "closeSafetyFlag" }, result: "undone" },
    ]);
    expect(eventsOf(scene)).toContain("compensated");
  });

  it("is told as partly published when all that had run out of time became Completed after all", async () => {
    const rollout = { timeout: "PT10M", waveTimeout: "PT5M", onFailure: "rollBack" };
    const scene = createScene({ regions: THREE, request: { rollout } });
    scene.world.behaviour.durationMs = () => 20 * 60_000;
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.failure()).toMatchObject({ state: "partlyPublished" });
    expect(new Set(scene.failure().regions.map(({ kind }) => kind))).toEqual(
      new Set(["completed"]),
    );
  });
});

describe("a cancelled run", () => {
  const cancel = (scene: Scene): Promise<boolean> =>
    scene.world.dependencies.records.signal(scene.input.publicationId, {
      runId: scene.input.runId,
      about: "cancel",
      who: "Ada",
      why: "wrong image",
      at: new Date(0).toISOString(),
    });

  it("stops watching, starts no further wave and is recorded with who and why", async () => {
    const scene = createScene({ regions: THREE, request: CANARY });
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 1);
    await cancel(scene);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(scene.world.log.puts.map(regionsOf)).toEqual([["westus"]]);
    expect(scene.failure()).toMatchObject({
      state: "cancelled",
      fault: { code: "Cancelled", message: "Ada cancelled the run: wrong image" },
    });
  });

  it("before its first write writes nothing, and no region was begun", async () => {
    const scene = createScene({ regions: THREE });
    await scene.begin();
    await cancel(scene);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(scene.world.log.puts).toEqual([]);
    expect(scene.failure()).toMatchObject({
      state: "cancelled",
      fault: { code: "Cancelled", message: "Ada cancelled the run: wrong image" },
      regions: THREE.map((region) => ({ region, kind: "notStarted" })),
      leftOver: [],
      undone: [],
    });
  });

  it("doesn't wait for somebody else's operation any more, and adds nothing to what they made", async () => {
    const scene = createScene({ regions: THREE });
    const { world, harness } = scene;
    world.behaviour.onWrite = (kind, moment) => {
      // Somebody creates the version between the plan and the write.
      const isPlanned = world.events.at(-1)?.type.endsWith(".planned") === true;
      if (kind === "event" && moment === "after" && isPlanned && world.version() === undefined)
        world.placeVersion(somebodysVersion(scene), harness.clock.now());
    };
    world.behaviour.durationMs = () => 3_600_000;
    await scene.begin();
    await harness.advance(600_000);
    expect(world.log.puts).toEqual([]);
    await cancel(scene);
    const before = harness.clock.now();
    expect((await harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(world.log.puts).toEqual([]);
    expect(harness.clock.now() - before).toBeLessThan(180_000);
  });

  it.each([
    ["in the pause before a repeat repeats nothing", {}, [THREE]],
    [
      "in the pause before a removal removes nothing",
      { rollout: { readdFailedRegions: true } },
      [THREE, THREE, THREE, THREE],
    ],
  ])("%s", async (_, request, puts) => {
    const scene = createScene({ regions: THREE, request });
    const { world } = scene;
    world.behaviour.failing.set("eastus2", "no");
    world.behaviour.durationMs = () => 20_000;
    const lastWatch = scene.watcher(puts.length);
    const isPausing = async (): Promise<boolean> =>
      (await scene.harness.status(lastWatch))?.runtimeStatus === "Completed";
    await scene.begin();
    await runUntil(scene, isPausing, 1_000);
    await cancel(scene);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(world.log.puts.map(regionsOf)).toEqual(puts);
    const version = world.version();
    expect(version && regionsOf(version.body)).toEqual(THREE);
    expect(version?.body.safetyProfile.allowDeletionOfReplicatedLocations).toBe(false);
  });

  it("is compensated by its policy: a version without a region is deleted once Azure lets it", async () => {
    const rollout = { ...CANARY.rollout, onFailure: "rollBack" };
    const scene = createScene({ regions: THREE, request: { rollout } });
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 1);
    scene.world.behaviour.failing.set("westus", "too late");
    await cancel(scene);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    expect(scene.world.version()).toBeUndefined();
  });

  it("doesn't tell of a region that it is there when somebody has given it other keys meanwhile", async () => {
    const rollout = { waves: [["westus"], ["eastus2", "northeurope"]], onFailure: "rollBack" };
    const scene = createScene({ regions: THREE, request: { rollout } });
    const { log, setId } = scene.world;
    await scene.begin();
    await runUntil(scene, () => log.puts.length === 2);
    await cancel(scene);
    scene.world.changeVersion(({ publishingProfile: profile, ...body }) => {
      const targetRegions = profile.targetRegions.map((region) =>
        region.name === "eastus2"
          ? {
              ...region,
              encryption: { osDiskImage: { diskEncryptionSetId: setId("theirs-eastus2") } },
            }
          : region,
      );
      return { ...body, publishingProfile: { ...profile, targetRegions } };
    });
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    const version = scene.world.version();
    expect(version && regionsOf(version.body)).toEqual(THREE);
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual([
      "completed",
      "failed",
      "completed",
    ]);
  });

  it("tells that a region is there that became Completed while its removal waited for Azure", async () => {
    const rollout = { waves: [["westus"], ["eastus2", "northeurope"]], onFailure: "rollBack" };
    const scene = createScene({ regions: THREE, request: { rollout } });
    const { behaviour, log } = scene.world;
    behaviour.failing.set("northeurope", "no");
    await scene.begin();
    await runUntil(scene, () => log.puts.length === 2);
    await cancel(scene);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "cancelled",
    });
    const version = scene.world.version();
    expect(version && regionsOf(version.body)).toEqual(["westus", "eastus2"]);
    const { regions, leftOver, undone } = scene.failure();
    expect(regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "completed" },
      { region: "northeurope", kind: "failed", fault: { code: "Cancelled" } },
    ]);
    expect(undone).toContainEqual(
      expect.objectContaining({ regions: ["northeurope"], completed: ["eastus2"] }),
    );
    expect(leftOver.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the image version, Completed in westus, eastus2; /),
    ]);
  });
});

describe("a cancellation that comes when the run looks for none any more", () => {
  const STATEMENT = { who: "Ada", why: "wrong image", at: new Date(0).toISOString() };
  const cancel = ({ world, input: { publicationId, runId } }: Scene): void =>
    void world.dependencies.records.signal(publicationId, {
      ...{ runId, about: "cancel" },
      ...STATEMENT,
    });
  const CANCELLED = "Ada cancelled the run: wrong image";

  it("counts while the last wave's end is announced: the run ends cancelled by its policy", async () => {
    const scene = createScene({ request: { rollout: { onFailure: "rollBack" } } });
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no");
    behaviour.onWrite = (kind, moment) => {
      if (kind !== "event" || moment !== "before" || scene.world.log.puts.length < 4) return;
      behaviour.onWrite = () => undefined;
      cancel(scene);
    };
    expect(await scene.run()).toMatchObject({ state: "cancelled" });
    expect(scene.failure().fault).toMatchObject({ code: "Cancelled", message: CANCELLED });
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual(["completed", "failed"]);
    expect(scene.world.version()?.body.publishingProfile.targetRegions).toHaveLength(1);
  });

  it("counts while an impossible plan is recorded, whose problems are told all the same", async () => {
    const scene = createScene();
    const { behaviour } = scene.world;
    behaviour.withoutSet.add("eastus2");
    behaviour.onWrite = (kind, moment) => {
      const isPlanned = [...scene.world.documents.keys()].some((path) => path.includes("plan"));
      if (kind !== "document" || moment !== "after" || !isPlanned) return;
      behaviour.onWrite = () => undefined;
      cancel(scene);
    };
    expect(await scene.run()).toMatchObject({ state: "cancelled" });
    expect(scene.failure()).toMatchObject({
      fault: { code: "Cancelled", message: CANCELLED },
      problems: [{ region: "eastus2" }, { region: "eastus2" }],
      leftOver: [],
    });
  });

  it("doesn't hide what had ended the run already", async () => {
    const scene = createScene();
    const { imageVersions } = scene.world.dependencies;
    imageVersions.put = async () => {
      cancel(scene);
      throw new ArmError(azureFault("RequestDisallowedByPolicy", "permanent", "denied", "ask"));
    };
    expect(await scene.run()).toMatchObject({ state: "cancelled" });
    expect(scene.failure().fault).toMatchObject({
      code: "RequestDisallowedByPolicy",
      message: `${CANCELLED}; it had ended before: denied`,
      action: "ask",
    });
  });
});

describe("an approval", () => {
  const request = { rollout: { waves: { canary: 1, size: 5 }, approveBetweenWaves: true } };
  const waiting = async (scene: Scene): Promise<void> => {
    await scene.begin();
    await runUntil(scene, async () => {
      const status = await scene.harness.status(scene.input.publicationId);
      return (status?.customStatus as { phase?: string } | null)?.phase === "awaitingApproval";
    });
  };
  const say = async (scene: Scene, decision: "approve" | "reject"): Promise<void> => {
    await scene.world.dependencies.records.signal(scene.input.publicationId, {
      runId: scene.input.runId,
      about: "wave-1",
      decision,
      who: "Ada",
      why: "canary is fine",
      at: new Date(0).toISOString(),
    });
    await scene.harness.raiseEvent(scene.input.publicationId, SIGNALLED, {});
  };

  it("is waited for before the second wave, which is then written", async () => {
    const scene = createScene({ regions: THREE, request });
    await waiting(scene);
    expect(scene.world.log.puts.map(regionsOf)).toEqual([["westus"]]);
    await say(scene, "approve");
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toEqual({
      state: "published",
    });
  });

  it("that is refused leaves the later waves alone", async () => {
    const scene = createScene({ regions: THREE, request });
    await waiting(scene);
    await say(scene, "reject");
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
      state: "partlyPublished",
    });
    expect(scene.world.log.puts.map(regionsOf)).toEqual([["westus"]]);
    expect(scene.failure().fault).toMatchObject({
      code: "WaveRejected",
      message: "Ada rejected wave 2: canary is fine",
    });
  });

  it.each(["with", "without"])(
    "isn't waited for any longer when the run is cancelled meanwhile, %s its event",
    async (hint) => {
      const scene = createScene({ regions: THREE, request });
      await waiting(scene);
      await scene.world.dependencies.records.signal(scene.input.publicationId, {
        runId: scene.input.runId,
        about: "cancel",
        who: "Ada",
        why: "wrong image",
        at: new Date(0).toISOString(),
      });
      if (hint === "with") await scene.harness.raiseEvent(scene.input.publicationId, SIGNALLED, {});
      expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toMatchObject({
        state: "cancelled",
      });
      expect(scene.world.log.puts.map(regionsOf)).toEqual([["westus"]]);
      expect(scene.failure().fault?.message).toBe("Ada cancelled the run: wrong image");
    },
  );

  it("is found without its event", async () => {
    const scene = createScene({ regions: THREE, request });
    await waiting(scene);
    await scene.world.dependencies.records.signal(scene.input.publicationId, {
      runId: scene.input.runId,
      about: "wave-1",
      decision: "approve",
      who: "Ada",
      why: "fine",
      at: new Date(0).toISOString(),
    });
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toEqual({
      state: "published",
    });
  });

  it("that nobody gives in time is a refusal, and the wait doesn't count against the run's time", async () => {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { ...request.rollout, approvalTimeout: "P2D", timeout: "PT1H" } },
    });
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.failure().fault).toMatchObject({ code: "ApprovalTimedOut" });
  });
});
