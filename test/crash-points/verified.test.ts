import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, quickly } from "./worlds";

const regions = ["westus", "eastus2"];
const waves = { canary: 1, size: 1 };

describe("a run in two waves, each verified by disks, ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, request: { rollout: { waves, verify: "disk" } }, prepare: quickly },
    { state: "published", puts: [["westus"], regions, regions] },
    print,
  );
});

describe("a run whose second wave can't be verified ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    {
      regions,
      request: { rollout: { waves, verify: "disk", onFailure: "rollBack" } },
      prepare(world) {
        quickly(world);
        const { behaviour } = world.disks;
        behaviour.failing = (name) =>
          name.includes("eastus2")
            ? {
                code: "KeyVaultAccessForbidden",
                advice: "operator",
                message: "no",
                action: "grant",
              }
            : undefined;
      },
    },
    { state: "partlyPublished", puts: [["westus"], regions] },
    print,
  );
});
