import { judgeStalls, withStalls } from "../../../../src/domain/rollout/stalled";
import type { RegionProgress } from "../../../../src/domain/run/progress";
import { azureFault } from "../../../support/azure-fault";

const MINUTE = 60_000;
const iso = (minute: number): string => new Date(minute * MINUTE).toISOString();
const region = (change: Partial<RegionProgress> = {}): RegionProgress => ({
  ...{ name: "westus", state: "replicating", progress: 40, wave: 1, startedAt: 0 },
  lastChangeAt: 10 * MINUTE,
  ...change,
});
/** Sixty minutes are the limit, the watch began at the fifth. */
const judge = (minute: number, after: RegionProgress, before = after) =>
  judgeStalls([before], [after], {
    ...{ now: minute * MINUTE, watchedSince: 5 * MINUTE, limitMs: 60 * MINUTE },
  });
type Four = [RegionProgress, RegionProgress, RegionProgress, RegionProgress];
const stalled = (change: Partial<RegionProgress> = {}): RegionProgress =>
  region({ stalledSince: 10 * MINUTE, ...change });

test("a region stands still once it hasn't changed for the limit, and not before", () => {
  expect(judge(69.9, region())).toEqual({ progress: [region()], changes: [] });
  expect(judge(70, region())).toEqual({
    progress: [stalled()],
    changes: [
      {
        ...{ event: "regionStalled", region: "westus", state: "replicating", progress: 40 },
        since: iso(10),
      },
    ],
  });
});

test("that it stands still is told once", () => {
  expect(judge(71, stalled())).toEqual({ progress: [stalled()], changes: [] });
  expect(judge(500, stalled())).toEqual({ progress: [stalled()], changes: [] });
});

test("one that moves again is told once, with how long it stood, and can stand still again", () => {
  const moved = region({ progress: 41, lastChangeAt: 80 * MINUTE });
  const { progress, changes } = judge(80, { ...moved, stalledSince: 10 * MINUTE }, stalled());
  expect(progress).toEqual([moved]);
  expect(changes).toEqual([
    {
      ...{ event: "regionMoved", region: "westus", state: "replicating", progress: 41 },
      since: iso(10),
    },
  ]);
  expect(judge(139, moved)).toEqual({ progress: [moved], changes: [] });
  expect(judge(140, moved).changes).toMatchObject([{ event: "regionStalled", since: iso(80) }]);
});

test("one that is Completed has moved", () => {
  const done = region({ state: "completed", progress: 100, lastChangeAt: 80 * MINUTE });
  const { progress, changes } = judge(80, { ...done, stalledSince: 10 * MINUTE }, stalled());
  expect(progress).toEqual([done]);
  expect(changes).toMatchObject([{ event: "regionMoved", state: "completed", progress: 100 }]);
});

test("one that fails while it stands still keeps the mark, and is told once", () => {
  const failed = stalled({ state: "failed", lastChangeAt: 80 * MINUTE });
  const { progress, changes } = judge(80, failed, stalled());
  expect(progress).toEqual([failed]);
  expect(changes).toMatchObject([{ event: "regionMoved", state: "failed", since: iso(10) }]);
  expect(judge(90, failed)).toEqual({ progress: [failed], changes: [] });
});

test.each(["completed", "failed"] as const)("a region that is %s rests", (state) => {
  expect(judge(5_000, region({ state }))).toEqual({ progress: [region({ state })], changes: [] });
});

test("a region of which nothing is told stands still since its write was accepted, however long it had waited for its wave", () => {
  const waiting = region({ state: "prepared", progress: 0, lastChangeAt: 0 });
  expect(judge(64, waiting).changes).toEqual([]);
  const { progress, changes } = judge(65, waiting);
  expect(progress).toEqual([{ ...waiting, stalledSince: 5 * MINUTE }]);
  expect(changes).toMatchObject([{ event: "regionStalled", state: "prepared", since: iso(5) }]);
});

test("several regions are each told by themselves", () => {
  const before = [
    region(),
    stalled({ name: "eastus2" }),
    region({ name: "uksouth" }),
    stalled({ name: "japaneast" }),
  ];
  const [first, second, third, fourth] = before as Four;
  const moved = { lastChangeAt: 89 * MINUTE };
  const after = [first, { ...second, ...moved }, { ...third, ...moved }, fourth];
  const { progress, changes } = judgeStalls(before, after, {
    ...{ now: 90 * MINUTE, watchedSince: 0, limitMs: 60 * MINUTE },
  });
  expect(changes.map(({ event, region }) => [event, region])).toEqual([
    ["regionStalled", "westus"],
    ["regionMoved", "eastus2"],
  ]);
  expect(progress.map(({ stalledSince }) => stalledSince !== undefined)).toEqual([
    ...[true, false, false, true],
  ]);
});

test("only the outcome of a region that failed keeps since when it stood still", () => {
  const failed = {
    kind: "failed",
    fault: azureFault("X", "repeat", "x", "x"),
    attempts: 1,
  } as const;
  const regions = [
    stalled({ state: "failed" }),
    stalled({ name: "eastus2" }),
    region({ name: "uksouth" }),
  ];
  expect(
    withStalls(
      [
        { region: "westus", ...failed },
        { region: "eastus2", kind: "completed" },
        { region: "uksouth", ...failed },
      ],
      regions,
    ),
  ).toEqual([
    { region: "westus", ...failed, stalledSince: iso(10) },
    { region: "eastus2", kind: "completed" },
    { region: "uksouth", ...failed },
  ]);
});
