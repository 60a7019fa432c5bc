import type { Fault } from "../../src/domain/fault";
import type { RegionName } from "../../src/domain/region-name";
import { createScene, type Scene, type SceneOptions } from "../replay/publishing/run";
import { mend, runUntil, terminate } from "../replay/publishing/lost-run";
import { promote, redrive, say } from "../replay/publishing/steering";

const THREE = ["westus", "eastus2", "northeurope"];
const WAVES = [["westus"], ["eastus2"], ["northeurope"]];

/** A run that stands for many: what its Azure is like, and what people do about it. */
export interface Scenario {
  /** In words, for who has to mend what breaks it. */
  story: string;
  /** How it has to end, so that it is what it says. */
  ends: string;
  options: SceneOptions;
  run: (scene: Scene) => Promise<unknown>;
}

const BUSY: Fault = {
  code: "ServerBusy",
  advice: "transient",
  message: "busy",
  action: "none: the run waits",
};

const REFUSED: Fault = {
  code: "RequestDisallowedByPolicy",
  advice: "permanent",
  message: "no",
  action: "ask the policy's owner",
};

const fails = ({ world }: Scene, ...regions: RegionName[]): void =>
  regions.forEach((region) => world.behaviour.failing.set(region, "no capacity"));

/** The run to its end; how it ended. */
const toEnd = async ({ harness, input }: Scene): Promise<unknown> =>
  (await harness.runToEnd(input.publicationId)).output;

const phaseOf = async ({ harness, input }: Scene): Promise<unknown> =>
  ((await harness.status(input.publicationId))?.customStatus as { phase?: unknown } | null)?.phase;

const waitsForApproval = async (scene: Scene): Promise<boolean> =>
  (await phaseOf(scene)) === "awaitingApproval";

/** Approves, or rejects, what waits in front of a wave; the first is 0. */
async function decide(scene: Scene, wave: number, decision: "approve" | "reject"): Promise<void> {
  await runUntil(scene, () => waitsForApproval(scene));
  await say(scene, { about: `wave-${wave}`, decision });
  await scene.harness.runUntilIdle();
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "one-wave": {
    story: "two regions are published by one write, and the version is promoted",
    ends: "published",
    options: {},
    run: (scene) => scene.run(),
  },
  "three-waves-approved": {
    story: "three waves, the second and the third each approved by a person",
    ends: "published",
    options: {
      regions: THREE,
      request: { rollout: { waves: WAVES, approveBetweenWaves: true } },
    },
    run: async (scene) => {
      await scene.begin();
      await decide(scene, 1, "approve");
      await decide(scene, 2, "approve");
      return toEnd(scene);
    },
  },
  "wave-rejected": {
    story: "the second wave is rejected after the run has looked for a decision in vain",
    ends: "partlyPublished",
    options: {
      regions: THREE,
      request: { rollout: { waves: WAVES, approveBetweenWaves: true } },
    },
    run: async (scene) => {
      await scene.begin();
      await runUntil(scene, () => waitsForApproval(scene));
      await scene.harness.advance(20 * 60_000);
      await decide(scene, 1, "reject");
      return toEnd(scene);
    },
  },
  "approval-too-late": {
    story: "nobody decides on the second wave",
    ends: "partlyPublished",
    options: {
      regions: THREE,
      request: {
        rollout: { waves: WAVES, approveBetweenWaves: true, approvalTimeout: "PT2H" },
      },
    },
    run: (scene) => scene.run(),
  },
  "repeated-and-readded": {
    story: "a region fails, is repeated, is removed and added back, and comes then",
    ends: "published",
    options: { regions: THREE, request: { rollout: { readdFailedRegions: true } } },
    run: (scene) => {
      fails(scene, "eastus2");
      scene.world.behaviour.failures = () => 4;
      return scene.run();
    },
  },
  "stands-still": {
    story: "a region stands still for some minutes, and goes on then",
    ends: "published",
    options: {},
    run: async (scene) => {
      const { behaviour, dependencies } = scene.world;
      dependencies.watch = { ...dependencies.watch, stalledAfterMs: 60_000 };
      behaviour.standing.set("eastus2", { at: 40 });
      await scene.begin();
      await scene.harness.advance(120_000);
      behaviour.standing.clear();
      return toEnd(scene);
    },
  },
  recreated: {
    story: "the version fails before a region is there, is deleted, and made again",
    ends: "published",
    options: {},
    run: async (scene) => {
      const { behaviour, log } = scene.world;
      fails(scene, "westus", "eastus2");
      behaviour.operationFault = {
        code: "GalleryImageVersionFailed",
        advice: "repeat",
        message: "it failed",
        action: "repeat it",
      };
      await scene.begin();
      await runUntil(scene, () => log.deletes > 0);
      behaviour.failing.clear();
      delete behaviour.operationFault;
      return toEnd(scene);
    },
  },
  "kept-healthy": {
    story: "a region never comes: what is Completed stays, out of latest",
    ends: "partlyPublished",
    options: { regions: THREE },
    run: (scene) => {
      fails(scene, "eastus2");
      return scene.run();
    },
  },
  "rolled-back": {
    story: "a region never comes, and what isn't Completed is taken back",
    ends: "partlyPublished",
    options: { regions: THREE, request: { rollout: { onFailure: "rollBack" } } },
    run: (scene) => {
      fails(scene, "eastus2");
      return scene.run();
    },
  },
  cancelled: {
    story: "somebody cancels during the first of three waves",
    ends: "cancelled",
    options: { regions: THREE, request: { rollout: { waves: WAVES } } },
    run: async (scene) => {
      await scene.begin();
      await runUntil(scene, () => scene.world.log.puts.length === 1);
      await say(scene, { about: "cancel" });
      return toEnd(scene);
    },
  },
  refused: {
    story: "one region has no disk encryption set: nothing is written",
    ends: "rejected",
    options: { regions: THREE },
    run: (scene) => {
      scene.world.behaviour.withoutSet.add("eastus2");
      return scene.run();
    },
  },
  "azure-busy": {
    story: "Azure doesn't answer for a while, at the first look and at the first write",
    ends: "published",
    options: {},
    run: (scene) => {
      scene.world.behaviour.troubles = { get: [BUSY, BUSY], set: [BUSY], put: [BUSY] };
      return scene.run();
    },
  },
  "long-watch": {
    story: "replication takes hours: the watch goes on in generations of its own",
    ends: "published",
    options: {},
    run: (scene) => {
      scene.world.behaviour.durationMs = () => 2 * 3_600_000;
      return scene.run();
    },
  },
  verified: {
    story: "two waves are verified by disks, in the second one after Azure shows the version late",
    ends: "published",
    options: {
      regions: THREE,
      request: { rollout: { waves: { canary: 1, size: 2 }, verify: "disk" } },
    },
    run: async (scene) => {
      const { disks } = scene.world;
      await scene.begin();
      await runUntil(scene, () => disks.made.length > 0);
      disks.behaviour.troubles.create = [BUSY, BUSY];
      return toEnd(scene);
    },
  },
  "verified-in-vain": {
    story:
      "one region's disks can't be made: it counts as failed, and the version stays out of latest",
    ends: "partlyPublished",
    options: { regions: THREE, request: { rollout: { verify: "disk" } } },
    run: (scene) => {
      scene.world.disks.behaviour.troubles.create = [REFUSED];
      return scene.run();
    },
  },
  promoted: {
    story: "after a partial success somebody promotes the version",
    ends: "promoted",
    options: { regions: THREE },
    run: async (scene) => {
      fails(scene, "eastus2");
      await scene.run();
      return promote(scene);
    },
  },
  redriven: {
    story: "after a partial success the failed region is redriven, and comes",
    ends: "published",
    options: { regions: THREE },
    run: async (scene) => {
      fails(scene, "eastus2");
      await scene.run();
      scene.world.behaviour.failing.clear();
      return redrive(scene);
    },
  },
  "scaled-and-rolled-back": {
    story: "a version that exists is scaled and extended in vain: the replica counts are restored",
    ends: "partlyPublished",
    options: {
      regions: THREE,
      request: { replicaCount: 3, rollout: { onFailure: "rollBack" } },
    },
    run: async (scene) => {
      const existing = createScene({ regions: ["westus"], clock: scene.clock });
      await existing.run();
      await existing.harness.stop();
      const body = existing.world.version()?.body;
      if (body !== undefined) scene.world.placeVersion(body, 0);
      fails(scene, "eastus2");
      return scene.run();
    },
  },
  "flag-closed-later": {
    story: "Azure refuses to close the safety flag at the end of a run: reconcile closes it",
    ends: "flagClosed",
    options: { regions: THREE, request: { rollout: { onFailure: "rollBack" } } },
    run: async (scene) => {
      const { behaviour, dependencies, log } = scene.world;
      fails(scene, "eastus2");
      behaviour.onWrite = (kind, moment) => {
        const removed = log.puts.at(-1)?.safetyProfile.allowDeletionOfReplicatedLocations === true;
        if (kind === "put" && moment === "after" && removed) behaviour.troubles.put = [REFUSED];
      };
      await scene.run();
      const [entry] = await dependencies.records.openFlags();
      return mend(scene, entry?.id);
    },
  },
  reconciled: {
    story:
      "a run is terminated while the safety flag is open: reconcile closes it and records the run",
    ends: "recorded",
    options: { regions: THREE, request: { rollout: { readdFailedRegions: true } } },
    run: async (scene) => {
      const { world } = scene;
      fails(scene, "eastus2");
      const isOpen = (): boolean =>
        world.log.puts.at(-1)?.safetyProfile.allowDeletionOfReplicatedLocations === true;
      // Azure takes the removal, and is busy afterwards.
      world.behaviour.onWrite = (kind, moment) => {
        if (kind === "put" && moment === "after" && isOpen())
          world.behaviour.troubles.get = Array.from({ length: 5 }, () => BUSY);
      };
      await scene.begin();
      await runUntil(scene, isOpen);
      await terminate(scene);
      world.behaviour.troubles = {};
      return mend(scene);
    },
  },
};
