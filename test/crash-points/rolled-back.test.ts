import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2", "uksouth"];
const request = { rollout: { onFailure: "rollBack" } };

describe("a run that takes a failed region out again ends the same", () => {
  const left = ["westus", "uksouth"];
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request,
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "no capacity");
      },
    },
    {
      state: "partlyPublished",
      puts: [regions, regions, regions, regions, left, left],
    },
    print,
  );
});

describe("a run that deletes the version it made ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request,
      prepare(world) {
        quickly(world);
        for (const region of regions) world.behaviour.failing.set(region, "no capacity");
      },
    },
    { state: "failed", puts: [regions, regions, regions, regions] },
    print,
  );
});

describe("a run that was cancelled while its regions replicate ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request,
      signals: [{ about: "cancel", who: "Ada", why: "wrong image", at: new Date(0).toISOString() }],
      cancelledAfterPuts: 1,
      prepare(world) {
        quickly(world);
        world.behaviour.failing.set("eastus2", "no capacity");
      },
    },
    { state: "cancelled", puts: [regions, ["westus", "uksouth"], ["westus", "uksouth"]] },
    print,
  );
});
