import { endWithOpenFlag, mend, runUntil, terminate } from "../replay/publishing/lost-run";
import type { Scene } from "../replay/publishing/run";
import type { World } from "../replay/publishing/world";
import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2", "uksouth"];
const left = ["westus", "uksouth"];

/** The run is terminated as soon as its world is so. */
const lostOnce =
  (isSo: (world: World) => boolean) =>
  async (scene: Scene): Promise<void> => {
    await scene.begin();
    await runUntil(scene, () => isSo(scene.world), 1_000);
    await terminate(scene);
  };

/** What it records is the end; a second process may find it recorded. */
async function reconcile(scene: Scene): Promise<{ state: string }> {
  await mend(scene);
  const { records } = scene.world.dependencies;
  const publication = await records.publication(scene.input.publicationId);
  return { state: publication?.row.state ?? "unknown" };
}

describe("a reconciliation that takes a lost run's region back ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request: { rollout: { onFailure: "rollBack" } },
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "no capacity");
      },
      before: lostOnce(({ log }) => log.puts.length === 2),
      go: reconcile,
    },
    { state: "partlyPublished", puts: [regions, regions, left, left] },
    print,
  );
});

describe("a reconciliation that closes the flag which a lost run has opened ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request: { rollout: { readdFailedRegions: true } },
      prepare: quickly,
      before: endWithOpenFlag,
      go: reconcile,
    },
    { state: "partlyPublished", puts: [regions, regions, regions, regions, left, left] },
    print,
  );
});

describe("a reconciliation that deletes a lost run's disks ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request: { rollout: { verify: "disk" } },
      prepare: quickly,
      before: lostOnce(({ disks }) => disks.there.size === regions.length * 2),
      go: reconcile,
    },
    { state: "partlyPublished", puts: [regions] },
    print,
  );
});
