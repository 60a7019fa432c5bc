import { canStillPublish } from "../../../../src/domain/rollout/policy";
import { fault } from "../../../../src/domain/fault";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";

const completed = (region: string): RegionOutcome => ({ region, kind: "completed" });
const failed = (region: string): RegionOutcome => ({
  region,
  kind: "failed",
  attempts: 1,
  fault: fault("ReplicationFailed", "repeat", "", ""),
});

test.each([
  ["all are there so far", [completed("a")], ["b"], "all" as const, true],
  ["a required region has failed", [completed("a"), failed("b")], ["c"], "all" as const, false],
  ["a region that isn't required has failed", [completed("a"), failed("b")], ["c"], ["a"], true],
  ["a required one is yet to come", [failed("a")], ["c"], ["c"], true],
  ["enough can be reached", [completed("a"), failed("b")], ["c"], 2, true],
  ["enough can't be reached", [failed("a"), failed("b")], ["c"], 2, false],
])("later waves: %s", (_name, sofar, remaining, required, expected) => {
  expect(canStillPublish(sofar, remaining, required)).toBe(expected);
});
