import type { ImageVersionBody, TargetRegion } from "../../../src/domain/plan/image-version-body";
import type { UndoStep } from "../../../src/domain/rollout/undo";
import { documentPaths } from "../../../src/domain/run/document-paths";
import type { PlanDocument } from "../../../src/domain/run/records";
import {
  beginMending,
  BUSY,
  endWithOpenFlag,
  isOpen,
  mend,
  runUntil,
  SETTLE_MS,
  terminate,
} from "./lost-run";
import { VirtualClock } from "../../support/durable-virtual-clock";
import { admitted, createScene, wireRequest, type Scene } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];

const regionsOf = (body: ImageVersionBody | undefined): string[] =>
  (body?.publishingProfile.targetRegions ?? []).map(({ name }) => name);
const stateOf = async (scene: Scene): Promise<string | undefined> =>
  (await scene.world.dependencies.records.publication(scene.input.publicationId))?.row.state;
const eventsOf = (scene: Scene): string[] =>
  scene.world.events.map(({ type }) => type.split(".").at(-1) ?? "");

describe("a run that was terminated", () => {
  it("between the removal of a region and its return is recorded, and the safety flag is closed", async () => {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { readdFailedRegions: true } },
    });
    const { world } = scene;
    await endWithOpenFlag(scene);
    expect(isOpen(world.version()?.body)).toBe(true);

    expect(await mend(scene)).toEqual({ kind: "recorded" });

    expect(isOpen(world.version()?.body)).toBe(false);
    expect(regionsOf(world.version()?.body)).toEqual(["westus", "northeurope"]);
    expect(await stateOf(scene)).toBe("partlyPublished");
    expect(scene.failure()).toMatchObject({
      state: "partlyPublished",
      fault: { code: "RunLost" },
      regions: [
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code: "RunLost" } },
        { region: "northeurope", kind: "completed" },
      ],
      undone: [{ step: { activity: "closeSafetyFlag" }, result: "undone" }],
    });
    // The region is out of the version: there is nothing to remove.
    expect(scene.failure().leftOver.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the image version, Completed in westus, northeurope;/),
    ]);
    expect(eventsOf(scene).slice(-2)).toEqual(["compensated", "partlyPublished"]);
  });

  it("before its first write is recorded as rejected, and nothing is written", async () => {
    const scene = createScene({ regions: THREE });
    scene.world.behaviour.troubles.source = [BUSY, BUSY, BUSY];
    await scene.begin();
    await scene.harness.runUntilIdle();
    await terminate(scene);
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(await stateOf(scene)).toBe("rejected");
    expect(scene.world.log.puts).toEqual([]);
    expect(scene.failure().regions.map(({ kind }) => kind)).toEqual([
      "notStarted",
      "notStarted",
      "notStarted",
    ]);
  });

  it("while regions replicate is recorded with what Azure shows, and nothing is written", async () => {
    const scene = createScene({ regions: THREE });
    scene.world.behaviour.durationMs = (region) => (region === "westus" ? 60_000 : 3_600_000);
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 1);
    await scene.harness.advance(120_000);
    await terminate(scene);
    await mend(scene);
    expect(scene.failure().regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "failed", fault: { message: /it is replicating/ } },
      { region: "northeurope", kind: "failed" },
    ]);
    expect(scene.world.log.puts).toHaveLength(1);
  });

  it("is taken back by its policy: a version without a region is deleted", async () => {
    const scene = createScene({ regions: THREE, request: { rollout: { onFailure: "rollBack" } } });
    for (const region of THREE) scene.world.behaviour.failing.set(region, "no");
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 1);
    await terminate(scene);
    await mend(scene);
    expect(scene.world.version()).toBeUndefined();
    expect(await stateOf(scene)).toBe("failed");
  });

  it("and has a region that became Completed while its policy was followed tells that it is there", async () => {
    const rollout = { waves: [["westus"], ["eastus2", "northeurope"]], onFailure: "rollBack" };
    const scene = createScene({ regions: THREE, request: { rollout } });
    scene.world.behaviour.durationMs = (region) => (region === "westus" ? 60_000 : 7_200_000);
    scene.world.behaviour.failing.set("northeurope", "no");
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 2);
    await terminate(scene);
    await mend(scene);
    expect(regionsOf(scene.world.version()?.body)).toEqual(["westus", "eastus2"]);
    expect(scene.failure().regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "completed" },
      { region: "northeurope", kind: "failed", fault: { code: "RunLost" } },
    ]);
  });

  it("after all was done, but before that was recorded, is recorded as published", async () => {
    const scene = createScene({ regions: THREE });
    scene.world.behaviour.endsProcess = (name) => name === "recordOutcome";
    await scene.begin();
    await runUntil(scene, () => eventsOf(scene).includes("promoted"));
    await terminate(scene);
    scene.world.behaviour.endsProcess = () => false;
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(await stateOf(scene)).toBe("published");
    expect(eventsOf(scene).at(-1)).toBe("published");
  });

  it("after all was done, and of which somebody has written a region anew under other keys, isn't published", async () => {
    const scene = createScene({ regions: THREE });
    scene.world.behaviour.endsProcess = (name) => name === "recordOutcome";
    await scene.begin();
    await runUntil(scene, () => eventsOf(scene).includes("promoted"));
    await terminate(scene);
    scene.world.behaviour.endsProcess = () => false;
    scene.world.changeVersion((body) => {
      const other = body.publishingProfile.targetRegions.find(({ name }) => name === "eastus2");
      const osDiskImage = { diskEncryptionSetId: scene.world.setId("somebody-elses") };
      if (other !== undefined) other.encryption = { ...other.encryption, osDiskImage };
      return body;
    });
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(await stateOf(scene)).toBe("partlyPublished");
    expect(scene.failure().regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "failed", fault: { code: "EncryptionChangedSincePlan" } },
      { region: "northeurope", kind: "completed" },
    ]);
  });

  it("after somebody had cancelled it is recorded as cancelled, with who and why", async () => {
    const scene = createScene({ regions: THREE });
    await scene.begin();
    await runUntil(scene, () => scene.world.log.puts.length === 1);
    await scene.world.dependencies.records.signal(scene.input.publicationId, {
      runId: scene.input.runId,
      about: "cancel",
      who: "Ada",
      why: "wrong image",
      at: new Date(0).toISOString(),
    });
    await terminate(scene);
    await mend(scene);
    expect(scene.failure()).toMatchObject({
      state: "cancelled",
      fault: { message: "Ada cancelled the run: wrong image" },
    });
  });
});

describe("a run that was lost, and was to scale a region", () => {
  const scaled = async (rollout = {}): Promise<Scene> => {
    const [region] = wireRequest(["westus"]).targetRegions;
    const westUs = (regionalReplicaCount: number) => ({ ...region, regionalReplicaCount });
    const clock = new VirtualClock();
    const before = createScene({ request: { targetRegions: [westUs(2)] }, clock });
    await before.run();
    await before.harness.stop();
    const scene = createScene({ request: { targetRegions: [westUs(4)], rollout }, clock });
    const body = before.world.version()?.body;
    if (body !== undefined) scene.world.placeVersion(body, 0);
    return scene;
  };
  const count = ({ world }: Scene): number | undefined =>
    world.version()?.body.publishingProfile.targetRegions[0]?.regionalReplicaCount;
  const cancelled = ({ world, input }: Scene) =>
    world.dependencies.records.signal(input.publicationId, {
      ...{ runId: input.runId, about: "cancel", who: "Ada", why: "too dear" },
      at: new Date(0).toISOString(),
    });

  it("isn't recorded as published when it was cancelled, and ended after its way back was written", async () => {
    const scene = await scaled({ onFailure: "rollBack" });
    const { behaviour, log } = scene.world;
    behaviour.onWrite = (kind) => (behaviour.updating ||= kind === "put");
    await scene.begin();
    await runUntil(scene, () => count(scene) === 4);
    await cancelled(scene);
    behaviour.onWrite = () => undefined;
    behaviour.updating = false;
    await runUntil(scene, () => log.puts.length === 2, 100);
    await terminate(scene);
    expect(count(scene)).toBe(2);
    await mend(scene);
    expect(await stateOf(scene)).toBe("cancelled");
    expect(scene.failure().fault?.message).toBe("Ada cancelled the run: too dear");
    expect(count(scene)).toBe(2);
  });

  it("isn't recorded as published when the count isn't what was asked for", async () => {
    const scene = await scaled();
    await scene.begin();
    scene.world.behaviour.endsProcess = (name) => name === "recordOutcome";
    await runUntil(scene, () => count(scene) === 4, 100);
    await scene.harness.advance(600_000);
    await terminate(scene);
    scene.world.behaviour.endsProcess = () => false;
    scene.world.changeVersion((body) => {
      for (const region of body.publishingProfile.targetRegions) region.regionalReplicaCount = 2;
      return body;
    });
    await mend(scene);
    expect(await stateOf(scene)).toBe("partlyPublished");
  });
});

describe("a run that has ended while Azure can't be read", () => {
  it.each([
    ["keeps healthy regions", {}],
    ["rolls back", { onFailure: "rollBack" }],
  ])(
    "and %s isn't recorded for good by an outage: the next look tells what is there, and closes the flag",
    async (_, rollout) => {
      const scene = createScene({
        regions: THREE,
        request: { rollout: { readdFailedRegions: true, ...rollout } },
      });
      const { behaviour, documents, version } = scene.world;
      await endWithOpenFlag(scene);
      behaviour.troubles.get = Array.from({ length: 40 }, () => BUSY);
      expect(await mend(scene)).toEqual({ kind: "notSeen" });
      expect(await stateOf(scene)).toBe("accepted");
      expect([...documents.keys()].filter((path) => path.startsWith("failures/"))).toEqual([]);
      expect(isOpen(version()?.body)).toBe(true);

      behaviour.troubles = {};
      expect(await mend(scene)).toEqual({ kind: "recorded" });
      expect(scene.failure()).toMatchObject({
        ...{ state: "partlyPublished", fault: { code: "RunLost" } },
        regions: [
          { region: "westus", kind: "completed" },
          { region: "eastus2", kind: "failed" },
          { region: "northeurope", kind: "completed" },
        ],
      });
      expect(isOpen(version()?.body)).toBe(false);
    },
  );

  it("for good is recorded with why, and the flag is closed all the same", async () => {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { readdFailedRegions: true } },
    });
    const { behaviour, version } = scene.world;
    await endWithOpenFlag(scene);
    behaviour.troubles.get = [{ ...BUSY, code: "AuthorizationFailed", advice: "operator" }];
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(scene.failure()).toMatchObject({
      ...{ state: "failed", fault: { code: "AuthorizationFailed" } },
      undone: [{ step: { activity: "closeSafetyFlag" }, result: "undone" }],
    });
    expect(isOpen(version()?.body)).toBe(false);
  });
});

describe("a write that comes to Azure after the first look", () => {
  /** Ends the run in the middle of its rollout, then lets a PUT of it arrive while the look is repeated. */
  async function lateWrite(
    change: (body: ImageVersionBody, planned: TargetRegion[]) => ImageVersionBody,
  ) {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { waves: { canary: 1, size: 2 } } },
    });
    const { world, input, harness } = scene;
    await scene.begin();
    await runUntil(scene, () => world.log.puts.length === 1);
    await harness.advance(600_000);
    await terminate(scene);
    await beginMending(scene);
    await harness.advance(SETTLE_MS / 2);
    expect(await stateOf(scene)).toBe("accepted");
    const undo: UndoStep[] = [{ activity: "closeSafetyFlag", write: 9 }];
    world.documents.set(documentPaths.undo(input.publicationId, input.runId), undo);
    const body = world.version()?.body as ImageVersionBody;
    const document = world.documents.get(documentPaths.plan(input.publicationId, input.runId));
    const { plan } = document as PlanDocument;
    const planned = plan.kind === "impossible" ? [] : plan.targetRegions;
    await world.dependencies.imageVersions.put(scene.request.image, change(body, planned));
    const startedAt = scene.clock.now();
    expect((await harness.runToEnd(input.publicationId)).output).toEqual({ kind: "recorded" });
    return { scene, tookMs: scene.clock.now() - startedAt };
  }

  it("is found: the safety flag that it has opened is closed", async () => {
    const { scene, tookMs } = await lateWrite((body) => ({
      ...body,
      safetyProfile: { ...body.safetyProfile, allowDeletionOfReplicatedLocations: true },
    }));
    expect(isOpen(scene.world.version()?.body)).toBe(false);
    expect(scene.failure().undone).toMatchObject([{ result: "undone" }]);
    // The rest of the first pause, and a whole one after the change.
    expect(tookMs).toBeGreaterThanOrEqual(1.5 * SETTLE_MS);
  });

  it("is found: the region that it has added isn't told as never begun", async () => {
    const { scene } = await lateWrite((body, planned) => {
      const targetRegions = planned.slice(0, 2);
      return { ...body, publishingProfile: { ...body.publishingProfile, targetRegions } };
    });
    expect(scene.failure().regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "completed" },
      { region: "northeurope", kind: "notStarted" },
    ]);
  });

  it("isn't waited for when the run hadn't come to its plan", async () => {
    const scene = createScene({ regions: THREE });
    await admitted(scene.world, scene.input);
    scene.world.documents.set(
      documentPaths.request(scene.input.publicationId, scene.input.fingerprint),
      scene.request,
    );
    const startedAt = scene.clock.now();
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(scene.clock.now() - startedAt).toBeLessThan(10_000);
  });
});

describe("a run whose version another run has taken since", () => {
  const successor = async (scene: Scene, fingerprint: string): Promise<void> => {
    const { records } = scene.world.dependencies;
    const found = await records.publication(scene.input.publicationId);
    if (found === undefined) throw new Error("there is no row");
    const taken = { ...found.row, runId: "run-2", requestId: "request-2", fingerprint };
    expect(await records.reserve({ ...taken, state: "published" }, found.etag)).toBe(true);
  };

  it("and that was never started is recorded as such; the other's row stays as it is", async () => {
    const scene = createScene({ regions: THREE });
    await admitted(scene.world, scene.input);
    scene.world.documents.set(
      documentPaths.request(scene.input.publicationId, scene.input.fingerprint),
      scene.request,
    );
    await successor(scene, "other");
    expect(await mend(scene)).toEqual({ kind: "recorded" });
    expect(scene.failure()).toMatchObject({ state: "rejected", fault: { code: "RunSuperseded" } });
    expect(eventsOf(scene)).toEqual(["rejected"]);
    const { records } = scene.world.dependencies;
    expect(await records.runs(scene.input.publicationId)).toMatchObject([{ state: "rejected" }]);
    expect((await records.publication(scene.input.publicationId))?.row).toMatchObject({
      runId: "run-2",
      state: "published",
    });
  });

  it("takes nothing back that the other may have built on, but closes the flag", async () => {
    const scene = createScene({
      regions: THREE,
      request: { rollout: { onFailure: "rollBack", readdFailedRegions: true } },
    });
    const { world } = scene;
    await endWithOpenFlag(scene);
    await successor(scene, scene.input.fingerprint);
    await mend(scene);
    expect(isOpen(world.version()?.body)).toBe(false);
    expect(world.log.deletes).toBe(0);
    expect(scene.failure().undone).toMatchObject([{ step: { activity: "closeSafetyFlag" } }]);
  });
});

describe("mending again", () => {
  it("does nothing to a run that was recorded", async () => {
    const scene = createScene({ regions: THREE });
    await scene.run();
    const { events, log } = scene.world;
    const before = { events: events.length, puts: log.puts.length };
    expect(await mend(scene)).toEqual({ kind: "nothingToDo" });
    expect({ events: events.length, puts: log.puts.length }).toEqual(before);
    expect(await stateOf(scene)).toBe("published");
  });

  /** What is said under each event's id, in how many ways. */
  const contentsOf = (scene: Scene): number[] => {
    const said = new Map<string, Set<string>>();
    for (const event of scene.world.events)
      said.set(event.id, (said.get(event.id) ?? new Set()).add(JSON.stringify(event)));
    return [...said.values()].map(({ size }) => size);
  };

  /**
   * Ends of runs, each with the state that it is recorded as, and the writes at which its recording is cut off. Before
   * the second document of a failure nothing of it was told yet.
   */
  const ENDS: [string, number[], (scene: Scene) => void][] = [
    [
      "partlyPublished",
      [2, 3, 4, 5, 6],
      ({ world }) => world.behaviour.failing.set("eastus2", "no"),
    ],
    [
      "failed",
      [2, 3, 4, 5, 6],
      ({ world: { behaviour } }) => {
        for (const region of THREE) behaviour.failing.set(region, "no");
        const words = { message: "no", action: "none" };
        behaviour.operationFault = { code: "ValidationError", advice: "permanent", ...words };
      },
    ],
    ["published", [1, 2, 3], () => undefined],
  ];

  it.each(ENDS)(
    "keeps one end that is %s, and says the same under its id, whenever the first recording was cut off",
    async (state, cuts, prepare) => {
      for (const cutAt of cuts) {
        const scene = createScene({ regions: THREE });
        const { behaviour, documents } = scene.world;
        prepare(scene);
        let writesOfEnd = 0;
        behaviour.onWrite = (_kind, moment) => {
          const recording = [...documents.keys()].some((path) =>
            /^failures\/|\/outcome.json$/.test(path),
          );
          if (moment === "after" && recording && ++writesOfEnd >= cutAt) throw new Error("cut off");
        };
        await scene.begin();
        await runUntil(scene, () => writesOfEnd >= cutAt);
        await terminate(scene);
        behaviour.onWrite = () => undefined;
        const path = [...documents.keys()].find((key) => key.startsWith("failures/"));
        const before = structuredClone(documents.get(path ?? ""));
        await mend(scene);
        await mend(scene);
        expect(await stateOf(scene)).toBe(state);
        expect(Math.max(...contentsOf(scene))).toBe(1);
        const rows = await scene.world.dependencies.records.failures({});
        expect(rows.rows.map(({ id }) => documentPaths.failure(id))).toEqual(path ? [path] : []);
        expect(documents.get(path ?? "")).toEqual(before);
      }
    },
  );

  it("tells of its own compensation beside the run's, which was told before", async () => {
    const scene = createScene({ regions: THREE, request: { rollout: { onFailure: "rollBack" } } });
    const { behaviour } = scene.world;
    behaviour.failing.set("eastus2", "no");
    behaviour.endsProcess = (name) => name === "recordFailure";
    await scene.begin();
    await runUntil(scene, () => eventsOf(scene).includes("compensated"));
    await terminate(scene);
    behaviour.endsProcess = () => false;
    await mend(scene);
    const told = scene.world.events.filter(({ type }) => type.endsWith(".compensated"));
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
    expect(Math.max(...contentsOf(scene))).toBe(1);
  });
});

describe("a safety flag that a recorded run couldn't close", () => {
  it("is marked in the ledger, and closed when Azure lets it", async () => {
    const scene = createScene({ regions: THREE, request: { rollout: { onFailure: "rollBack" } } });
    const { behaviour, dependencies, version, log } = scene.world;
    behaviour.failing.set("eastus2", "no");
    const { imageVersions } = dependencies;
    const put: typeof imageVersions.put = imageVersions.put.bind(imageVersions);
    let refuses = true;
    imageVersions.put = async (image, body) => {
      if (refuses && isOpen(log.puts.at(-1)) === true)
        behaviour.troubles.put = [
          { code: "RequestDisallowedByPolicy", advice: "permanent", message: "no", action: "ask" },
        ];
      return put(image, body);
    };
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const [entry] = await dependencies.records.openFlags();
    expect(entry).toMatchObject({ runId: "run-1", flagOpen: "true" });
    expect(isOpen(version()?.body)).toBe(true);

    expect(await mend(scene, entry?.id)).toEqual({ kind: "flagLeftOpen" });
    expect(await dependencies.records.openFlags()).toHaveLength(1);

    refuses = false;
    expect(await mend(scene, entry?.id)).toEqual({ kind: "flagClosed" });
    expect(isOpen(version()?.body)).toBe(false);
    expect(await dependencies.records.openFlags()).toEqual([]);
    expect(await stateOf(scene)).toBe("partlyPublished");
  });
});
