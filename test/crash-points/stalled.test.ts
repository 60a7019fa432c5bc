import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import type { World } from "../replay/publishing/world";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2", "uksouth"];

/** Two regions stand still for half a minute and more; here that is long. */
function standStill(world: World): void {
  quickly(world);
  world.dependencies.watch = { ...world.dependencies.watch, stalledAfterMs: 30_000 };
  world.behaviour.standing.set("eastus2", { at: 40, forMs: 70_000 });
  world.behaviour.standing.set("uksouth", { at: 60, forMs: 90_000 });
}

describe("a run of which two regions stand still and move again, each told once, ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, prepare: standStill },
    { state: "published", puts: [regions, regions] },
    print,
  );
});

describe("a run of which two regions stand still until its wave's time is over ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, request: { rollout: { waveTimeout: "PT1M" } }, prepare: standStill },
    { state: "partlyPublished", puts: [regions] },
    print,
  );
});
