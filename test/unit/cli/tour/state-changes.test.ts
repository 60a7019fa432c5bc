import { stateChanges } from "../../../../src/cli/tour/state-changes";
import { buildPublication, buildRegion } from "../build-publication";

const at = (...regions: Parameters<typeof buildRegion>[]) =>
  buildPublication({ regions: regions.map((region) => buildRegion(...region)) });

test("regions that come to a state together stand in one line; what only moves on isn't told", () => {
  const before = at(["westus", { state: "replicating" }], ["eastus2"], ["uksouth", { wave: 2 }]);
  const after = at(
    ["westus", { state: "completed" }],
    ["eastus2", { state: "completed" }],
    ["uksouth", { wave: 2, progress: 70 }],
  );
  expect(stateChanges(before, after, 4_000)).toEqual([
    "[  4.0 s]   wave 1 completed: westus, eastus2",
  ]);
});

test("the end of the whole comes after the ends of its regions", () => {
  const after = { ...at(["westus", { state: "failed" }]), state: "failed" as const };
  expect(stateChanges(at(["westus"]), after, 61_000)).toEqual([
    "[1 min 1 s]   wave 1 failed: westus",
    "[1 min 1 s] MyGallery/MyImage 1.0.0: failed",
  ]);
});
