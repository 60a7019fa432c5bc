import { fault } from "../../../../src/domain/fault";
import { judge, type RegionOutcome } from "../../../../src/domain/run/outcome";

const completed = (region: string): RegionOutcome => ({ region, kind: "completed" });
const failed = (region: string): RegionOutcome => ({
  region,
  kind: "failed",
  attempts: 1,
  fault: fault("ReplicationFailed", "repeat", "no", "again"),
});
const all = [completed("a"), completed("b")];
const some = [completed("a"), failed("b"), { region: "c", kind: "notStarted" } as const];
const none = [failed("a"), failed("b")];

test.each<
  [name: string, outcomes: RegionOutcome[], required: Parameters<typeof judge>[1], state: string]
>([
  ["every region is completed and all are required", all, "all", "published"],
  ["one region failed and all are required", some, "all", "partlyPublished"],
  ["every region failed", none, "all", "failed"],
  ["the required region is completed", some, ["a"], "published"],
  ["a required region failed, another is completed", some, ["a", "b"], "partlyPublished"],
  ["a required region isn't among the outcomes", all, ["z"], "partlyPublished"],
  ["the required number is reached", some, 1, "published"],
  ["the required number isn't reached", some, 2, "partlyPublished"],
  ["nothing is required and nothing was completed", none, [], "failed"],
  ["there are no regions", [], "all", "failed"],
])("%s", (_name, outcomes, required, state) => {
  expect(judge(outcomes, required)).toBe(state);
});
