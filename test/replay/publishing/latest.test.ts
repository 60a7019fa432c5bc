import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { createBody } from "../../../src/domain/plan/image-version-body";
import { azureFault } from "../../support/azure-fault";
import { runUntil } from "./lost-run";
import { createScene, type Scene, type SceneOptions } from "./run";
import { promote, redrive, say } from "./steering";

const TWO = ["westus", "eastus2"];
const EXCLUDED = { excludeFromLatest: true };
const BUSY = { ...azureFault("TooManyRequests", "transient", "slow down", "wait"), status: 429 };
const BROKEN = azureFault("InternalError", "repeat", "the update broke", "try again");

type Change = (body: ImageVersionBody) => ImageVersionBody | undefined;

/** Somebody does something to the version once this event is out: after the last watch of the waves. */
function onceToldOf(scene: Scene, event: string, change: () => void): void {
  const { behaviour, events } = scene.world;
  behaviour.onWrite = (kind, moment) => {
    if (kind !== "event" || moment !== "after" || !events.at(-1)?.type.endsWith(event)) return;
    behaviour.onWrite = () => undefined;
    change();
  };
}
/** Somebody does something right after the run's PUT of this number, the first is 1. */
function afterPut(scene: Scene, number: number, change: () => void): void {
  const { behaviour, log } = scene.world;
  behaviour.onWrite = (kind, moment) => {
    if (kind === "put" && moment === "after" && log.puts.length === number) change();
  };
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
const phaseOf = async ({ harness, input }: Scene): Promise<string | undefined> =>
  ((await harness.status(input.publicationId))?.customStatus as { phase?: string } | null)?.phase;
const end = async ({ harness, input }: Scene) =>
  (await harness.runToEnd(input.publicationId)).output as { state: string };

/** The version made anew from the same source: the body with other regions. */
const withRegions =
  (change: (region: ImageVersionBody["publishingProfile"]["targetRegions"][number]) => object) =>
  (body: ImageVersionBody): ImageVersionBody => ({
    ...body,
    publishingProfile: {
      ...body.publishingProfile,
      targetRegions: body.publishingProfile.targetRegions.map(
        (region) => change(region) as typeof region,
      ),
    },
  });
const unencrypted = withRegions(({ encryption: _, ...region }) => region);
const swapped = withRegions((region) => {
  const data = region.encryption?.dataDiskImages?.[0]?.diskEncryptionSetId ?? "";
  const os = region.encryption?.osDiskImage?.diskEncryptionSetId ?? "";
  return {
    ...region,
    encryption: {
      osDiskImage: { diskEncryptionSetId: data },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: os }],
    },
  };
});

describe("what isn't as it was planned any more", () => {
  it.each<[string, Change, SceneOptions["request"]]>([
    ["without sets", unencrypted, {}],
    ["with other sets", swapped, {}],
    ["without sets, and is asked to stay out of latest", unencrypted, EXCLUDED],
  ])("a version that is made anew %s isn't told as published", async (_how, change, request) => {
    for (const moment of ["while it replicates", "after the last watch"]) {
      const scene = createScene({ regions: TWO, request: request ?? {} });
      const act = () => scene.world.changeVersion(change);
      if (moment === "while it replicates") afterPut(scene, 1, act);
      else onceToldOf(scene, "waveCompleted", act);
      expect(await scene.run()).toMatchObject({ state: "failed" });
      const { regions } = scene.failure();
      expect(regions).toMatchObject([
        { kind: "failed", fault: { code: "EncryptionChangedSincePlan" } },
        { kind: "failed", fault: { code: "EncryptionChangedSincePlan" } },
      ]);
      expect(flags(scene)).toEqual({ version: true, westus: true, eastus2: true });
      expect(scene.world.log.puts).toHaveLength(1);
    }
  });

  it("a version that is written with other sets while its promotion goes on isn't told as published", async () => {
    const scene = createScene({ regions: TWO });
    afterPut(scene, 2, () => scene.world.changeVersion(swapped));
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(scene.failure().fault).toMatchObject({ code: "EncryptionChangedSincePlan" });
  });

  it("an excluded version that is replaced from another source while it is extended isn't told as published", async () => {
    const scene = createScene({ regions: TWO });
    const made = createBody(scene.request, []);
    await scene.run();
    const [whole] = scene.world.log.puts;
    scene.world.placeVersion(
      {
        ...(whole ?? made),
        tags: {},
        publishingProfile: {
          ...(whole ?? made).publishingProfile,
          targetRegions: (whole ?? made).publishingProfile.targetRegions.slice(0, 1),
        },
      },
      0,
    );
    const source = { source: { id: "/subscriptions/s/another" } };
    onceToldOf(scene, "waveCompleted", () =>
      scene.world.changeVersion((body) => ({ ...body, storageProfile: source })),
    );
    expect(await redrive(scene)).toMatchObject({ state: "failed" });
    expect(scene.world.version()?.body.storageProfile).toEqual(source);
  });

  it("a region that somebody removes after the last watch isn't recorded as Completed, also when nothing is to be promoted", async () => {
    for (const request of [{}, EXCLUDED]) {
      const scene = createScene({ regions: TWO, request });
      onceToldOf(scene, "waveCompleted", () =>
        scene.world.changeVersion((body) => ({
          ...body,
          publishingProfile: {
            ...body.publishingProfile,
            targetRegions: body.publishingProfile.targetRegions.slice(0, 1),
          },
        })),
      );
      expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
      expect(scene.failure().regions).toMatchObject([
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code: "RegionVanished" } },
      ]);
      expect(scene.world.log.puts).toHaveLength(1);
    }
  });

  it("a version that is deleted while its promotion goes on isn't told as published", async () => {
    const scene = createScene({ regions: TWO });
    afterPut(scene, 2, () => scene.world.changeVersion(() => undefined));
    expect(await scene.run()).toMatchObject({ state: "failed" });
    expect(scene.failure().fault).toMatchObject({ code: "VersionVanished" });
  });
});

describe("the operation of a promotion", () => {
  it("that fails once is repeated by the same PUT, and the version is in latest", async () => {
    const scene = createScene({ regions: TWO });
    const { behaviour, log } = scene.world;
    behaviour.onWrite = (kind, moment) => {
      if (kind !== "put" || moment !== "after") return;
      if (log.puts.length === 2) behaviour.operationFault = BROKEN;
      else delete behaviour.operationFault;
    };
    expect(await scene.run()).toEqual({ state: "published" });
    expect(log.puts).toHaveLength(3);
    expect(scene.world.version()?.provisioningState).toBe("Succeeded");
  });

  it("that fails again and again ends the run with its own words; the regions are told as Completed", async () => {
    const scene = createScene({ regions: TWO });
    afterPut(scene, 2, () => (scene.world.behaviour.operationFault = BROKEN));
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    expect(scene.world.log.puts).toHaveLength(5);
    expect(scene.failure()).toMatchObject({
      fault: { code: "InternalError", message: "the update broke" },
      regions: [{ kind: "completed" }, { kind: "completed" }],
    });
  });

  it("has time of its own, and isn't told as published while it is in flight", async () => {
    const scene = createScene({ regions: TWO, request: { rollout: { timeout: "PT10M" } } });
    const { behaviour } = scene.world;
    afterPut(scene, 2, () => (behaviour.updating = true));
    await scene.begin();
    await runUntil(scene, () => behaviour.updating);
    await scene.harness.advance(20 * 60_000);
    expect(await phaseOf(scene)).toBe("promoting");
    behaviour.updating = false;
    expect(await end(scene)).toEqual({ state: "published" });

    const other = createScene({ regions: TWO });
    afterPut(other, 2, () => (other.world.behaviour.updating = true));
    expect(await other.run()).toMatchObject({ state: "partlyPublished" });
    expect(other.failure().fault).toMatchObject({ code: "PromotionTimedOut" });
  });

  it("only fails where a region fails once more that had failed before: the flags decide", async () => {
    const scene = createScene({ regions: TWO });
    scene.world.behaviour.failing.set("eastus2", "no");
    scene.world.behaviour.operationFault = BROKEN;
    expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
    const before = scene.world.log.puts.length;
    expect(await promote(scene)).toEqual({ state: "promoted" });
    expect(scene.world.log.puts).toHaveLength(before + 1);
    expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
  });
});

describe("a cancellation beside a promotion", () => {
  const cancel = (scene: Scene) => say(scene, { about: "cancel" });

  it("is honoured while the promotion waits to be written: the version stays out of latest", async () => {
    const scene = createScene({ regions: TWO });
    onceToldOf(scene, "waveCompleted", () => {
      scene.world.behaviour.troubles.put = [BUSY, BUSY, BUSY, BUSY];
    });
    await scene.begin();
    await runUntil(scene, () => scene.world.behaviour.troubles.put?.length === 2, 1_000);
    expect(await phaseOf(scene)).toBe("publishing");
    await cancel(scene);
    expect(await end(scene)).toMatchObject({ state: "cancelled" });
    expect(scene.failure().fault).toMatchObject({ code: "Cancelled" });
    expect(flags(scene)).toEqual({ version: true, westus: true, eastus2: true });
  });

  it("isn't offered while it waits when a try before was cut off: what that had sent may be on its way", async () => {
    const scene = createScene({ regions: TWO });
    const { behaviour, dependencies } = scene.world;
    const { records } = dependencies;
    const release = records.releaseLatest.bind(records);
    // The claim was made and the PUT refused; the process ends before the claim is taken back.
    let cutOff = false;
    records.releaseLatest = async (...claim) => {
      if (cutOff) return release(...claim);
      cutOff = true;
      throw new Error("node exited with code 137 (0x89)");
    };
    onceToldOf(scene, "waveCompleted", () => {
      behaviour.troubles.put = [BUSY, BUSY, BUSY, BUSY];
    });
    await scene.begin();
    await runUntil(scene, () => behaviour.troubles.put?.length === 1, 1_000);
    expect(await phaseOf(scene)).toBe("promoting");
    expect(await end(scene)).toEqual({ state: "published" });
  });

  it("isn't offered once it is written, also when the reply was lost; it is watched to its end", async () => {
    for (const lost of [[], [azureFault("ConnectionFailed", "transient", "reset", "wait")]]) {
      const scene = createScene({ regions: TWO });
      const { behaviour, log } = scene.world;
      afterPut(scene, 2, () => {
        behaviour.updating = true;
        behaviour.troubles.putReply = [...lost];
      });
      await scene.begin();
      await runUntil(scene, () => log.puts.length === 2, 1_000);
      expect(await phaseOf(scene)).toBe("promoting");
      // Said before the phase was shown.
      await cancel(scene);
      await scene.harness.advance(600_000);
      expect(await phaseOf(scene)).toBe("promoting");
      behaviour.updating = false;
      expect(await end(scene)).toEqual({ state: "published" });
      expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: false });
    }
  });
});

describe("a region that has failed", () => {
  it("stays out of latest when the others are promoted", async () => {
    const scene = createScene({ regions: TWO, request: { rollout: { requiredRegions: 1 } } });
    scene.world.behaviour.failing.set("eastus2", "no");
    expect(await scene.run()).toEqual({ state: "published" });
    expect(flags(scene)).toEqual({ version: false, westus: false, eastus2: true });
  });

  it.each(["is Failed still", "was completed by Azure meanwhile"])(
    "is taken into latest by the redrive of its failure when it %s",
    async (how) => {
      const scene = createScene({ regions: ["westus"] });
      await scene.run();
      const further = createScene({
        regions: TWO,
        world: scene.world,
        clock: scene.clock,
        runId: "run-2",
      });
      further.world.behaviour.failing.set("eastus2", "no");
      expect(await further.run()).toMatchObject({ state: "partlyPublished" });
      expect(flags(further)).toEqual({ version: false, westus: false, eastus2: true });
      further.world.behaviour.failing.clear();
      if (how === "is Failed still") further.world.behaviour.failing.set("eastus2", "no");
      further.world.behaviour.failures = () => 4;
      expect(await redrive(further)).toEqual({ state: "published" });
      expect(flags(further)).toEqual({ version: false, westus: false, eastus2: false });
    },
  );
});
