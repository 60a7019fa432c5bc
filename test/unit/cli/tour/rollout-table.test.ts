import { renderRollout } from "../../../../src/cli/tour/rollout-table";
import { buildRegion } from "../build-publication";

const version = (excludeFromLatest: boolean) => ({
  location: "westus",
  publishingProfile: {
    excludeFromLatest,
    targetRegions: [
      { name: "West US", encryption: { osDiskImage: { diskEncryptionSetId: "/sets/os-west" } } },
      { name: "East US 2", excludeFromLatest: true },
    ],
  },
});
const latest = (table: string): (string | undefined)[] =>
  table
    .split("\n")
    .filter((line) => /│ +\d/.test(line))
    .map((line) => line.split("│")[4]?.trim());

test("a region counts for latest when neither the version nor itself is excluded", () => {
  const regions = [buildRegion("westus"), buildRegion("eastus2", { wave: 2 })];
  const table = renderRollout(version(false), regions);
  expect(latest(table)).toEqual(["yes", "no"]);
  expect(table).toContain("os-west");
  expect(table).toContain("platform's key");
  expect(latest(renderRollout(version(true), regions))).toEqual(["no", "no"]);
});
