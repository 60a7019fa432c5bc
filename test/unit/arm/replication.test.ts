import {
  aggregatedState,
  endOfReplication,
  held,
  regionStatusAt,
  released,
  replicatedBefore,
  startReplication,
} from "../../../src/local/arm/replication";
import { timingSchema } from "../../../src/local/arm/world/settings";

const timing = timingSchema.parse({ regionFactors: { eastus2: 1.5 } });
const source = { region: "westus", isSource: true, sizeGb: 40, nowMs: 0 };

describe("a region's replication", () => {
  it("takes base time and time per GB, times the region's factor", () => {
    expect(endOfReplication(startReplication(timing, source))).toBe(420_000);
    const other = { ...source, region: "eastus2", isSource: false };
    expect(endOfReplication(startReplication(timing, other))).toBe(630_000);
  });

  it("takes the same time every time in a region without a factor, longer than the source region", () => {
    const other = { ...source, region: "northeurope", isSource: false };
    const end = endOfReplication(startReplication(timing, other));
    expect(end).toBe(endOfReplication(startReplication(timing, other)));
    expect(end).toBeGreaterThanOrEqual(420_000);
    expect(end).toBeLessThanOrEqual(420_000 * 1.3);
  });

  it("is Unknown, then Replicating with growing progress, then Completed", () => {
    const plan = startReplication(timing, source);
    const at = (nowMs: number) => {
      const { state, progress } = regionStatusAt(plan, nowMs);
      return [state, progress];
    };
    expect(at(0)).toEqual(["Unknown", 0]);
    expect(at(29_999)).toEqual(["Unknown", 0]);
    expect(at(30_000)).toEqual(["Replicating", 7]);
    expect(at(210_000)).toEqual(["Replicating", 50]);
    expect(at(419_999)).toEqual(["Replicating", 99]);
    expect(at(420_000)).toEqual(["Completed", 100]);
    expect(at(9e9)).toEqual(["Completed", 100]);
  });

  it("stops where it fails and says why", () => {
    const plan = startReplication(timing, { ...source, failure: "no capacity" });
    expect(regionStatusAt(plan, 240_000).state).toBe("Replicating");
    const failed = { state: "Failed", progress: 60, details: "no capacity" };
    expect(regionStatusAt(plan, 252_000)).toEqual(failed);
    expect(regionStatusAt(plan, 9e9)).toEqual(failed);
  });

  it("that stood still and then fails, fails as much later", () => {
    const failing = startReplication(timing, { ...source, failure: "no capacity" });
    const stuck = held(failing, 0.5, "a fault");
    expect(regionStatusAt(stuck, 9e9)).toMatchObject({ state: "Replicating", progress: 50 });
    const later = released(stuck, 1_210_000);
    expect(endOfReplication(later)).toBe(1_252_000);
    expect(regionStatusAt(later, 1_251_999)).toMatchObject({ state: "Replicating", progress: 59 });
    expect(regionStatusAt(later, 1_252_000)).toMatchObject({ state: "Failed", progress: 60 });
  });

  it("is complete from the beginning where the world says so", () => {
    expect(regionStatusAt(replicatedBefore(5), 5)).toMatchObject({
      state: "Completed",
      progress: 100,
    });
  });
});

describe("the aggregated state", () => {
  it.each([
    [["Completed", "Completed"], "Completed"],
    [["Unknown", "Unknown"], "Unknown"],
    [["Completed", "Replicating"], "InProgress"],
    [["Unknown", "Completed"], "InProgress"],
    [["Failed", "Replicating"], "InProgress"],
    [["Failed", "Completed"], "Failed"],
  ] as const)("of %j is %s", (states, expected) => {
    expect(aggregatedState([...states])).toBe(expected);
  });
});
