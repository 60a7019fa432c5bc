import {
  dueSteps,
  mayBeHis,
  newestFirst,
  rewritten,
  undoOf,
  withSteps,
} from "../../../../src/domain/rollout/undo";

const at = (name: string, regionalReplicaCount = 1) => ({ name, regionalReplicaCount });

test("a version that wasn't there is deleted, or loses its unfinished regions", () => {
  const steps = undoOf({ write: 1, wanted: [at("westus"), at("eastus2")] });
  expect(newestFirst(steps)).toEqual([
    { activity: "deleteVersion", write: 1 },
    { activity: "removeRegions", write: 1, regions: ["westus", "eastus2"] },
  ]);
});

test("of an extension only what it adds and scales is taken back, to what was there before", () => {
  const existing = [at("westus", 2), at("eastus", 5)];
  expect(
    undoOf({ write: 2, existing, wanted: [at("westus", 3), at("eastus", 5), at("eastus2")] }),
  ).toEqual([
    { activity: "removeRegions", write: 2, regions: ["eastus2"] },
    {
      activity: "restoreReplicaCounts",
      write: 2,
      counts: { westus: 2 },
      written: { westus: 3 },
    },
  ]);
});

test("a PUT that changes nothing has nothing to take back", () => {
  expect(undoOf({ write: 1, existing: [at("westus")], wanted: [at("westus")] })).toEqual([]);
});

test("a write that is tried again replaces its own steps and leaves the others'", () => {
  const first = undoOf({ write: 1, wanted: [at("westus")] });
  const second = undoOf({ write: 2, existing: [at("westus")], wanted: [at("eastus2")] });
  expect(withSteps([...first, ...second], 2, [])).toEqual(first);
});

test("what a run did before somebody else wrote the version may be his; what it does after that is its own", () => {
  const before = undoOf({ write: 1, wanted: [at("westus"), at("eastus2")] });
  const after = undoOf({ write: 2, existing: [at("westus")], wanted: [at("eastus2")] });
  const steps = withSteps(rewritten(before), 2, after);
  expect(mayBeHis(steps, "deleteVersion")).toBe(true);
  expect(mayBeHis(steps, "removeRegions", "westus")).toBe(true);
  expect(mayBeHis(steps, "removeRegions", "eastus2")).toBe(false);
  expect(mayBeHis(before, "deleteVersion")).toBe(false);
});

test("disks of a verification are due under every policy", () => {
  const disks = { activity: "deleteDisks" as const, write: 3, group: "/group", names: ["a"] };
  const steps = [
    ...undoOf({ write: 1, wanted: [at("westus")] }),
    { activity: "closeSafetyFlag" as const, write: 2 },
    disks,
  ];
  for (const policy of ["keepHealthy", "rollBack"] as const)
    expect(dueSteps(steps, policy)[0]).toEqual(disks);
});

test("healthy regions are kept by default, and only the safety flag is closed", () => {
  const steps = [
    ...undoOf({ write: 1, wanted: [at("westus")] }),
    { activity: "closeSafetyFlag" as const, write: 2 },
  ];
  expect(dueSteps(steps, "keepHealthy")).toEqual([{ activity: "closeSafetyFlag", write: 2 }]);
  expect(dueSteps(steps, "rollBack").map(({ activity, write }) => `${write} ${activity}`)).toEqual([
    "2 closeSafetyFlag",
    "1 deleteVersion",
    "1 removeRegions",
  ]);
});
