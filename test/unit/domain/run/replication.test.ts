import { azureFault } from "../../../support/azure-fault";
import type { RegionProgress } from "../../../../src/domain/run/progress";
import {
  foldReading,
  timedOut,
  type ReplicationReading,
} from "../../../../src/domain/run/replication";

const START = 1_000;
const NOW = 60_000;
const region = (name: string, change: Partial<RegionProgress> = {}): RegionProgress => ({
  name,
  state: "prepared",
  progress: 0,
  wave: 1,
  startedAt: START,
  lastChangeAt: START,
  ...change,
});
type Entry = ReplicationReading["summary"][number];
const entry = (name: string, state: string, progress = 0, details = ""): Entry => ({
  region: name,
  state,
  progress,
  details,
});
const reading = (
  provisioningState: string,
  summary: Entry[],
  change: Partial<ReplicationReading> = {},
): ReplicationReading => ({
  provisioningState,
  targetRegions: ["westus", "eastus2"],
  summary,
  inLatest: [],
  ...change,
});
const both = [region("westus"), region("eastus2")];
const done = (name: string) => entry(name, "Completed", 100);

test("progress is read from display names, and a change is dated", () => {
  const { progress, outcomes } = foldReading(
    both,
    reading("Creating", [entry("West US", "Replicating", 40), entry("East US 2", "Unknown")]),
    NOW,
  );
  expect(outcomes).toBeUndefined();
  expect(progress).toEqual([
    region("westus", { state: "replicating", progress: 40, lastChangeAt: NOW }),
    region("eastus2", { state: "replicating", lastChangeAt: NOW }),
  ]);
});

test("a region without news keeps the time of its last change", () => {
  const before = [region("westus", { state: "replicating", progress: 40, lastChangeAt: 5_000 })];
  const { progress } = foldReading(
    before,
    reading("Creating", [entry("westus", "Replicating", 40)]),
    NOW,
  );
  expect(progress).toEqual(before);
});

test("Succeeded before every region is Completed isn't the end", () => {
  const early = reading("Succeeded", [done("West US"), entry("East US 2", "Replicating", 99)]);
  expect(foldReading(both, early, NOW).outcomes).toBeUndefined();
});

test("Succeeded without a word on a region isn't the end", () => {
  expect(foldReading(both, reading("Succeeded", [done("westus")]), NOW).outcomes).toBeUndefined();
});

test("every region Completed and no operation in flight is the end", () => {
  const verdict = foldReading(both, reading("Succeeded", [done("westus"), done("eastus2")]), NOW);
  expect(verdict.outcomes).toEqual([
    { region: "westus", kind: "completed" },
    { region: "eastus2", kind: "completed" },
  ]);
  expect(verdict.progress.map(({ state, progress }) => [state, progress])).toEqual([
    ["completed", 100],
    ["completed", 100],
  ]);
});

test.each(["Creating", "Updating", "Migrating", "Deleting"])(
  "a region that says Failed isn't final while the version is %s",
  (state) => {
    const summary = [done("westus"), entry("eastus2", "Failed", 20, "no capacity")];
    expect(foldReading(both, reading(state, summary), NOW).outcomes).toBeUndefined();
  },
);

test("a version that is being deleted isn't published, though its regions are Completed", () => {
  const summary = [done("westus"), done("eastus2")];
  expect(foldReading(both, reading("Deleting", summary), NOW).outcomes).toBeUndefined();
});

test("a failed region ends with the service's own words, the others stay completed", () => {
  const summary = [done("West US"), entry("East US 2", "Failed", 20, "no capacity")];
  const { outcomes } = foldReading(both, reading("Succeeded", summary), NOW);
  expect(outcomes).toEqual([
    { region: "westus", kind: "completed" },
    {
      region: "eastus2",
      kind: "failed",
      attempts: 1,
      fault: expect.objectContaining({
        code: "ReplicationFailed",
        advice: "repeat",
        message: "no capacity",
      }),
    },
  ]);
});

test("a failed operation ends every region that isn't Completed, with the operation's code", () => {
  const operation = {
    ...azureFault("KeyVaultAccessForbidden", "operator", "grant get, wrap, unwrap", "grant it"),
    correlationId: "c-1",
  };
  const { outcomes, progress } = foldReading(
    both,
    reading("Failed", [done("westus"), entry("eastus2", "Replicating", 20, "stopped")], {
      operationFault: operation,
    }),
    NOW,
  );
  expect(outcomes).toEqual([
    { region: "westus", kind: "completed" },
    {
      region: "eastus2",
      kind: "failed",
      attempts: 1,
      fault: {
        code: "KeyVaultAccessForbidden",
        advice: "operator",
        message: "stopped — grant get, wrap, unwrap",
        action: expect.stringMatching(/^grant it; run the request again/),
        correlationId: "c-1",
      },
    },
  ]);
  expect(progress[1]).toMatchObject({ state: "failed", progress: 20, lastChangeAt: NOW });
});

test("a region whose own words name a lasting cause isn't repeated, whatever the operation says", () => {
  const cause = { advice: "permanent", action: "publish from another source" } as const;
  const { outcomes } = foldReading(
    both,
    reading(
      "Failed",
      [
        { ...entry("westus", "Failed", 40, "Contract.Assert failed"), cause },
        entry("eastus2", "Failed", 40, "no capacity"),
      ],
      { operationFault: azureFault("ValidationError", "repeat", "jobs failed", "again") },
    ),
    NOW,
  );
  expect(outcomes).toMatchObject([
    { region: "westus", fault: { code: "ValidationError", ...cause } },
    { region: "eastus2", fault: { code: "ValidationError", advice: "repeat" } },
  ]);
});

test("a failed version without any words still tells which region failed", () => {
  const { outcomes } = foldReading([region("westus")], reading("Failed", []), NOW);
  expect(outcomes).toMatchObject([
    {
      kind: "failed",
      fault: { code: "ReplicationFailed", message: expect.stringContaining("westus") },
    },
  ]);
});

test("a region that another writer dropped is told as vanished, though it was Completed before", () => {
  const before = [region("westus"), region("eastus2", { state: "completed", progress: 100 })];
  const { outcomes, progress } = foldReading(
    before,
    reading("Succeeded", [done("westus")], { targetRegions: ["westus"] }),
    NOW,
  );
  expect(outcomes).toMatchObject([
    { region: "westus", kind: "completed" },
    { region: "eastus2", kind: "failed", fault: { code: "RegionVanished", advice: "repeat" } },
  ]);
  expect(progress[1]?.state).toBe("failed");
});

test("when the time is over, Completed counts and the rest says that it may still come", () => {
  const outcomes = timedOut(
    [
      region("westus", { state: "completed", progress: 100 }),
      region("eastus2", { state: "replicating", progress: 60 }),
    ],
    5_400_000,
  );
  expect(outcomes).toMatchObject([
    { region: "westus", kind: "completed" },
    {
      region: "eastus2",
      kind: "failed",
      fault: {
        code: "ReplicationTimedOut",
        message: "still replicating at 60 % after 90 minutes; Azure may yet complete it",
      },
    },
  ]);
});

test("a region with a data disk that nobody encrypted isn't completed, whatever Azure says of it", () => {
  const { outcomes } = foldReading(
    both,
    reading("Succeeded", [done("West US"), done("East US 2")], {
      unencrypted: [{ region: "eastus2", luns: [1] }],
    }),
    NOW,
  );
  expect(outcomes).toMatchObject([
    { region: "westus", kind: "completed" },
    {
      region: "eastus2",
      kind: "failed",
      fault: { code: "DataDiskNotEncrypted", advice: "operator" },
    },
  ]);
});

test("what runs out of time is judged by presence and keys as well: Completed alone is no success", () => {
  const completed = { state: "completed", progress: 100 } as const;
  const regions = [
    region("westus", completed),
    region("eastus2", completed),
    region("uksouth", completed),
    region("northeurope"),
  ];
  const last = reading("Succeeded", [], {
    targetRegions: ["westus", "eastus2", "northeurope"],
    otherwiseEncrypted: ["eastus2"],
    unencrypted: [{ region: "westus", luns: [0] }],
  });
  expect(timedOut(regions, 60_000, last)).toMatchObject([
    { fault: { code: "DataDiskNotEncrypted" } },
    { fault: { code: "EncryptionChangedSincePlan" } },
    { fault: { code: "RegionVanished" } },
    { fault: { code: "ReplicationTimedOut" } },
  ]);
});
