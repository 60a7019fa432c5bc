import { documentPaths } from "../../../src/domain/run/document-paths";
import type { FailureDocument } from "../../../src/domain/run/records";
import { azureFault } from "../../support/azure-fault";
import { createScene, type Scene } from "./run";
import { mend, runUntil, terminate } from "./lost-run";
import { beginPromotion, promote } from "./steering";

const REGIONS = ["westus", "eastus2"];

/** A version of which one region is Completed and one isn't: it was left out of latest. */
async function partlyPublished(): Promise<Scene> {
  const scene = createScene({ regions: REGIONS });
  scene.world.behaviour.failing.set("eastus2", "no");
  expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
  return scene;
}

const flags = ({ world }: Scene) => {
  const profile = world.version()?.body.publishingProfile;
  return {
    version: profile?.excludeFromLatest,
    ...Object.fromEntries(
      (profile?.targetRegions ?? []).map((region) => [region.name, region.excludeFromLatest]),
    ),
  };
};
const eventsOf = ({ world }: Scene): string[] =>
  world.events.map(({ type }) => type.split(".").at(-1) ?? "");

test("a promotion takes the version and its Completed regions into latest by one write, and is recorded", async () => {
  const scene = await partlyPublished();
  const before = scene.world.log.puts.length;
  expect(flags(scene)).toEqual({ version: true, westus: true, eastus2: true });
  expect(await promote(scene)).toEqual({ state: "promoted" });
  expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
  expect(scene.world.log.puts).toHaveLength(before + 1);
  expect(eventsOf(scene).at(-1)).toBe("promoted");
  const { records } = scene.world.dependencies;
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
    state: "promoted",
    runId: "promotion",
  });
  expect((await records.runs(scene.input.publicationId)).map(({ state }) => state)).toEqual([
    "promoted",
    "partlyPublished",
  ]);
});

test("a promotion of what is in latest already writes nothing", async () => {
  const scene = await partlyPublished();
  await promote(scene);
  const before = scene.world.log.puts.length;
  expect(await promote(scene, "promotion-again")).toEqual({ state: "promoted" });
  expect(scene.world.log.puts).toHaveLength(before);
});

test("nothing is promoted while no region is Completed: the ledger says so", async () => {
  const scene = createScene({ regions: REGIONS });
  for (const region of REGIONS) scene.world.behaviour.failing.set(region, "no");
  await scene.run();
  const before = scene.world.log.puts.length;
  const { state, failureId = "" } = await promote(scene);
  expect(state).toBe("rejected");
  expect(scene.world.log.puts).toHaveLength(before);
  const failure = scene.world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
  expect(failure).toMatchObject({
    action: "promote",
    fault: { code: "NothingToPromote" },
    leftOver: [],
  });
});

test("a promotion that Azure refuses is recorded as a failed promotion, with what is to be looked at", async () => {
  const scene = await partlyPublished();
  scene.world.behaviour.troubles.put = [
    azureFault("RequestDisallowedByPolicy", "permanent", "no", "ask the policy's owner"),
  ];
  const { state, failureId = "" } = await promote(scene);
  expect(state).toBe("failed");
  const failure = scene.world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
  expect(failure).toMatchObject({
    action: "promote",
    fault: { code: "RequestDisallowedByPolicy" },
    leftOver: [{ what: expect.stringContaining("whether it is in latest") }],
  });
});

const BUSY = { code: "ServerBusy", advice: "transient", message: "busy", action: "none" } as const;
const failureOf = async ({ world, input }: Scene): Promise<FailureDocument> => {
  const runs = await world.dependencies.records.runs(input.publicationId);
  const failureId = runs.find(({ runId }) => runId === input.runId)?.failureId ?? "";
  return world.documents.get(documentPaths.failure(failureId)) as FailureDocument;
};

test("a promotion that was terminated before its PUT is recorded with the regions that are there, and writes nothing", async () => {
  const scene = await partlyPublished();
  const { behaviour, log } = scene.world;
  const before = log.puts.length;
  behaviour.troubles.get = Array.from({ length: 5 }, () => BUSY);
  const promotion = await beginPromotion(scene);
  await scene.harness.advance(1_000);
  await terminate(promotion);
  behaviour.troubles = {};
  expect(await mend(promotion)).toEqual({ kind: "recorded" });
  expect(log.puts).toHaveLength(before);
  expect(await failureOf(promotion)).toMatchObject({
    action: "promote",
    state: "rejected",
    summary: expect.stringMatching(/^rejected: 1 of 1 regions completed; /),
    regions: [{ region: "westus", kind: "completed" }],
    leftOver: [],
  });
});

test("a promotion that was terminated after its PUT is recorded as promoted", async () => {
  const scene = await partlyPublished();
  const before = scene.world.log.puts.length;
  const promotion = await beginPromotion(scene);
  await runUntil(promotion, () => scene.world.log.puts.length > before);
  await terminate(promotion);
  expect(await mend(promotion)).toEqual({ kind: "recorded" });
  expect(scene.world.log.puts).toHaveLength(before + 1);
  const { records } = scene.world.dependencies;
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
    ...{ state: "promoted", runId: "promotion" },
  });
});
