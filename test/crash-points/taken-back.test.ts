import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, staggerBriefly, TWELVE_REGIONS } from "./worlds";

describe("a run in three waves that tries a region again, gives another up and takes it back ends the same", () => {
  const five = TWELVE_REGIONS.slice(0, 5);
  const [source, second, third, fourth, fifth] = five as [string, string, string, string, string];
  const three = [source, second, third];
  const four = [source, second, third, fourth];
  itEndsTheSameWhereverItCrashes(
    {
      regions: five,
      request: {
        rollout: { waves: [[source], [second, third], [fourth, fifth]], onFailure: "rollBack" },
      },
      prepare(world) {
        staggerBriefly(world);
        world.behaviour.failing.set(third, "busy").set(fifth, "no capacity");
        world.behaviour.failures = (region) => (region === third ? 2 : Infinity);
      },
    },
    {
      state: "partlyPublished",
      puts: [[source], three, three, three, five, five, five, five, four, four],
    },
    print,
  );
});
