import type { Fault } from "../../../src/domain/fault";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
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
