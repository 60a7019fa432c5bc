import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2", "uksouth"];
const without = ["westus", "uksouth"];
const readded = ["westus", "uksouth", "eastus2"];
const request = { rollout: { readdFailedRegions: true } };

describe("a run whose region comes after it was removed and added back ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request,
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "stuck");
        world.behaviour.failures = () => 4;
      },
    },
    {
      state: "published",
      puts: [regions, regions, regions, regions, without, readded, readded],
    },
    print,
  );
});
