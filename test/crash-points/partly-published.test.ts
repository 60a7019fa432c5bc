import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, stagger, TWELVE_REGIONS } from "./twelve-regions";

describe("a run of 12 regions of which two fail ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions: TWELVE_REGIONS,
      prepare(world) {
        stagger(world);
        world.behaviour.failing.set("uksouth", "no capacity").set("koreacentral", "internal error");
      },
    },
    "partlyPublished",
    print,
  );
});
