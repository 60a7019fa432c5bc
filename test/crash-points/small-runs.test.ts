import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import type { World } from "../replay/publishing/world";

const regions = ["westus", "eastus2"];

/** A few looks of the watch are enough: other files have runs of many. */
function quickly({ behaviour }: World): void {
  behaviour.durationMs = () => 20_000;
}

describe("a run that is published ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, prepare: quickly },
    { state: "published", puts: [regions, regions] },
  );
});

describe("a run that is partly published after three repeats ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "no capacity");
      },
    },
    { state: "partlyPublished", puts: [regions, regions, regions, regions] },
  );
});

describe("a run that was cancelled before its first write ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      prepare: quickly,
      signals: [{ about: "cancel", who: "Ada", why: "wrong image", at: new Date(0).toISOString() }],
    },
    { state: "cancelled", puts: [] },
  );
});

describe("a run that is rejected ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, prepare: ({ behaviour }) => behaviour.withoutSet.add("eastus2") },
    { state: "rejected", puts: [] },
  );
});
