import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, staggerBriefly, TWELVE_REGIONS } from "./worlds";

const all = TWELVE_REGIONS;

describe("a run of 12 regions in one wave, of which two fail whatever is tried, ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions: all,
      prepare(world) {
        staggerBriefly(world);
        world.behaviour.failing.set("uksouth", "no capacity").set("koreacentral", "internal error");
      },
    },
    { state: "partlyPublished", puts: [all, all, all, all] },
    print,
  );
});
