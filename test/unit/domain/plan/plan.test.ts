import {
  makePlan,
  type PreparedRegion,
  type RegionOperation,
} from "../../../../src/domain/plan/plan";
import { problem, warning } from "../../../../src/domain/problem";
import { targetRegion } from "../../../support/fake-version";

const prepared = (region: string, operation: RegionOperation): PreparedRegion => ({
  region,
  operation,
  targetRegion: targetRegion(region),
});

test("a new version is planned with all regions in one wave", () => {
  const regions = [prepared("westus", "create"), prepared("eastus2", "replicate")];
  expect(makePlan({ exists: false, prepared: regions, problems: [] })).toEqual({
    kind: "create",
    waves: [{ regions: ["westus", "eastus2"] }],
    difference: [
      { region: "westus", operation: "create" },
      { region: "eastus2", operation: "replicate" },
    ],
    targetRegions: [targetRegion("westus"), targetRegion("eastus2")],
    remarks: [],
  });
});

test.each<[RegionOperation, "extend" | "nothingToDo"]>([
  ["replicate", "extend"],
  ["scale", "extend"],
  ["repeat", "extend"],
  ["unchanged", "nothingToDo"],
])("an existing version whose second region is to %s gives the plan %s", (operation, kind) => {
  const regions = [prepared("westus", "unchanged"), prepared("eastus2", operation)];
  expect(makePlan({ exists: true, prepared: regions, problems: [] }).kind).toBe(kind);
});

test("one problem anywhere makes the whole plan impossible", () => {
  const found = problem("$", "DiskEncryptionSetNotFound", "none", "create one", "eastus2");
  const regions = [prepared("westus", "create")];
  const remarks = [warning(problem("$.source", "TrustedLaunchCapture", "watch", "it"))];
  expect(makePlan({ exists: false, prepared: regions, problems: [found], remarks })).toEqual({
    kind: "impossible",
    problems: [found],
    remarks,
  });
});
