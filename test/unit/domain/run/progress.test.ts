import {
  begunAnew,
  packRegions,
  unpackRegions,
  type RegionProgress,
  type RegionState,
  type RunStatus,
} from "../../../../src/domain/run/progress";
import { knownRegions } from "../../../../src/domain/region-name";

const STATES: RegionState[] = [
  "pending",
  "prepared",
  "replicating",
  "completed",
  "failed",
  "notStarted",
];
const region = (name: string, index: number): RegionProgress => ({
  name,
  state: STATES[index % STATES.length] ?? "pending",
  progress: index % 101,
  wave: 1 + (index % 9),
  startedAt: 1_795_000_000_000 + index * 1000,
  lastChangeAt: 1_795_000_123_000 + index * 1000,
});

test("what is packed comes back as it was, in every state", () => {
  const regions = [...knownRegions()].map(region);
  expect(unpackRegions(packRegions(regions))).toEqual(regions);
});

test("times lose their milliseconds, never a whole second", () => {
  const [back] = unpackRegions(packRegions([{ ...region("westus", 0), startedAt: 1_999 }]));
  expect(back?.startedAt).toBe(1_000);
});

test("since when a region stands still comes back with it", () => {
  const regions = [
    { ...region("westus", 2), stalledSince: 1_795_000_130_000 },
    { ...region("eastus2", 2) },
  ];
  expect(unpackRegions(packRegions(regions))).toEqual(regions);
});

test("a region that is begun anew has nothing of the copy before", () => {
  const failed = { ...region("westus", 4), stalledSince: 1_795_000_130_000 };
  const { wave, startedAt } = failed;
  expect(begunAnew(failed, 7)).toEqual({
    ...{ name: "westus", state: "replicating", progress: 0 },
    ...{ wave, startedAt, lastChangeAt: 7 },
  });
});

test("a hundred regions that stand still fit in the custom status with room for the rest", () => {
  const longest = "southcentralus2euap";
  const regions = Array.from({ length: 100 }, () => ({
    ...region(longest, 100),
    ...{ wave: 99, stalledSince: 1_795_000_130_000 },
  }));
  const status: RunStatus = {
    phase: "publishing",
    runId: "20261124T120000Z-0123456789abcdef",
    watcher: "w".repeat(100),
    regions: packRegions(regions),
  };
  expect(JSON.stringify(status).length).toBeLessThan(8_701);
});
