import type { Fault } from "../../../src/domain/fault";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { PUBLISH_IMAGE_VERSION } from "../../../src/orchestrators/names";
import { azureFault } from "../../support/azure-fault";
import { BUSY, endWithOpenFlag, isOpen, mend, runUntil, terminate } from "./lost-run";
import { createScene, type Scene, type SceneOptions } from "./run";
import { say } from "./steering";

const DENIED = azureFault("RequestDisallowedByPolicy", "permanent", "no", "ask");
const FORBIDDEN: Fault = {
  ...azureFault("AuthorizationFailed", "operator", "no", "x"),
  status: 403,
};
const READD = { readdFailedRegions: true, requiredRegions: 1 };

/** Nothing is promoted at the end: the flag has to be closed by a write of its own. */
const UNPROMOTED = { excludeFromLatest: true, rollout: READD };

/** A request for which eastus2 fails until it is removed; at this moment something happens. */
function removing(happens: (scene: Scene) => void, request: SceneOptions["request"] = UNPROMOTED) {
  const scene = createScene({ request });
  const { behaviour, log } = scene.world;
  behaviour.failing.set("eastus2", "no");
  behaviour.onWrite = (kind, moment) => {
    if (kind !== "put" || moment !== "after" || isOpen(log.puts.at(-1)) !== true) return;
    behaviour.onWrite = () => undefined;
    happens(scene);
  };
  return scene;
}

const flagOf = ({ world }: Scene) => isOpen(world.version()?.body);
const regionsOf = ({ world }: Scene) =>
  world.version()?.body.publishingProfile.targetRegions.map(({ name }) => name);
const outcomeOf = ({ world }: Scene) =>
  [...world.documents].find(([path]) => path.endsWith("/outcome.json"))?.[1] as OutcomeDocument;
const refused = ({ world }: Scene) => (world.behaviour.troubles.put = [DENIED]);

describe("a run that publishes without a region that it has removed", () => {
  it.each<[string, (scene: Scene) => void, SceneOptions["request"]]>([
    ["Azure refuses to add it back", refused, UNPROMOTED],
    [
      "there is no time left to add it back",
      ({ world }) => (world.behaviour.troubles.put = [{ ...BUSY, status: 429, afterMs: 36e5 }]),
      { ...UNPROMOTED, rollout: { ...READD, timeout: "PT40M" } },
    ],
    [
      "the answer to the removal is lost, and no look shows what it has done",
      ({ world }) =>
        (world.behaviour.troubles = {
          putReply: [BUSY],
          get: Array.from({ length: 15 }, () => BUSY),
        }),
      UNPROMOTED,
    ],
  ])("closes the safety flag when %s", async (_why, happens, request) => {
    const scene = removing(happens, request);
    expect(await scene.run()).toEqual({ state: "published" });
    expect(regionsOf(scene)).toEqual(["westus"]);
    expect(flagOf(scene)).toBe(false);
    expect(outcomeOf(scene)).not.toHaveProperty("leftOver");
    expect(scene.world.events.map(({ type }) => type.split(".").at(-1))).toContain("compensated");
  });

  it("closes it as well when the run was lost in between, and is judged as published", async () => {
    const scene = createScene({ request: UNPROMOTED });
    await endWithOpenFlag(scene);
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(outcomeOf(scene)).toMatchObject({ state: "published" });
    expect(flagOf(scene)).toBe(false);
  });

  it("closes it as well when the run was lost in between, and started again", async () => {
    const rollout = { ...READD, waves: [["westus"], ["eastus2"]] };
    const scene = createScene({ request: { ...UNPROMOTED, rollout } });
    await endWithOpenFlag(scene);
    refused(scene);
    const { publicationId: instanceId } = scene.input;
    await scene.harness.start(PUBLISH_IMAGE_VERSION, { instanceId, input: scene.input });
    const { output } = await scene.harness.runToEnd(instanceId);
    expect(output).toEqual({ state: "published" });
    expect(flagOf(scene)).toBe(false);
  });

  it("is recorded with the flag when that can't be closed: in the ledger, until reconcile has closed it", async () => {
    const scene = removing(({ world }) => (world.behaviour.troubles.put = [DENIED, DENIED]));
    expect(await scene.run()).toEqual({ state: "published" });
    expect(flagOf(scene)).toBe(true);
    const { publicationId, runId } = scene.input;
    const { records } = scene.world.dependencies;
    const [entry] = await records.openFlags();
    expect(entry).toMatchObject({ state: "published", publicationId, runId, status: "open" });
    expect((await records.publication(publicationId))?.row.failureId).toBe(entry?.id);
    const leftOver = [
      expect.objectContaining({
        what: expect.stringMatching(/^the safety flag may be open/) as string,
      }),
    ];
    expect(scene.failure()).toMatchObject({ id: entry?.id, state: "published", leftOver });
    expect(outcomeOf(scene).leftOver).toEqual(leftOver);
    expect(await mend(scene, entry?.id)).toEqual({ kind: "flagClosed" });
    expect(flagOf(scene)).toBe(false);
    expect(await records.openFlags()).toEqual([]);
  });
});

describe("a run that was lost with the flag open, and is started again", () => {
  const lost = async (rollout: object): Promise<Scene> => {
    const scene = createScene({ request: { rollout: { ...rollout, readdFailedRegions: true } } });
    await endWithOpenFlag(scene);
    return scene;
  };
  const startAgain = async ({ harness, input }: Scene): Promise<unknown> => {
    const { publicationId: instanceId } = input;
    await harness.start(PUBLISH_IMAGE_VERSION, { instanceId, input });
    return (await harness.runToEnd(instanceId)).output;
  };

  it.each([["keepHealthy"], ["rollBack"]])(
    "closes it when it is cancelled before it could look at the version (%s)",
    async (onFailure) => {
      const scene = await lost({ onFailure });
      await say(scene, { about: "cancel" });
      scene.world.behaviour.troubles.get = [BUSY, BUSY];
      expect(await startAgain(scene)).toMatchObject({ state: "cancelled" });
      expect(flagOf(scene)).toBe(false);
      expect(regionsOf(scene)).toEqual(["westus"]);
      expect(scene.failure().undone).toMatchObject([
        { step: { activity: "closeSafetyFlag" }, result: "undone" },
      ]);
    },
  );

  it.each([
    ["Azure doesn't answer while it looks", Array.from({ length: 15 }, () => BUSY)],
    ["it isn't allowed to look", [FORBIDDEN]],
  ])("closes it as soon as it can when %s", async (_why, troubles) => {
    const scene = await lost({});
    scene.world.behaviour.troubles.get = [...troubles];
    expect(await startAgain(scene)).toMatchObject({ state: "partlyPublished" });
    expect(flagOf(scene)).toBe(false);
  });
});

describe("a region that somebody takes away under the flag that the run has opened", () => {
  const withoutUkSouth = (body: ImageVersionBody): ImageVersionBody => ({
    ...body,
    publishingProfile: {
      ...body.publishingProfile,
      targetRegions: body.publishingProfile.targetRegions.filter(({ name }) => name !== "uksouth"),
    },
  });
  const LOST = /^region uksouth was to stay when others were removed, and is gone/;

  /** To a version of westus and uksouth eastus2 is added, which needs to be removed and added back. */
  async function extended(happens: (scene: Scene) => void): Promise<Scene> {
    const rollout = { readdFailedRegions: true };
    const scene = removing(happens, { rollout });
    const existing = createScene({ regions: ["westus", "uksouth"], clock: scene.clock });
    await existing.run();
    await existing.harness.stop();
    const body = existing.world.version()?.body;
    if (body !== undefined) scene.world.placeVersion(body, 0);
    scene.world.behaviour.failures = () => 4;
    return scene;
  }

  it("is told by a run that publishes", async () => {
    const scene = await extended(({ world }) => world.changeVersion(withoutUkSouth));
    expect(await scene.run()).toEqual({ state: "published" });
    expect(regionsOf(scene)).toEqual(["westus", "eastus2"]);
    expect(outcomeOf(scene).leftOver).toEqual([
      expect.objectContaining({ what: expect.stringMatching(LOST) as string }),
    ]);
  });

  it("is told when the run was lost before its record", async () => {
    const scene = await extended(({ world }) => world.changeVersion(withoutUkSouth));
    scene.world.behaviour.endsProcess = (name) => name === "recordOutcome";
    await scene.begin();
    await runUntil(scene, () => scene.world.events.some(({ type }) => type.endsWith(".promoted")));
    await terminate(scene);
    scene.world.behaviour.endsProcess = () => false;
    await mend(scene);
    expect(outcomeOf(scene)).toMatchObject({ state: "published" });
    expect(outcomeOf(scene).leftOver?.map(({ what }) => what)).toEqual([
      expect.stringMatching(LOST),
    ]);
  });

  it("is the only thing told: a removal that took nothing else away leaves nothing over", async () => {
    const scene = await extended(() => undefined);
    expect(await scene.run()).toEqual({ state: "published" });
    expect(regionsOf(scene)).toEqual(["westus", "uksouth", "eastus2"]);
    expect(outcomeOf(scene)).not.toHaveProperty("leftOver");
    expect(scene.world.events.map(({ type }) => type)).not.toContainEqual(
      expect.stringMatching(/compensated$/),
    );
  });
});
