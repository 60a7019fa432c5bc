import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { unlessRefused } from "../../../src/activities/checks/check";
import { ArmError } from "../../../src/azure/arm-error";
import type { Fault } from "../../../src/domain/fault";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { createScene, type Scene } from "./run";
import type { WriteKind } from "./world";

const fails = (
  code: string,
  advice: Fault["advice"],
  more: Partial<Fault> = {},
  message = `${code} happened`,
): Fault => ({ code, advice, message, action: `mend ${code}`, ...more });

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** The run's PUTs: the waves' own, and those that take the version into latest. */
function putsOf({ world }: Scene): ("wave" | "promotion")[] {
  return world.log.puts.map(({ publishingProfile: { excludeFromLatest } }) =>
    excludeFromLatest === true ? "wave" : "promotion",
  );
}

/** Ten writes of a kind fail: more than are tried for what isn't worth waiting for. */
function away(kind: WriteKind): Scene["world"]["behaviour"]["onWrite"] {
  let failures = 10;
  return (written, moment) => {
    if (written === kind && moment === "before" && failures-- > 0)
      throw new Error(`${kind} is away`);
  };
}

/**
 * Everything that a failed run must leave behind, whatever made it fail.
 * @param before what was announced between its start and its end
 */
async function expectRecorded(scene: Scene, state: string, before: string[] = []): Promise<void> {
  const failure = scene.failure();
  expect(failure).toMatchObject({ kind: "run", state, runId: scene.input.runId });
  expect(failure.request?.image.version).toBe("1.0.0");
  const { records } = scene.world.dependencies;
  expect((await records.failures({})).rows).toEqual([
    expect.objectContaining({ id: failure.id, state, summary: failure.summary }),
  ]);
  expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
    state,
    failureId: failure.id,
  });
  expect(scene.world.events.map((event) => event.type)).toEqual(
    ["accepted", ...before, state].map((each) => `com.gallery-publisher.publication.${each}`),
  );
}

describe("what can be known before the first write", () => {
  it("a region whose disk encryption set is missing fails the plan, nothing is written, and Azure's words are recorded", async () => {
    const scene = createScene({ regions: ["westus", "eastus2", "uksouth"] });
    scene.world.behaviour.withoutSet.add("eastus2");
    const end = await scene.run();
    expect(end.state).toBe("rejected");
    expect(scene.world.log.puts).toEqual([]);
    const failure = scene.failure();
    expect(failure.problems).toEqual([
      expect.objectContaining({
        path: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
        code: "DiskEncryptionSetNotFound",
        region: "eastus2",
        message: expect.stringContaining("was not found"),
      }),
      expect.objectContaining({
        path: "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId",
        code: "DiskEncryptionSetNotFound",
      }),
    ]);
    expect(failure.regions).toEqual([
      { region: "westus", kind: "notStarted" },
      expect.objectContaining({ region: "eastus2", kind: "failed" }),
      { region: "uksouth", kind: "notStarted" },
    ]);
    expect(failure.plan?.plan.kind).toBe("impossible");
    expect(failure.leftOver).toEqual([]);
    await expectRecorded(scene, "rejected");
  });

  it("an expired key, where keys are to be looked at, is told for every disk, and nothing is written", async () => {
    const scene = createScene({
      regions: ["westus", "eastus2"],
      request: { preflight: { keyVault: true } },
    });
    scene.world.behaviour.keysExpire = new Date(1);
    // Trouble that passes is waited for, and the key is judged then.
    scene.world.behaviour.troubles.key = [fails("ServerTimeout", "transient")];
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.world.log.puts).toEqual([]);
    expect(scene.failure().problems.map(({ code, region }) => [code, region])).toEqual([
      ["KeyExpired", "westus"],
      ["KeyExpired", "westus"],
      ["KeyExpired", "eastus2"],
      ["KeyExpired", "eastus2"],
    ]);
    await expectRecorded(scene, "rejected");
  });

  it("a key that can be used, looked at or not, doesn't stop a run", async () => {
    const looking = createScene({
      regions: ["westus"],
      request: { preflight: { keyVault: true } },
    });
    expect((await looking.run()).state).toBe("published");
    // Each of the two sets before the plan, and again right before the write.
    expect(looking.world.log.calls.filter((call) => call === "key")).toHaveLength(4);
    const plain = createScene({ regions: ["westus"] });
    plain.world.behaviour.keysExpire = new Date(1);
    expect((await plain.run()).state).toBe("published");
    expect(plain.world.log.calls).not.toContain("key");
  });

  it("what doesn't answer until the last try is told beside everything else that is wrong", async () => {
    const scene = createScene({ regions: ["westus", "eastus2"] });
    scene.world.behaviour.troubles.source = times(50, fails("ServerTimeout", "transient"));
    scene.world.behaviour.withoutSet.add("eastus2");
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "$.image ServerTimeout",
      "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound",
      "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetNotFound",
    ]);
    expect(scene.world.log.puts).toEqual([]);
    await expectRecorded(scene, "rejected");
  });

  it("a set that doesn't answer until the last try is told at its place, beside the region's others", async () => {
    const scene = createScene({ regions: ["westus"] });
    scene.world.behaviour.troubles.set = times(100, fails("ServerTimeout", "transient"));
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId ServerTimeout",
      "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId ServerTimeout",
    ]);
  });

  it("checks that may be left out don't stop a run when Azure never answers them: they are told as not made", async () => {
    const scene = createScene({ regions: ["westus"] });
    const busy = new ArmError(fails("ServerTimeout", "transient"));
    const tries: (boolean | undefined)[] = [];
    scene.world.dependencies.checks = [
      ({ lastTry }) => {
        tries.push(lastTry);
        const at = {
          path: "$.image",
          code: "PermissionsNotChecked" as const,
          what: "w",
          action: "a",
        };
        return unlessRefused(at, () => Promise.reject(busy), { lastTry });
      },
    ];
    expect((await scene.run()).state).toBe("published");
    expect(tries.at(-1)).toBe(true);
    expect(tries.slice(0, -1)).toEqual(tries.slice(1).map(() => undefined));
  });

  it("every region's reasons are recorded, not only the first's", async () => {
    const scene = createScene({ regions: ["westus", "eastus2", "uksouth"] });
    scene.world.behaviour.withoutSet.add("eastus2").add("uksouth");
    await scene.run();
    expect(new Set(scene.failure().problems.map((problem) => problem.region))).toEqual(
      new Set(["eastus2", "uksouth"]),
    );
  });

  it("what is wrong with the source and what is wrong with a region are told together", async () => {
    const scene = createScene({ regions: ["westus", "eastus2"] });
    scene.world.behaviour.osType = "Windows";
    scene.world.behaviour.withoutSet.add("eastus2");
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems.map(({ code }) => code)).toEqual([
      "OsTypeMismatch",
      "DiskEncryptionSetNotFound",
      "DiskEncryptionSetNotFound",
    ]);
    expect(scene.world.log.puts).toEqual([]);
  });

  it("a missing permission at one region's set is a reason of that region", async () => {
    const scene = createScene({ regions: ["westus", "eastus2"] });
    scene.world.behaviour.troubles.set = [fails("LinkedAuthorizationFailed", "operator")];
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems).toEqual([
      expect.objectContaining({
        code: "LinkedAuthorizationFailed",
        path: "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId",
        region: "westus",
      }),
    ]);
    expect(scene.world.log.puts).toEqual([]);
    await expectRecorded(scene, "rejected");
  });

  it("a definition that can't be read is recorded with Azure's code", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.source = [fails("AuthorizationFailed", "operator")];
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems).toMatchObject([{ code: "AuthorizationFailed" }]);
    await expectRecorded(scene, "rejected");
  });
});

describe("between the plan and the write", () => {
  /** Something happens as soon as the plan is recorded. */
  function afterPlan(scene: Scene, happens: () => void): void {
    const { behaviour, documents } = scene.world;
    behaviour.onWrite = (kind, moment) => {
      const planned = [...documents.keys()].some((path) => path.endsWith("/plan.json"));
      if (kind === "document" && moment === "after" && planned) happens();
    };
  }

  it("a source that is replaced by one with another data disk stops the run, and nothing is written", async () => {
    const scene = createScene();
    afterPlan(scene, () => (scene.world.behaviour.dataLuns = [0, 1]));
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.world.log.puts).toEqual([]);
    const { plan, problems, leftOver } = scene.failure();
    expect(plan?.plan.kind).toBe("create");
    expect(problems.map(({ code, region }) => [code, region])).toEqual([
      ["DataDiskEncryptionMissing", "westus"],
      ["DataDiskEncryptionMissing", "eastus2"],
    ]);
    expect(leftOver).toEqual([]);
  });

  it.each([
    ["is deleted", (scene: Scene) => scene.world.behaviour.withoutSet.add("eastus2")],
    ["isn't ready any more", (scene: Scene) => (scene.world.behaviour.setState = "Failed")],
  ])(
    "a disk encryption set that %s stops the run, and nothing is written",
    async (_name, change) => {
      const scene = createScene({ regions: ["westus", "eastus2"] });
      afterPlan(scene, () => change(scene));
      expect((await scene.run()).state).toBe("rejected");
      expect(scene.world.log.puts).toEqual([]);
      const failure = scene.failure();
      expect(failure.plan?.plan.kind).toBe("create");
      expect(failure.problems).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            path: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
            code: expect.stringMatching(/^DiskEncryptionSetNot(Found|Ready)$/),
            region: "eastus2",
          }),
        ]),
      );
      expect(failure.regions).toContainEqual(
        expect.objectContaining({ region: "eastus2", kind: "failed", attempts: 0 }),
      );
      expect(failure.leftOver).toEqual([]);
      await expectRecorded(scene, "rejected", ["planned"]);
    },
  );

  it("sets found by name are looked up by one list before the plan, and by one before the write", async () => {
    const named = (name: string) => ({
      name,
      encryption: {
        osDiskImage: { diskEncryptionSetId: `os-${name}` },
        dataDiskImages: [{ lun: 0, diskEncryptionSetId: `data-${name}` }],
      },
    });
    const targetRegions = ["westus", "eastus2", "uksouth"].map(named);
    const scene = createScene({ request: { targetRegions } });
    expect(await scene.run()).toEqual({ state: "published" });
    const looks = scene.world.log.calls.filter((call) => call === "set" || call === "sets");
    expect(looks).toEqual(["sets", "sets"]);
  });
});

describe("the write", () => {
  it("a refused PUT is recorded with Azure's code and words, and nothing is left over", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.put = [fails("RequestDisallowedByPolicy", "permanent")];
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure()).toMatchObject({
      fault: { code: "RequestDisallowedByPolicy", message: "RequestDisallowedByPolicy happened" },
      leftOver: [],
    });
    await expectRecorded(scene, "rejected", ["planned"]);
  });

  it("waits exactly as long as Retry-After asks, then writes once", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.put = times(
      2,
      fails("TooManyRequests", "transient", { afterMs: 120_000 }),
    );
    const started = scene.harness.clock.now();
    await scene.begin();
    await scene.harness.advance(239_000);
    expect(scene.world.log.puts).toHaveLength(0);
    await scene.harness.advance(2_000);
    expect(scene.world.log.puts).toHaveLength(1);
    expect(scene.harness.clock.now() - started).toBe(241_000);
    expect((await scene.harness.runToEnd(scene.input.publicationId)).output).toEqual({
      state: "published",
    });
  });

  it("a short Retry-After that is repeated doesn't use up the tries within seconds", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.put = times(
      10,
      fails("TooManyRequests", "transient", { afterMs: 1000, status: 429 }),
    );
    expect(await scene.run()).toEqual({ state: "published" });
  });

  it("throttling to the end has written nothing, and nothing is left over", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.put = times(
      50,
      fails("TooManyRequests", "transient", { afterMs: 1000, status: 429 }),
    );
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().leftOver).toEqual([]);
  });

  it("a reply that is lost after an accepted PUT leads to adopting it, never to a second write", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.putReply = [fails("ConnectionFailed", "transient")];
    expect(await scene.run()).toEqual({ state: "published" });
    expect(putsOf(scene)).toEqual(["wave", "promotion"]);
  });

  it("a reply that is lost after the accepted promotion leads to adopting that, too", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.behaviour.troubles.putReply = [fails("ConnectionFailed", "transient")];
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toEqual({ state: "published" });
    expect(scene.world.behaviour.troubles.putReply).toEqual([]);
    expect(putsOf(scene)).toEqual(["wave", "promotion"]);
  });

  it("a connection that never comes back ends as failed with what may be left over", async () => {
    const scene = createScene();
    scene.world.behaviour.troubles.put = times(50, fails("ConnectionFailed", "transient"));
    expect((await scene.run()).state).toBe("failed");
    expect(scene.failure().fault?.code).toBe("ConnectionFailed");
    expect(scene.failure().leftOver).toHaveLength(1);
    await expectRecorded(scene, "failed", ["planned"]);
  });

  it("waits for somebody else's operation and then adds its regions to what they made", async () => {
    const scene = createScene({ regions: ["westus", "uksouth"] });
    const other = createScene({ regions: ["westus", "eastus2"] });
    await other.run();
    const theirs = other.world.log.puts[0];
    if (theirs === undefined) throw new Error("no PUT to copy");
    scene.world.placeVersion({ ...theirs, tags: { by: "them" } }, scene.harness.clock.now());
    expect(await scene.run()).toEqual({ state: "published" });
    expect(scene.world.log.puts).toHaveLength(1);
    const put = scene.world.log.puts[0];
    expect(put?.publishingProfile.targetRegions.map((region) => region.name)).toEqual([
      "westus",
      "eastus2",
      "uksouth",
    ]);
    expect(put?.tags["by"]).toBe("them");
  });
});

describe("the watch", () => {
  it("40 regions of which two fail only in replicationStatus are partlyPublished with the service's details", async () => {
    const regions = ["westus", ...Array.from({ length: 39 }, (_, index) => `testregion${index}`)];
    const scene = createScene({ regions });
    scene.world.behaviour.succeedsEarly = true;
    scene.world.behaviour.failing.set("testregion3", "source disk is not readable");
    scene.world.behaviour.failing.set("testregion7", "no capacity");
    expect((await scene.run()).state).toBe("partlyPublished");
    const failure = scene.failure();
    expect(failure.regions.filter((region) => region.kind === "completed")).toHaveLength(38);
    expect(failure.regions.filter((region) => region.kind === "failed")).toEqual([
      expect.objectContaining({
        region: "testregion3",
        fault: expect.objectContaining({ message: "source disk is not readable" }),
      }),
      expect.objectContaining({
        region: "testregion7",
        fault: expect.objectContaining({ message: "no capacity" }),
      }),
    ]);
    expect(failure.leftOver.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the image version, Completed in westus/),
      expect.stringMatching(/aren't Completed: testregion3, testregion7;/),
    ]);
    await expectRecorded(scene, "partlyPublished", ["planned", "waveCompleted"]);
  });

  it("a failed region that isn't required doesn't stop a publication", async () => {
    const scene = createScene({ request: { rollout: { requiredRegions: ["westus"] } } });
    scene.world.behaviour.failing.set("eastus2", "no capacity");
    expect(await scene.run()).toEqual({ state: "published" });
  });

  it.each([
    ["a right is missing", fails("AuthorizationFailed", "operator")],
    ["it isn't answered for hours", fails("ServerBusy", "transient")],
    ["it is throttled for hours", fails("OperationNotAllowed", "transient", { afterMs: 30_000 })],
  ])(
    "keeps what the regions say when the operation's own error can't be read: %s",
    async (_, why) => {
      const scene = createScene();
      const { behaviour } = scene.world;
      behaviour.failing.set("eastus2", "no capacity");
      behaviour.operationFault = fails("KeyVaultAccessForbidden", "operator");
      behaviour.troubles.operation = times(10_000, why);
      const begun = scene.harness.clock.now();
      expect((await scene.run()).state).toBe("partlyPublished");
      expect(scene.failure().regions).toEqual([
        { region: "westus", kind: "completed" },
        expect.objectContaining({
          ...{ region: "eastus2", kind: "failed" },
          fault: expect.objectContaining({
            ...{ code: "ReplicationFailed", advice: "repeat" },
            message: `no capacity — the operation's own error couldn't be read (${why.code}: ${why.message})`,
          }),
        }),
      ]);
      // Four writes of the region, each watched for some minutes and then for its operation's words.
      expect(scene.harness.clock.now() - begun).toBeLessThan(90 * 60_000);
    },
  );

  it("waits for the operation's own error for some looks", async () => {
    const scene = createScene();
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no capacity");
    behaviour.operationFault = fails("ValidationError", "permanent");
    behaviour.troubles.operation = times(4, fails("ServerBusy", "transient"));
    expect((await scene.run()).state).toBe("partlyPublished");
    expect(scene.failure().regions[1]).toMatchObject({
      fault: { code: "ValidationError", message: "no capacity — ValidationError happened" },
    });
  });

  it("shows the operation's own error when the version ends Failed", async () => {
    const scene = createScene();
    scene.world.behaviour.failing.set("westus", "").set("eastus2", "");
    scene.world.behaviour.operationFault = fails("KeyVaultAccessForbidden", "operator");
    expect((await scene.run()).state).toBe("failed");
    expect(scene.failure().operationUrl).toBe("https://management.azure.com/operations/1");
    expect(scene.failure().regions).toEqual(
      ["westus", "eastus2"].map((region) =>
        expect.objectContaining({
          region,
          fault: expect.objectContaining({
            code: "KeyVaultAccessForbidden",
            message: "KeyVaultAccessForbidden happened",
            action: expect.stringMatching(/^mend KeyVaultAccessForbidden; .*is Failed.*delete it/),
          }),
        }),
      ),
    );
    expect(scene.failure().leftOver[0]?.command).toContain("image-version delete");
    await expectRecorded(scene, "failed", ["planned", "waveCompleted"]);
  });

  it("a timeout without a completed region proposes to look, never to delete", async () => {
    const scene = createScene({ request: { rollout: { timeout: "PT5M" } } });
    scene.world.behaviour.durationMs = () => 10 ** 9;
    expect((await scene.run()).state).toBe("failed");
    expect(scene.failure().leftOver[0]?.command).toContain("image-version show");
  });

  /** Somebody takes every region out but the first. */
  const removeRegions = (scene: Scene): void =>
    scene.world.changeVersion((body) => ({
      ...body,
      publishingProfile: {
        ...body.publishingProfile,
        targetRegions: body.publishingProfile.targetRegions.slice(0, 1),
      },
    }));

  it("a region that somebody else removed is noticed, not waited for, and added back once", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    removeRegions(scene);
    const end = await scene.harness.runToEnd(scene.input.publicationId);
    expect(end.output).toEqual({ state: "published" });
    expect(putsOf(scene)).toEqual(["wave", "wave", "promotion"]);
    expect(scene.world.version()?.body.publishingProfile.targetRegions).toEqual([
      expect.objectContaining({ name: "westus", excludeFromLatest: false }),
      expect.objectContaining({ name: "eastus2", excludeFromLatest: false }),
    ]);
  });

  it("a region that somebody else removes again is left to a person", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    removeRegions(scene);
    while (scene.world.log.puts.length < 2) await scene.harness.advance(10_000);
    removeRegions(scene);
    const end = await scene.harness.runToEnd(scene.input.publicationId);
    expect(end.output).toMatchObject({ state: "partlyPublished" });
    expect(putsOf(scene)).toEqual(["wave", "wave"]);
    expect(scene.failure().regions[1]).toMatchObject({
      region: "eastus2",
      fault: { code: "RegionVanished" },
      attempts: 2,
    });
    // It is out of the version: there is nothing to remove.
    expect(scene.failure().leftOver.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the image version, Completed in westus;/),
    ]);
  });

  it.each([
    [
      "removes",
      "RegionVanished",
      ({ publishingProfile: profile }: ImageVersionBody) => {
        profile.targetRegions = profile.targetRegions.filter(({ name }) => name !== "eastus2");
      },
    ],
    [
      "writes anew under other keys",
      "EncryptionChangedSincePlan",
      ({ publishingProfile: profile }: ImageVersionBody) => {
        const encryption = profile.targetRegions[0]?.encryption;
        for (const region of profile.targetRegions)
          if (region.name === "eastus2" && encryption !== undefined) region.encryption = encryption;
      },
    ],
  ])(
    "a region of an earlier wave that somebody %s isn't recorded as Completed when the next wave ends the run",
    async (_, code, change) => {
      const scene = createScene({
        regions: ["westus", "eastus2", "northeurope"],
        request: { rollout: { waves: [["westus", "eastus2"], ["northeurope"]] } },
      });
      const { world, harness } = scene;
      world.behaviour.failing.set("northeurope", "no");
      await scene.begin();
      while (world.log.puts.length < 5) await harness.advance(10_000);
      world.changeVersion((body) => {
        change(body);
        return body;
      });
      const end = await harness.runToEnd(scene.input.publicationId);
      expect(end.output).toMatchObject({ state: "partlyPublished" });
      expect(scene.failure().regions).toMatchObject([
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code } },
        { region: "northeurope", kind: "failed", fault: { code: "ReplicationFailed" } },
      ]);
    },
  );

  /** Between the last look of the wave's watch and the promotion. */
  const beforePromotion = (scene: Scene, change: () => void): void => {
    scene.world.behaviour.onWrite = (kind, moment) => {
      const wave = scene.world.events.some(({ type }) => type.endsWith(".waveCompleted"));
      if (kind !== "event" || moment !== "after" || !wave) return;
      scene.world.behaviour.onWrite = () => undefined;
      change();
    };
  };

  it("a Completed region that somebody removes before the promotion keeps the version out of latest, and isn't recorded as there", async () => {
    const scene = createScene();
    beforePromotion(scene, () => removeRegions(scene));
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(putsOf(scene)).toEqual(["wave"]);
    expect(scene.world.version()?.body.publishingProfile.excludeFromLatest).toBe(true);
    expect(scene.failure()).toMatchObject({
      fault: { code: "RegionVanished" },
      regions: [
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code: "RegionVanished" } },
      ],
    });
  });

  it("a version that somebody deletes before the promotion isn't published", async () => {
    const scene = createScene();
    beforePromotion(scene, () => scene.world.changeVersion(() => undefined));
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(putsOf(scene)).toEqual(["wave"]);
    expect(scene.failure().fault).toMatchObject({ code: "VersionVanished" });
  });

  it("a safety flag that somebody has left open is closed by the promotion: it removes nothing", async () => {
    const scene = createScene();
    beforePromotion(scene, () =>
      scene.world.changeVersion((body) => ({
        ...body,
        safetyProfile: { ...body.safetyProfile, allowDeletionOfReplicatedLocations: true },
      })),
    );
    expect(await scene.run()).toMatchObject({ state: "published" });
    expect(scene.world.log.puts.at(-1)?.safetyProfile).toMatchObject({
      allowDeletionOfReplicatedLocations: false,
    });
  });

  it("a version that somebody deleted ends as failed", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.changeVersion(() => undefined);
    await scene.harness.runToEnd(scene.input.publicationId);
    expect(scene.failure().regions[0]).toMatchObject({ fault: { code: "VersionVanished" } });
    await expectRecorded(scene, "failed", ["planned", "waveCompleted"]);
  });

  it("what was Completed in a version that somebody deleted isn't told as there", async () => {
    const scene = createScene({ request: { rollout: { waves: { canary: 1, size: 1 } } } });
    await scene.begin();
    await scene.harness.advance(7 * 60_000);
    expect(scene.world.log.puts).toHaveLength(2);
    scene.world.changeVersion(() => undefined);
    await scene.harness.runToEnd(scene.input.publicationId);
    expect(scene.failure()).toMatchObject({
      state: "failed",
      regions: [
        { kind: "failed", fault: { code: "VersionVanished" } },
        { kind: "failed", fault: { code: "VersionVanished" } },
      ],
      leftOver: [],
    });
  });

  it("a region that outlasts the timeout is told apart from a failed one", async () => {
    const scene = createScene({ request: { rollout: { timeout: "PT30M" } } });
    scene.world.behaviour.durationMs = (region) => (region === "westus" ? 60_000 : 10 ** 9);
    expect((await scene.run()).state).toBe("partlyPublished");
    expect(scene.failure().regions[1]).toMatchObject({ fault: { code: "ReplicationTimedOut" } });
    expect(scene.failure().leftOver[0]?.command).toContain("image-version show");
  });

  it("trouble that passes is waited out by the watch, for as long as the run has time", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.behaviour.troubles.get = times(
      60,
      fails("ServerBusy", "transient", { afterMs: 1000, status: 503 }),
    );
    const end = await scene.harness.runToEnd(scene.input.publicationId);
    expect(end.output).toEqual({ state: "published" });
  });

  it("passing trouble while watching is waited out", async () => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    scene.world.behaviour.troubles.get = times(6, fails("ServerTimeout", "transient"));
    const end = await scene.harness.runToEnd(scene.input.publicationId);
    expect(end.output).toEqual({ state: "published" });
  });
});

describe("trouble of our own", () => {
  it("a store that is away for a while is retried", async () => {
    const scene = createScene();
    let failures = 3;
    scene.world.behaviour.onWrite = (kind, moment) => {
      if (kind === "document" && moment === "before" && failures-- > 0)
        throw new Error("storage is away");
    };
    expect(await scene.run()).toEqual({ state: "published" });
  });

  it("a region whose preparation meets a store that is away is asked again, the others aren't", async () => {
    const scene = createScene({ regions: ["westus", "eastus2", "uksouth"] });
    let reads = 0;
    scene.world.behaviour.onRead = () => {
      if (++reads === 3) throw new Error("storage is away");
    };
    expect(await scene.run()).toEqual({ state: "published" });
    expect(scene.world.log.calls.filter((call) => call === "set")).toHaveLength(12); // before the plan, and before the write
  });

  it.each([
    ["once", 1],
    ["again and again", 7],
  ])(
    "the app's process ends %s while regions are prepared: all are asked again",
    async (_, ends) => {
      const scene = createScene({ regions: ["westus", "eastus2", "uksouth"] });
      let calls = 0;
      scene.world.behaviour.endsProcess = (name) => name === "prepareRegion" && ++calls <= ends;
      expect(await scene.run()).toEqual({ state: "published" });
      expect(calls).toBeGreaterThan(ends);
      expect(putsOf(scene)).toEqual(["wave", "promotion"]);
    },
  );

  it.each([
    "inspectTarget",
    "createOrReplicateVersion",
    "readReplication",
    "promoteVersion",
    "announceTransition",
    "recordOutcome",
  ])(
    "the app's process ends while it runs %s: the run goes on, and nothing is written twice",
    async (activity) => {
      const scene = createScene();
      let calls = 0;
      scene.world.behaviour.endsProcess = (name) => name === activity && ++calls <= 1;
      expect(await scene.run()).toEqual({ state: "published" });
      expect(calls).toBeGreaterThan(1);
      expect(putsOf(scene)).toEqual(["wave", "promotion"]);
    },
  );

  it("a process that ends whenever it prepares regions ends the run as rejected, with the reason", async () => {
    const scene = createScene();
    scene.world.behaviour.endsProcess = (name) => name === "prepareRegion";
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems[0]).toMatchObject({
      code: "Unexpected",
      message: expect.stringContaining("exited with code 137"),
    });
    expect(scene.world.log.puts).toEqual([]);
  });

  it("one region that can't be prepared for a reason of ours is recorded for that region", async () => {
    const scene = createScene({ regions: ["westus", "eastus2"] });
    const { encryptionSets } = scene.world.dependencies;
    const get = encryptionSets.get.bind(encryptionSets);
    encryptionSets.get = (id) =>
      id.includes("eastus2") ? Promise.reject(new TypeError("a mistake")) : get(id);
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().problems).toEqual([
      expect.objectContaining({ code: "Unexpected", region: "eastus2", message: "a mistake" }),
    ]);
    await expectRecorded(scene, "rejected");
  });

  it("a store that stays away before the write ends as rejected once it is back, with the reason", async () => {
    const scene = createScene();
    let refused = 0;
    scene.world.behaviour.onWrite = (kind, moment) => {
      if (kind === "document" && moment === "before" && refused++ < 8)
        throw new Error("storage is away");
    };
    expect((await scene.run()).state).toBe("rejected");
    expect(scene.failure().fault).toMatchObject({
      code: "Unexpected",
      message: expect.stringContaining("storage is away"),
    });
    expect(scene.world.log.puts).toEqual([]);
    await expectRecorded(scene, "rejected");
  });

  it.each(["document", "row", "event"] as const)(
    "recording a failure is repeated until every %s is written",
    async (kind) => {
      const scene = createScene();
      scene.world.behaviour.failing.set("westus", "x").set("eastus2", "y");
      await scene.begin();
      // Once the last wave has been given up, there is only the record left to write.
      while (scene.world.events.length < 3) await scene.harness.advance(5_000);
      scene.world.behaviour.onWrite = away(kind);
      await scene.harness.runToEnd(scene.input.publicationId);
      await expectRecorded(scene, "failed", ["planned", "waveCompleted"]);
    },
  );

  it.each([
    ["the topic is", ({ behaviour }: Scene["world"]) => (behaviour.onWrite = away("event"))],
    [
      "what people have said is",
      ({ dependencies: { records } }: Scene["world"]) => {
        const signals = records.signals.bind(records);
        let reads = 10;
        records.signals = (...run) =>
          reads-- > 0 ? Promise.reject(new Error("signals are away")) : signals(...run);
      },
    ],
  ])("%s away for minutes while Azure goes on: the run is published", async (_, begins) => {
    const scene = createScene();
    await scene.begin();
    await scene.harness.advance(60_000);
    begins(scene.world);
    const { output } = await scene.harness.runToEnd(scene.input.publicationId);
    expect(output).toEqual({ state: "published" });
    expect(putsOf(scene)).toEqual(["wave", "promotion"]);
  });

  it.each([
    ["the steps' store is", "store"],
    ["Azure is", "azure"],
  ])("what was done is taken back though %s away for an hour", async (_, what) => {
    const scene = createScene({
      regions: ["westus", "eastus2", "uksouth"],
      request: { rollout: { onFailure: "rollBack" } },
    });
    const { behaviour, log, events } = scene.world;
    behaviour.failing.set("eastus2", "no");
    let awayUntil = Infinity;
    const isAway = (): boolean => {
      if (!events.some(({ type }) => type.endsWith(".waveCompleted"))) return false;
      if (awayUntil === Infinity) awayUntil = scene.harness.clock.now() + 50 * 60_000;
      return scene.harness.clock.now() < awayUntil;
    };
    if (what === "store")
      behaviour.onWrite = (kind, moment) => {
        if (kind === "document" && moment === "before" && isAway()) throw new Error("away");
      };
    else
      behaviour.troubles.get = new Proxy<Fault[]>([], {
        get: (list, member) =>
          member === "shift"
            ? () => (isAway() ? fails("ServerBusy", "transient", { status: 503 }) : undefined)
            : (Reflect.get(list, member) as unknown),
      });
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.harness.clock.now()).toBeGreaterThan(awayUntil);
    expect(log.puts.at(-1)?.publishingProfile.targetRegions.map(({ name }) => name)).toEqual([
      "westus",
      "uksouth",
    ]);
    expect(scene.failure().leftOver.map(({ what: left }) => left)).toEqual([
      expect.stringMatching(/^the image version, Completed in westus, uksouth;/),
    ]);
  });

  it("what is to be taken back is read as long as it takes", async () => {
    const scene = createScene({ request: { rollout: { onFailure: "rollBack" } } });
    scene.world.behaviour.failing.set("westus", "x").set("eastus2", "y");
    let reads = 10;
    scene.world.behaviour.onRead = (path) => {
      const { undo } = documentPaths;
      const { publicationId, runId } = scene.input;
      if (path === undo(publicationId, runId) && scene.world.events.length > 2 && reads-- > 0)
        throw new Error("storage is away");
    };
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(reads).toBeLessThanOrEqual(0);
    expect(scene.world.version()).toBeUndefined();
    await expectRecorded(scene, "failed", ["planned", "waveCompleted", "compensated"]);
  });
});
