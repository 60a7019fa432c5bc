import { planPublication } from "../../../src/activities/plan-publication";
import { NO_RUN } from "../../../src/domain/plan/dry-run";
import { ADDITIONAL, createScene, type Scene } from "./run";
import { FINGERPRINT_TAG, RUN_TAG, toArmJson } from "../../../src/domain/plan/image-version-body";
import { watcherId } from "../../../src/domain/run/identity";
import type { OutcomeDocument, PlanDocument } from "../../../src/domain/run/records";

describe("a run that goes well", () => {
  it("prepares every region once, writes the union by one PUT and is published when every region is Completed", async () => {
    const scene = createScene();
    const end = await scene.run();
    expect(end).toEqual({ state: "published" });
    expect(scene.world.log.puts).toHaveLength(1);
    const [put] = scene.world.log.puts;
    expect(put?.publishingProfile.targetRegions).toEqual([
      expect.objectContaining({
        name: "westus",
        encryption: {
          osDiskImage: { diskEncryptionSetId: scene.world.setId("os-westus") },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: scene.world.setId("data-westus") }],
        },
      }),
      expect.objectContaining({
        name: "eastus2",
        encryption: {
          osDiskImage: { diskEncryptionSetId: scene.world.setId("os-eastus2") },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: scene.world.setId("data-eastus2") }],
        },
      }),
    ]);
    expect(put?.tags).toEqual({
      [RUN_TAG]: "run-1",
      [FINGERPRINT_TAG]: scene.input.fingerprint,
    });
    expect(put?.publishingProfile.excludeFromLatest).toBe(false);
  });

  it("shows the activities by their names in the run's history", async () => {
    const scene = createScene();
    await scene.run();
    const names = async (id: string): Promise<string[]> =>
      (await scene.harness.history(id)).flatMap((event) =>
        event.kind === "taskScheduled" ? [event.name] : [],
      );
    const { publicationId, runId } = scene.input;
    const own = await names(publicationId);
    expect(own).toEqual(
      expect.arrayContaining([
        "inspectTarget",
        "prepareRegion",
        "recordPlan",
        "createOrReplicateVersion",
        "recordOutcome",
      ]),
    );
    expect(own.filter((name) => name === "prepareRegion")).toHaveLength(2);
    expect(await names(watcherId(publicationId, runId, 1))).toContain("readReplication");
  });

  it("records the outcome per region, ends the publication's row and announces it once", async () => {
    const scene = createScene();
    await scene.run();
    const { publicationId, runId } = scene.input;
    const outcome = scene.world.documents.get(
      `publications/${publicationId}/runs/${runId}/outcome.json`,
    ) as OutcomeDocument;
    expect(outcome).toMatchObject({
      state: "published",
      regions: [
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "completed" },
      ],
    });
    const found = await scene.world.dependencies.records.publication(publicationId);
    expect(found?.row).toMatchObject({ state: "published", endedAt: outcome.endedAt });
    expect(scene.world.events.map((event) => event.type)).toEqual([
      "com.gallery-publisher.publication.published",
    ]);
  });

  it("asks Azure once per poll whatever the number of regions", async () => {
    const scene = createScene({ regions: ["westus", ...ADDITIONAL.slice(0, 39)] });
    await scene.run();
    const gets = scene.world.log.calls.filter((call) => call === "get").length;
    // 5 minutes at 10 to 15 s between polls, the look before planning and the one before the PUT.
    expect(gets).toBeLessThan(35);
    // One for each set before the plan, and one right before the write.
    expect(scene.world.log.calls.filter((call) => call === "set")).toHaveLength(160);
  });

  it("doesn't call a version published that says Succeeded before its regions are there", async () => {
    const scene = createScene();
    scene.world.behaviour.succeedsEarly = true;
    scene.world.behaviour.durationMs = (region) => (region === "westus" ? 60_000 : 30 * 60_000);
    const started = scene.harness.clock.now();
    expect(await scene.run()).toEqual({ state: "published" });
    expect(scene.harness.clock.now() - started).toBeGreaterThanOrEqual(30 * 60_000);
  });

  it("keeps the status of 100 regions under the service's 16 KB and the history of a long watch bounded", async () => {
    const scene = createScene({ regions: ["westus", ...ADDITIONAL.slice(0, 99)] });
    scene.world.behaviour.durationMs = () => 5 * 60 * 60_000;
    expect(await scene.run()).toEqual({ state: "published" });
    const watcher = watcherId(scene.input.publicationId, scene.input.runId, 1);
    const status = JSON.stringify((await scene.harness.status(watcher))?.customStatus);
    expect(status.length).toBeLessThan(8_701);
    expect((await scene.harness.history(watcher)).length).toBeLessThan(300);
  });

  it("ends well when timers fire a second early, as they do in Azure", async () => {
    const scene = createScene({ timersFireEarlyMs: 1000 });
    expect(await scene.run()).toEqual({ state: "published" });
  });
});

describe("the plan that a run records", () => {
  const planOf = (scene: Scene) => {
    const { publicationId, runId } = scene.input;
    return scene.world.documents.get(
      `publications/${publicationId}/runs/${runId}/plan.json`,
    ) as PlanDocument;
  };

  it.each([
    ["a version that isn't there", ["westus"], ["westus", "eastus2"], "create"],
    ["a version that is extended", ["westus", "uksouth"], ["westus", "eastus2"], "extend"],
    ["a version that is as wanted", ["westus", "eastus2"], ["westus", "eastus2"], "nothingToDo"],
  ])(
    "of %s is what a dry run says before it, but for the run's id",
    async (_name, first, regions, kind) => {
      const before = createScene({ regions: first, request: { tags: { team: "core" } } });
      if (kind !== "create") await before.run();
      const { world, harness } = before;
      const scene = createScene({ world, clock: harness.clock, runId: "run-2", regions });
      const dryRun = await planPublication(world.dependencies)(scene.request);
      await scene.run();
      expect(dryRun.plan.kind).toBe(kind);
      const { calls: _calls, ...said } = dryRun;
      expect(planOf(scene)).toEqual(JSON.parse(JSON.stringify(said).replaceAll(NO_RUN, "run-2")));
      // The bodies are those that were sent, whole.
      const sent = kind === "nothingToDo" ? [] : [toArmJson(world.log.puts.at(-1) as never)];
      expect(planOf(scene).bodies).toEqual(sent);
    },
  );

  it("adopts the write of an earlier run of the same request, and watches it to its end", async () => {
    const first = createScene();
    await first.begin();
    await first.harness.runUntilIdle();
    expect(first.world.version()?.provisioningState).toBe("Creating");
    // Its history is lost: the run is gone, what it wrote goes on.
    const again = createScene({ world: first.world, clock: first.harness.clock, runId: "run-2" });
    expect(await again.run()).toEqual({ state: "published" });
    expect(planOf(again)).toMatchObject({
      plan: { kind: "adopt", runId: "run-1", regions: ["westus", "eastus2"] },
      bodies: [],
    });
    expect(first.world.log.puts).toHaveLength(1);
  });
});

describe("a second run", () => {
  it("finds nothing to do, writes nothing and is published again", async () => {
    const first = createScene();
    await first.run();
    const again = createScene({
      world: first.world,
      clock: first.harness.clock,
      runId: "run-2",
    });
    expect(await again.run()).toEqual({ state: "published" });
    expect(first.world.log.puts).toHaveLength(1);
  });

  it("repeats the PUT for a region that Azure gave up, and leaves no region out", async () => {
    const first = createScene();
    first.world.behaviour.failing.set("eastus2", "disk is gone");
    expect(await first.run()).toMatchObject({ state: "partlyPublished" });
    const again = createScene({ world: first.world, clock: first.harness.clock, runId: "run-2" });
    await again.begin();
    await again.harness.runUntilIdle();
    first.world.behaviour.failing.clear();
    expect((await again.harness.runToEnd(again.input.publicationId)).output).toEqual({
      state: "published",
    });
    expect(first.world.log.puts).toHaveLength(2);
    const regions = first.world.log.puts[1]?.publishingProfile.targetRegions;
    expect(regions?.map((region) => region.name)).toEqual(["westus", "eastus2"]);
  });

  it("adds a region to a version that somebody else made and keeps everything it had", async () => {
    const first = createScene({ request: { tags: { team: "core" } } });
    await first.run();
    const more = createScene({
      world: first.world,
      clock: first.harness.clock,
      runId: "run-2",
      regions: ["westus", "uksouth"],
    });
    expect(await more.run()).toEqual({ state: "published" });
    const put = first.world.log.puts[1];
    expect(put?.publishingProfile.targetRegions.map((region) => region.name)).toEqual([
      "westus",
      "eastus2",
      "uksouth",
    ]);
    expect(put?.tags).toMatchObject({ team: "core", [RUN_TAG]: "run-2" });
    expect(put?.safetyProfile.allowDeletionOfReplicatedLocations).toBe(false);
  });
});
