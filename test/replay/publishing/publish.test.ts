import { planPublication } from "../../../src/activities/plan-publication";
import { NO_RUN } from "../../../src/domain/plan/dry-run";
import { ADDITIONAL, createScene, type Scene } from "./run";
import {
  FINGERPRINT_TAG,
  RUN_TAG,
  toArmJson,
  WRITE_TAG,
} from "../../../src/domain/plan/image-version-body";
import type { ImageVersionBody as Body } from "../../../src/domain/plan/image-version-body";
import type { OutcomeDocument, PlanDocument } from "../../../src/domain/run/records";

describe("a run that goes well", () => {
  it("prepares every region once, writes the union by one PUT, and by another takes it into latest when every region is Completed", async () => {
    const scene = createScene();
    const end = await scene.run();
    expect(end).toEqual({ state: "published" });
    expect(scene.world.log.puts).toHaveLength(2);
    const [put, promotion] = scene.world.log.puts;
    expect(put?.publishingProfile.targetRegions).toEqual([
      expect.objectContaining({
        name: "westus",
        excludeFromLatest: true,
        encryption: {
          osDiskImage: { diskEncryptionSetId: scene.world.setId("os-westus") },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: scene.world.setId("data-westus") }],
        },
      }),
      expect.objectContaining({
        name: "eastus2",
        excludeFromLatest: true,
        encryption: {
          osDiskImage: { diskEncryptionSetId: scene.world.setId("os-eastus2") },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: scene.world.setId("data-eastus2") }],
        },
      }),
    ]);
    expect(put?.tags).toEqual({
      [RUN_TAG]: "run-1",
      [FINGERPRINT_TAG]: scene.input.fingerprint,
      [WRITE_TAG]: "1",
    });
    expect(put?.publishingProfile.excludeFromLatest).toBe(true);
    const inLatest = JSON.stringify(put).replaceAll(
      '"excludeFromLatest":true',
      '"excludeFromLatest":false',
    );
    expect(promotion).toEqual({
      ...JSON.parse(inLatest),
      tags: { ...put?.tags, [WRITE_TAG]: "2" },
    });
  });

  it("is taken into latest only as far as its request asks for it", async () => {
    const scene = createScene({ request: { excludeFromLatest: true } });
    expect(await scene.run()).toEqual({ state: "published" });
    const inLatest = ({ publishingProfile: { excludeFromLatest, targetRegions } }: Body) => [
      !excludeFromLatest,
      ...targetRegions.map((region) => !region.excludeFromLatest),
    ];
    const request = scene.request;
    expect(inLatest(scene.world.version()?.body as Body)).toEqual([
      false,
      ...request.targetRegions.map(({ excludeFromLatest }) => !excludeFromLatest),
    ]);
  });

  it("shows the activities by their names in the run's history", async () => {
    const scene = createScene();
    await scene.run();
    const names = async (id: string): Promise<string[]> =>
      (await scene.harness.history(id)).flatMap((event) =>
        event.kind === "taskScheduled" ? [event.name] : [],
      );
    const { publicationId } = scene.input;
    const own = await names(publicationId);
    expect(own).toEqual(
      expect.arrayContaining([
        "inspectTarget",
        "prepareRegion",
        "recordPlan",
        "createOrReplicateVersion",
        "promoteVersion",
        "recordOutcome",
      ]),
    );
    expect(own.filter((name) => name === "prepareRegion")).toHaveLength(2);
    expect(await names(scene.watcher(1))).toContain("readReplication");
  });

  it("records the outcome per region, ends the publication's row and announces each step once", async () => {
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
    expect(scene.world.events.map((event) => event.type)).toEqual(
      ["accepted", "planned", "waveCompleted", "promoted", "published"].map(
        (state) => `com.gallery-publisher.publication.${state}`,
      ),
    );
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
    const watcher = scene.watcher(1);
    const status = JSON.stringify((await scene.harness.status(watcher))?.customStatus);
    expect(status.length).toBeLessThan(8_701);
    expect((await scene.harness.history(watcher)).length).toBeLessThan(300);
  });

  it("keeps the status of 100 regions with long names under 16 KB, also when all fail for reasons of many words", async () => {
    const long = ADDITIONAL.slice(0, 99).map((name) => name.padEnd(30, "x"));
    const scene = createScene({ regions: ["westus", ...long], additional: long });
    for (const name of long) scene.world.behaviour.failing.set(name, "no capacity ".repeat(400));
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const { publicationId } = scene.input;
    for (const id of [publicationId, scene.watcher(1)]) {
      const status = (await scene.harness.status(id))?.customStatus;
      expect((status as { regions: unknown[] }).regions).toHaveLength(100);
      expect(Buffer.byteLength(JSON.stringify(status))).toBeLessThan(16_384);
    }
    expect(scene.failure().regions[1]).toMatchObject({ fault: { message: /no capacity/ } });
  });

  it("ends well when timers fire a second early, as they do in Azure", async () => {
    const scene = createScene({ timersFireEarlyMs: 1000 });
    expect(await scene.run()).toEqual({ state: "published" });
  });

  it("ends by its time when timers fire a second early: the last second isn't spent on looks", async () => {
    const scene = createScene({
      request: { rollout: { timeout: "PT5M" } },
      timersFireEarlyMs: 1000,
    });
    scene.world.behaviour.durationMs = () => 10 ** 9;
    const end = scene.clock.now() + 5 * 60_000;
    let last = 0;
    const { imageVersions } = scene.world.dependencies;
    const get = imageVersions.get.bind(imageVersions);
    let isFirst = true;
    imageVersions.get = (image) => {
      // An answer takes a part of a second: a timer that waits whole ones ends before its time.
      if (scene.world.log.puts.length > 0 && isFirst) {
        isFirst = false;
        scene.clock.advanceTo(scene.clock.now() + 400);
      }
      // Whoever looks without end would never come back from here.
      if (scene.clock.now() >= end - 1000 && ++last > 3) throw new Error("looked again and again");
      return get(image);
    };
    expect(await scene.run()).toMatchObject({ state: "failed" });
    // The watch's last look, and that before the end is recorded.
    expect(last).toBe(2);
    expect(scene.failure().regions).toContainEqual(
      expect.objectContaining({
        fault: expect.objectContaining({ code: "ReplicationTimedOut" }) as unknown,
      }),
    );
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
      const { bodies = [], promotion } = planOf(scene);
      const sent = world.log.puts.filter(({ tags }) => tags[RUN_TAG] === "run-2").map(toArmJson);
      expect([...bodies, promotion].filter(Boolean)).toEqual(sent);
      expect(sent).toHaveLength(kind === "nothingToDo" ? 0 : 2);
    },
  );

  it("adopts the write of an earlier run of the same request, and watches it to its end", async () => {
    const first = createScene();
    await first.begin();
    await first.harness.runUntilIdle();
    expect(first.world.version()?.provisioningState).toBe("Creating");
    // Its history is lost: the run is gone, what it wrote goes on.
    await first.harness.stop();
    const again = createScene({ world: first.world, clock: first.harness.clock, runId: "run-2" });
    expect(await again.run()).toEqual({ state: "published" });
    expect(planOf(again)).toMatchObject({
      plan: { kind: "adopt", runId: "run-1", waves: [{ regions: ["westus", "eastus2"] }] },
      bodies: [],
    });
    // The first one didn't come to the version's promotion any more.
    expect(first.world.log.puts.map(({ tags }) => tags[RUN_TAG])).toEqual(["run-1", "run-2"]);
    expect(first.world.version()?.body.publishingProfile.excludeFromLatest).toBe(false);
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
    expect(first.world.log.puts).toHaveLength(2);
    expect(first.world.log.puts.map(({ tags }) => tags[RUN_TAG])).toEqual(["run-1", "run-1"]);
  });

  it("repeats the PUT for a region that Azure gave up, leaves no region out, and leaves it to a person to promote the version", async () => {
    const first = createScene();
    first.world.behaviour.failing.set("eastus2", "disk is gone");
    expect(await first.run()).toMatchObject({ state: "partlyPublished" });
    first.world.behaviour.failures = () => 4;
    const again = createScene({ world: first.world, clock: first.harness.clock, runId: "run-2" });
    expect(await again.run()).toEqual({ state: "published" });
    const own = first.world.log.puts.filter(({ tags }) => tags[RUN_TAG] === "run-2");
    expect(own).toHaveLength(1);
    const { targetRegions, excludeFromLatest } = own[0]?.publishingProfile ?? {};
    expect(targetRegions?.map((region) => region.name)).toEqual(["westus", "eastus2"]);
    expect(excludeFromLatest).toBe(true);
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
    const own = first.world.log.puts.filter(({ tags }) => tags[RUN_TAG] === "run-2");
    // What is in latest already stays there: only the added region is out of it until it is there.
    expect(
      own.map(({ publishingProfile: { excludeFromLatest, targetRegions } }) => [
        excludeFromLatest,
        targetRegions.map((region) => [region.name, region.excludeFromLatest]),
      ]),
    ).toEqual(
      [true, false].map((excluded) => [
        false,
        [
          ["westus", false],
          ["eastus2", false],
          ["uksouth", excluded],
        ],
      ]),
    );
    for (const { tags, safetyProfile } of own) {
      expect(tags).toMatchObject({ team: "core", [RUN_TAG]: "run-2" });
      expect(safetyProfile.allowDeletionOfReplicatedLocations).toBe(false);
    }
  });
});
