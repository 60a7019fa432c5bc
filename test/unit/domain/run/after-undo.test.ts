import { afterUndo } from "../../../../src/domain/run/after-undo";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";
import { regionVanished } from "../../../../src/domain/run/replication";
import type { Undone } from "../../../../src/domain/rollout/undo";
import { azureFault } from "../../../support/azure-fault";

const REGIONS = ["westus", "eastus2"];
const step = { activity: "removeRegions" as const, write: 1, regions: REGIONS };
const failed = (region: string, code: string): RegionOutcome => ({
  ...{ region, kind: "failed", attempts: 1 },
  fault: azureFault(code, "operator", "no", "look"),
});
const eastus2 = (before: RegionOutcome, undone: Undone) => {
  const regions: RegionOutcome[] = [{ region: "westus", kind: "notStarted" }, before];
  const after = afterUndo({ state: "failed", regions }, [undone]);
  return { ...after, regions: after.regions.map(({ kind }) => kind) };
};
const seen: Undone = { step, result: "nothingToUndo", completed: ["eastus2"] };

test.each<[string, RegionOutcome]>([
  ["had run out of time", failed("eastus2", "ReplicationTimedOut")],
  ["was cancelled", failed("eastus2", "Cancelled")],
  ["wasn't known to be begun", { region: "eastus2", kind: "notStarted" }],
])("a region that %s and was found Completed counts: a part is published", (_, before) => {
  const end = { state: "partlyPublished", regions: ["notStarted", "completed"] };
  expect(eastus2(before, seen)).toEqual(end);
  expect(eastus2(before, { step, result: "undone", completed: ["eastus2"] })).toEqual(end);
});

test.each([
  "EncryptionChangedSincePlan",
  "DataDiskNotEncrypted",
  "VerificationFailed",
  "VersionTaken",
])("a copy that was found %s stays failed, though Azure has completed it", (code) => {
  const end = { state: "failed", regions: ["notStarted", "failed"] };
  expect(eastus2(failed("eastus2", code), seen)).toEqual(end);
});

test("what a removal hasn't found Completed stays as it was", () => {
  const end = { state: "failed", regions: ["notStarted", "failed"] };
  expect(eastus2(failed("eastus2", "Cancelled"), { step, result: "nothingToUndo" })).toEqual(end);
});

test("a region that was to stay when the flag was opened, and is gone, isn't told as Completed", () => {
  const gone = regionVanished("westus");
  const closed: Undone = {
    step: { activity: "closeSafetyFlag", write: 3 },
    result: "undone",
    lost: [{ region: "westus", fault: gone }],
  };
  const regions: RegionOutcome[] = [{ region: "westus", kind: "completed" }];
  expect(afterUndo({ state: "partlyPublished", regions }, [closed])).toEqual({
    state: "failed",
    regions: [{ region: "westus", kind: "failed", fault: gone, attempts: 1 }],
  });
});
