import type { Fault } from "../../../src/domain/fault";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { mend } from "./lost-run";
import { createScene, type Scene, type SceneOptions } from "./run";

const AWAY: Fault = {
  code: "ServerBusy",
  advice: "transient",
  message: "the service is away",
  action: "wait",
  status: 503,
};
const DENIED: Fault = {
  code: "AuthorizationFailed",
  advice: "operator",
  message: "the identity has lost its role",
  action: "give it back",
  status: 403,
};
const BROKEN: Fault = { code: "InternalError", advice: "repeat", message: "no", action: "repeat" };
const rollBack = { rollout: { onFailure: "rollBack" } };

const regionsOf = (scene: Scene) =>
  (scene.world.version()?.body.publishingProfile.targetRegions ?? []).map(
    ({ name, regionalReplicaCount }) => `${name} ${regionalReplicaCount}`,
  );
const undoneOf = (scene: Scene) =>
  scene.failure().undone?.map(({ step, result }) => `${step.activity} ${result}`);

/** Somebody else adds a region, and echoes everything that he has read. */
const addUkSouth = (body: ImageVersionBody): ImageVersionBody => ({
  ...body,
  publishingProfile: {
    ...body.publishingProfile,
    targetRegions: [
      ...body.publishingProfile.targetRegions,
      { name: "uksouth", regionalReplicaCount: 1, excludeFromLatest: true },
    ],
  },
});

const scaleWestUs = (body: ImageVersionBody): ImageVersionBody => ({
  ...body,
  publishingProfile: {
    ...body.publishingProfile,
    targetRegions: body.publishingProfile.targetRegions.map((region) =>
      region.name === "westus" ? { ...region, regionalReplicaCount: 7 } : region,
    ),
  },
});

/** A scene over a version that an earlier run has published into westus. */
async function overWestUs(options: SceneOptions): Promise<Scene> {
  const scene = createScene(options);
  const existing = createScene({ regions: ["westus"], clock: scene.clock });
  await existing.run();
  await existing.harness.stop();
  const body = existing.world.version()?.body;
  if (body !== undefined) scene.world.placeVersion(body, 0);
  return scene;
}

describe("a version to which somebody else has added a region meanwhile", () => {
  it.each([
    ["made anew", {}, BROKEN],
    ["rolled back", rollBack, undefined],
  ])("isn't deleted to be %s, though no region is Completed", async (_why, request, operation) => {
    const scene = createScene({ request });
    const { behaviour, log } = scene.world;
    for (const region of ["westus", "eastus2", "uksouth"]) behaviour.failing.set(region, "no");
    if (operation !== undefined) behaviour.operationFault = operation;
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.changeVersion(addUkSouth);
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toMatchObject({ state: "failed" });
    expect(log.deletes).toBe(0);
    expect(regionsOf(scene)).toContain("uksouth 1");
    const { fault, undone = [] } = scene.failure();
    const kept = [fault, ...undone.map((one) => ("fault" in one ? one.fault : undefined))];
    expect(kept).toContainEqual(
      expect.objectContaining({
        code: "VersionKept",
        message: expect.stringContaining("somebody else has added uksouth") as string,
      }),
    );
    expect(scene.failure().leftOver.map(({ command }) => command)).not.toContainEqual(
      expect.stringContaining("image-version delete"),
    );
  });
});

/** Somebody else has deleted the version and made his own from the same source. */
const madeAnew =
  (change: Partial<ImageVersionBody["publishingProfile"]> = {}) =>
  (body: ImageVersionBody): ImageVersionBody => ({
    ...body,
    tags: { owner: "bob" },
    publishingProfile: { ...body.publishingProfile, ...change },
  });

describe("a version that somebody else has made anew from the same source", () => {
  it("isn't deleted by a rollback, though the run's repeated writes have put its tags on it", async () => {
    const scene = createScene({ request: rollBack });
    const { behaviour, log } = scene.world;
    for (const region of ["westus", "eastus2"]) behaviour.failing.set(region, "no");
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.changeVersion(madeAnew());
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toMatchObject({ state: "failed" });
    expect(log.puts.length).toBeGreaterThan(1);
    expect(log.deletes).toBe(0);
    expect(undoneOf(scene)).toEqual(expect.arrayContaining(["deleteVersion kept"]));
    expect(regionsOf(scene)).toEqual(["westus 1", "eastus2 1"]);
  });

  it.each([
    ["out of latest", {}],
    ["in latest", { excludeFromLatest: false }],
  ])("loses no region by a rollback, and doesn't get the run's tags: %s", async (_what, change) => {
    const scene = createScene({
      request: { rollout: { onFailure: "rollBack", timeout: "PT20M" } },
    });
    const { behaviour, log } = scene.world;
    behaviour.succeedsEarly = true;
    behaviour.standing.set("eastus2", { at: 10 });
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.changeVersion(madeAnew(change));
    const puts = log.puts.length;
    await scene.harness.runToEnd(scene.input.publicationId);
    expect(log.puts).toHaveLength(puts);
    expect(regionsOf(scene)).toEqual(["westus 1", "eastus2 1"]);
    expect(scene.world.version()?.body.tags).toEqual({ owner: "bob" });
    expect(scene.failure().undone).toContainEqual(
      expect.objectContaining({ result: "kept", left: ["eastus2"] }),
    );
    expect(scene.failure().leftOver.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^target regions that aren't Completed: eastus2;/),
    );
  });

  it("loses no region to be added back to it either: the wave is only repeated", async () => {
    const scene = createScene({
      request: { rollout: { readdFailedRegions: true, requiredRegions: 1 } },
    });
    const { behaviour, log } = scene.world;
    behaviour.failing.set("eastus2", "no");
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.changeVersion(madeAnew());
    await scene.harness.runToEnd(scene.input.publicationId);
    expect(log.puts.length).toBeGreaterThan(1);
    expect(log.puts.filter((body) => flagOf(body) === true)).toEqual([]);
    expect(regionsOf(scene)).toEqual(["westus 1", "eastus2 1"]);
  });
});

describe("a scaling that is taken back", () => {
  const options = { request: { replicaCount: 3, ...rollBack } };

  it("gives a region its count of before", async () => {
    const scene = await overWestUs(options);
    scene.world.behaviour.failing.set("eastus2", "no");
    await scene.run();
    expect(regionsOf(scene)).toEqual(["westus 1"]);
    expect(undoneOf(scene)).toContain("restoreReplicaCounts undone");
  });

  it("leaves somebody else's own scaling alone, and says that there was nothing to undo", async () => {
    const scene = await overWestUs(options);
    scene.world.behaviour.failing.set("eastus2", "no");
    const { behaviour, events, changeVersion } = scene.world;
    behaviour.onWrite = (kind, moment) => {
      if (kind === "event" && moment === "after" && events.at(-1)?.type.endsWith(".waveCompleted"))
        changeVersion(scaleWestUs);
    };
    await scene.run();
    expect(regionsOf(scene)).toEqual(["westus 7"]);
    expect(undoneOf(scene)).toContain("restoreReplicaCounts nothingToUndo");
  });
});

/** Azure's word about an operation that came to nothing. */
const IN_VAIN: Fault = {
  code: "InternalOperationError",
  advice: "repeat",
  message: "An internal execution error occurred. Please retry later.",
  action: "repeat",
};
const flagOf = (body: ImageVersionBody | undefined): boolean | undefined =>
  body?.safetyProfile.allowDeletionOfReplicatedLocations;
const countsOf = (body: ImageVersionBody): string =>
  body.publishingProfile.targetRegions
    .map(({ name, regionalReplicaCount }) => `${name} ${regionalReplicaCount}`)
    .join(", ");

/** PUTs by which each step takes something back, as their bodies tell. */
const STEPS = {
  removeRegions: (body: ImageVersionBody) => flagOf(body) === true,
  closeSafetyFlag: (body: ImageVersionBody) =>
    flagOf(body) === false && countsOf(body) === "westus 1",
  restoreReplicaCounts: (body: ImageVersionBody) => countsOf(body) === "westus 1, eastus2 3",
};
type StepName = keyof typeof STEPS;

/** A scaling and an addition are taken back, and of one step so many operations come to nothing. */
async function undoneInVain(step: StepName, times: number): Promise<Scene> {
  const scene = await overWestUs({ request: { replicaCount: 3, ...rollBack } });
  const { behaviour, log } = scene.world;
  behaviour.failing.set("eastus2", "no");
  behaviour.failsOperation = (body) =>
    STEPS[step](body) && log.puts.filter(STEPS[step]).length <= times ? IN_VAIN : undefined;
  expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
  return scene;
}

describe("an undo step whose operation fails", () => {
  const UNDONE = {
    restoreReplicaCounts: { result: "undone", regions: ["westus"] },
    removeRegions: { result: "undone", regions: ["eastus2"] },
    closeSafetyFlag: { result: "undone" },
  };
  const resultsOf = (scene: Scene) =>
    Object.fromEntries(
      (scene.failure().undone ?? []).map(({ step, ...result }) => [step.activity, result]),
    );

  it.each(Object.keys(STEPS) as StepName[])(
    "is written again until a look finds nothing left: %s",
    async (step) => {
      const scene = await undoneInVain(step, 2);
      expect(resultsOf(scene)).toEqual(UNDONE);
      expect(scene.world.log.puts.filter(STEPS[step])).toHaveLength(3);
      expect(regionsOf(scene)).toEqual(["westus 1"]);
      expect(flagOf(scene.world.version()?.body)).toBe(false);
      expect(scene.failure().leftOver).toHaveLength(1);
    },
  );

  it.each<[StepName, object, string[], RegExp, RegExp]>([
    [
      "closeSafetyFlag",
      { closeSafetyFlag: { result: "failed", fault: IN_VAIN } },
      ["westus 1"],
      /^the safety flag may be open/,
      /allowDeletionOfReplicatedLocations=false$/,
    ],
    [
      "removeRegions",
      {
        removeRegions: { result: "failed", fault: IN_VAIN, left: ["eastus2"] },
        closeSafetyFlag: { result: "nothingToUndo" },
      },
      ["westus 1", "eastus2 3"],
      /^target regions that aren't Completed: eastus2;/,
      /--remove publishingProfile\.targetRegions/,
    ],
    [
      "restoreReplicaCounts",
      { restoreReplicaCounts: { result: "failed", fault: IN_VAIN, left: ["westus"] } },
      ["westus 3"],
      /^the replica count of westus, which was 1 before/,
      /regionalReplicaCount=1$/,
    ],
  ])(
    "each time is told as failed in Azure's words, and what is left over with its command: %s",
    async (step, otherwise, regions, what, command) => {
      const scene = await undoneInVain(step, Infinity);
      expect(resultsOf(scene)).toEqual({ ...UNDONE, ...otherwise });
      expect(scene.world.log.puts.filter(STEPS[step])).toHaveLength(4);
      expect(regionsOf(scene)).toEqual(regions);
      expect(scene.failure().leftOver).toContainEqual(
        expect.objectContaining({
          what: expect.stringMatching(what) as string,
          command: expect.stringMatching(command) as string,
        }),
      );
    },
  );

  it("leaves the flag to the next start: reconcile closes it, and tries as often", async () => {
    const scene = await undoneInVain("closeSafetyFlag", 6);
    const { records } = scene.world.dependencies;
    const [entry] = await records.openFlags();
    expect(await mend(scene, entry?.id)).toEqual({ kind: "flagClosed" });
    expect(scene.world.log.puts.filter(STEPS.closeSafetyFlag)).toHaveLength(7);
    expect(flagOf(scene.world.version()?.body)).toBe(false);
    expect(await records.openFlags()).toEqual([]);
  });

  it("leaves the entry open when reconcile doesn't come to an end with it either", async () => {
    const scene = await undoneInVain("closeSafetyFlag", Infinity);
    const { records } = scene.world.dependencies;
    const [entry] = await records.openFlags();
    expect(await mend(scene, entry?.id)).toEqual({ kind: "flagLeftOpen" });
    expect(scene.world.log.puts.filter(STEPS.closeSafetyFlag)).toHaveLength(8);
    expect(await records.openFlags()).toHaveLength(1);
  });

  it("and about which Azure says nothing is told in words of ours", async () => {
    const scene = await overWestUs({ request: { replicaCount: 3, ...rollBack } });
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no");
    behaviour.failsOperation = (body) => (STEPS.removeRegions(body) ? IN_VAIN : undefined);
    behaviour.troubles.operation = [DENIED];
    await scene.run();
    expect(resultsOf(scene)["removeRegions"]).toMatchObject({
      result: "failed",
      fault: { code: "NotTakenBack" },
      left: ["eastus2"],
    });
  });

  it("tells a region as taken out that is, and not one that has become Completed between two writes", async () => {
    const scene = await overWestUs({
      regions: ["westus", "eastus2", "uksouth"],
      request: rollBack,
    });
    const { behaviour, log } = scene.world;
    behaviour.failing.set("eastus2", "no").set("uksouth", "no");
    behaviour.failsOperation = (body) => {
      if (!STEPS.removeRegions(body) || log.puts.filter(STEPS.removeRegions).length > 1) return;
      behaviour.failing.delete("uksouth");
      return IN_VAIN;
    };
    await scene.run();
    expect(resultsOf(scene)["removeRegions"]).toEqual({
      result: "undone",
      regions: ["eastus2"],
      completed: ["uksouth"],
    });
    expect(regionsOf(scene)).toEqual(["westus 1", "uksouth 1"]);
  });
});

describe("a removal whose answer is lost", () => {
  /** From the moment on when the removal is accepted so many reads are refused. */
  async function removalLost(reads: number): Promise<Scene> {
    const scene = createScene({ request: rollBack });
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no");
    behaviour.onWrite = (kind, moment) => {
      const opened = scene.world.version()?.body.safetyProfile.allowDeletionOfReplicatedLocations;
      if (kind !== "put" || moment !== "after" || opened !== true) return;
      behaviour.onWrite = () => undefined;
      behaviour.troubles = {
        putReply: [AWAY],
        get: Array.from({ length: reads }, () => DENIED),
      };
    };
    await scene.run();
    return scene;
  }

  it("has its safety flag closed once Azure answers again, though it counts as failed", async () => {
    const scene = await removalLost(1);
    expect(undoneOf(scene)).toEqual([
      "deleteVersion kept",
      "removeRegions failed",
      "closeSafetyFlag undone",
    ]);
    const safety = scene.world.version()?.body.safetyProfile;
    expect(safety?.allowDeletionOfReplicatedLocations).toBe(false);
  });

  it("is found by reconcile when the flag couldn't be closed either", async () => {
    const scene = await removalLost(2);
    expect(undoneOf(scene)).toContain("closeSafetyFlag failed");
    expect(await scene.world.dependencies.records.openFlags()).toHaveLength(1);
  });
});

describe("a version of somebody's that fails to be extended, by a request that names no location", () => {
  const image = {
    subscriptionId: "00000000-0000-0000-0000-000000000000",
    resourceGroup: "MyResourceGroup",
    gallery: "MyGallery",
    definition: "MyImage",
    version: "1.0.0",
  };
  const extended = async (request: SceneOptions["request"]): Promise<Scene> => {
    const scene = await overWestUs({
      regions: ["eastus2", "uksouth"],
      request: { image, ...request },
    });
    const { behaviour } = scene.world;
    behaviour.operationFault = BROKEN;
    for (const region of ["eastus2", "uksouth"]) behaviour.failing.set(region, "no");
    expect(await scene.run()).toMatchObject({ state: "failed" });
    return scene;
  };

  it("is never proposed for deletion: a region that the request doesn't name is Completed", async () => {
    const scene = await extended({});
    expect(regionsOf(scene)).toEqual(["westus 1", "eastus2 1", "uksouth 1"]);
    expect(scene.failure().leftOver).toEqual([
      expect.objectContaining({ what: expect.stringContaining("may be in use") as string }),
      expect.objectContaining({ what: expect.stringContaining("eastus2, uksouth") as string }),
    ]);
    expect(JSON.stringify(scene.failure().leftOver)).not.toContain("image-version delete");
  });

  it("loses all that was added when it is rolled back: its own location is its source region", async () => {
    const scene = await extended(rollBack);
    expect(regionsOf(scene)).toEqual(["westus 1"]);
    expect(scene.failure()).toMatchObject({ image: { location: "westus" } });
    expect(scene.failure().leftOver).toHaveLength(1);
  });
});

describe("what is told of latest after a failure", () => {
  const request = { rollout: { waves: { canary: 1, size: 2 } } };
  const told = async (scene: Scene): Promise<string> => {
    scene.world.behaviour.failing.set("eastus2", "no");
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    return scene.failure().leftOver[0]?.what ?? "";
  };

  it("is that the version stays out of it until it is promoted", async () => {
    expect(await told(createScene({ request }))).toMatch(/stays out of latest until POST/);
  });

  it("is that it is in, when somebody else has promoted it after the first wave", async () => {
    const scene = createScene({ request });
    const { behaviour, events, changeVersion } = scene.world;
    behaviour.onWrite = (kind, moment) => {
      if (kind === "event" && moment === "after" && events.at(-1)?.type.endsWith(".waveCompleted"))
        changeVersion((body) => ({
          ...body,
          publishingProfile: {
            ...body.publishingProfile,
            excludeFromLatest: false,
            targetRegions: body.publishingProfile.targetRegions.map((region) => ({
              ...region,
              excludeFromLatest: region.name !== "westus",
            })),
          },
        }));
    };
    expect(await told(scene)).toMatch(/Completed in westus; it is in latest$/);
  });
});
