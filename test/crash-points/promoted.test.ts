import { promote } from "../replay/publishing/steering";
import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2"];

describe("a promotion of a version that was left out of latest ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "no capacity");
      },
      before: async (scene) => {
        expect(await scene.run()).toMatchObject({ state: "partlyPublished" });
      },
      go: promote,
    },
    { state: "promoted", puts: [regions, regions, regions, regions, regions] },
    print,
  );
});

describe("a promotion of a version that is Completed nowhere ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      prepare(world) {
        quickly(world);
        for (const region of regions) world.behaviour.failing.set(region, "no capacity");
      },
      before: async (scene) => {
        expect(await scene.run()).toMatchObject({ state: "failed" });
      },
      go: promote,
    },
    { state: "rejected", puts: [regions, regions, regions, regions] },
    print,
  );
});
