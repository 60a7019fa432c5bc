import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, staggerBriefly, TWELVE_REGIONS } from "./worlds";

const [first, ...others] = TWELVE_REGIONS as [string, ...string[]];
const four = [first, ...others.slice(0, 3)];
const all = TWELVE_REGIONS;
const waves = [[first], others.slice(0, 3), others.slice(3)];
const said = { who: "Ada", why: "looks good", at: new Date(0).toISOString() };

describe("a run of 12 regions in waves of 1, 3 and 8, each approved, with a region that comes at the third attempt, ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions: all,
      request: { rollout: { waves, approveBetweenWaves: true } },
      signals: [
        { ...said, about: "wave-1", decision: "approve" },
        { ...said, about: "wave-2", decision: "approve" },
      ],
      prepare(world) {
        staggerBriefly(world);
        world.behaviour.failing.set(four[2] as string, "busy");
        world.behaviour.failures = () => 2;
      },
    },
    { state: "published", puts: [[first], four, four, four, all, all] },
    print,
  );
});
