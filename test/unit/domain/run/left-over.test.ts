import { leftOver, type Aftermath } from "../../../../src/domain/run/left-over";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";
import type { Undone, UndoStep } from "../../../../src/domain/rollout/undo";
import { azureFault } from "../../../support/azure-fault";
import { accepted, managedImageExample } from "../../../support/request-factory";

const { image } = accepted(managedImageExample());
const why = azureFault("VersionKept", "operator", "it is Completed in westus", "look");
const there = (region: string): RegionOutcome => ({ region, kind: "completed" });
const gone = (region: string): RegionOutcome => ({
  region,
  kind: "failed",
  fault: why,
  attempts: 4,
});
const DELETE: UndoStep = { activity: "deleteVersion", write: 1 };
const REMOVE: UndoStep = { activity: "removeRegions", write: 1, regions: ["eastus2"] };
const FLAG: UndoStep = { activity: "closeSafetyFlag", write: 5 };
const COUNTS: UndoStep = {
  activity: "restoreReplicaCounts",
  write: 1,
  counts: { westus: 2 },
  written: { westus: 3 },
};
const undone = (step: UndoStep): Undone => ({ step, result: "undone" });
const not = (step: UndoStep, result: "kept" | "failed" = "failed"): Undone => ({
  step,
  result,
  fault: why,
});

const DISKS: UndoStep = {
  activity: "deleteDisks",
  write: 2,
  group: "/subscriptions/s/resourceGroups/Verifications",
  names: ["verify-1-westus-os", "verify-1-westus-lun0"],
};
const FAILED = { provisioningState: "Failed", someCompleted: false, createdByRun: true };
const unproved = (region: string): RegionOutcome => ({
  region,
  kind: "failed",
  fault: azureFault("VerificationFailed", "operator", "no disk", "look"),
  attempts: 1,
});

const rows: [string, Omit<Aftermath, "written"> & { written?: boolean }, RegExp[]][] = [
  [
    "a healthy part is kept: the version and the regions that aren't there",
    { regions: [there("westus"), gone("eastus2")], undone: [] },
    [
      /Completed in westus; .*promote .*show .*--expand ReplicationStatus$/,
      /aren't Completed: eastus2; a redrive .*Locations=true --remove .*; az .*Locations=false$/,
    ],
  ],
  [
    "a version that somebody has promoted is told as in latest",
    { regions: [there("westus"), gone("eastus2")], undone: [undone(REMOVE)], inLatest: ["westus"] },
    [/Completed in westus; it is in latest az/],
  ],
  [
    "of a version of which a part is in latest that part is told, and what would promote the rest",
    { regions: [there("westus"), there("eastus2")], undone: [], inLatest: ["westus"] },
    [/; in latest in westus, the rest stays out of latest until POST .*promote az/],
  ],
  [
    "what nobody has seen of latest isn't told",
    { regions: [there("westus")], undone: [], inLatest: undefined },
    [/; whether it is in latest wasn't seen az/],
  ],
  [
    "regions that were taken back aren't left over",
    {
      regions: [there("westus"), gone("eastus2")],
      undone: [not(DELETE, "kept"), undone(REMOVE), undone(FLAG)],
    },
    [/Completed in westus/],
  ],
  [
    "a version that was deleted leaves nothing",
    { regions: [gone("westus")], undone: [undone(DELETE)] },
    [],
  ],
  [
    "a Failed version without a region is proposed for deletion, with the reason why it is still there",
    { regions: [gone("westus")], undone: [not(DELETE)], ...FAILED },
    [/it is Completed in westus .*az sig image-version delete /],
  ],
  [
    "a version that was kept on purpose is only to be looked at: it isn't what the watch has read",
    {
      regions: [gone("westus")],
      undone: [not(DELETE, "kept")],
      ...FAILED,
    },
    [/^perhaps .* show /],
  ],
  [
    "the same when it was to be made anew",
    { regions: [gone("westus")], undone: [], ...FAILED, fault: why },
    [/^perhaps .* show /],
  ],
  [
    "a version that is gone, or another image by now, leaves nothing",
    { regions: [gone("westus")], undone: [], ...FAILED, gone: true },
    [],
  ],
  [
    "a Failed version that was there before the run is never proposed for deletion",
    { regions: [gone("eastus2")], undone: [], ...FAILED, createdByRun: false },
    [/was there before the run: it is Failed.* show /],
  ],
  [
    "nor is one that has a Completed region which the request doesn't name: what was added is left over beside it",
    { regions: [gone("eastus2")], undone: [], ...FAILED, someCompleted: true },
    [/it is Failed, but .* may be in use .* show /, /aren't Completed: eastus2;/],
  ],
  [
    "a region that was taken out and not added back is no target region any more",
    { regions: [there("westus"), gone("eastus2")], undone: [undone(FLAG)], removed: ["eastus2"] },
    [/Completed in westus/],
  ],
  [
    "a region that was to stay and is gone is told once",
    {
      regions: [there("westus")],
      undone: [FLAG, { ...FLAG, write: 6 }].map((step) => ({
        step,
        result: "undone",
        lost: [{ region: "uksouth", fault: why }],
      })),
    },
    [/Completed in westus/, /^region uksouth was to stay when others were removed, and is gone/],
  ],
  [
    "of a removal that came to nothing in the end only what it has left is a target region, also where the run was cancelled",
    {
      regions: [
        there("westus"),
        { region: "eastus2", kind: "notStarted" },
        { region: "uksouth", kind: "notStarted" },
      ],
      undone: [
        {
          step: { ...REMOVE, regions: ["eastus2", "uksouth"] },
          result: "failed",
          fault: why,
          left: ["uksouth"],
        },
      ],
    },
    [/Completed in westus/, /aren't Completed: uksouth;/],
  ],
  [
    "of counts that couldn't all be restored those are told that weren't",
    {
      regions: [there("westus"), there("eastus2")],
      undone: [
        {
          step: { ...COUNTS, counts: { westus: 2, eastus2: 4 } },
          result: "failed",
          fault: why,
          left: ["eastus2"],
        },
      ],
    },
    [/Completed in westus, eastus2/, /^the replica count of eastus2, which was 4 before/],
  ],
  [
    "the source region is never taken out, whatever a step says",
    {
      regions: [gone("westus"), there("eastus2")],
      undone: [undone({ ...REMOVE, regions: ["westus", "uksouth"] })],
    },
    [/Completed in eastus2/, /aren't Completed: westus;/],
  ],
  [
    "a region that a removal has found Completed isn't taken back, whatever was found of it",
    {
      regions: [there("westus"), gone("eastus2")],
      undone: [{ step: REMOVE, result: "nothingToUndo", completed: ["eastus2"] }],
    },
    [/Completed in westus/, /aren't Completed: eastus2;/],
  ],
  [
    "a version that nobody has seen is only to be looked at",
    { regions: [gone("westus")], undone: [] },
    [/^perhaps .* show /],
  ],
  [
    "a safety flag that couldn't be closed comes with the command that closes it",
    { regions: [there("westus")], undone: [not(FLAG)] },
    [/Completed in westus/, /safety flag may be open.* --set safetyProfile\.\w+=false$/],
  ],
  [
    "a replica count that couldn't be restored comes with what it was",
    { regions: [there("westus")], undone: [not(COUNTS)] },
    [/Completed in westus/, /count of westus, which was 2 .*regionalReplicaCount=2$/],
  ],
  [
    "a promotion that failed leaves a version that is to be looked at",
    { regions: [there("westus")], undone: [], action: "promote" },
    [/whether it is in latest .* show /],
  ],
  [
    "a region that couldn't be verified is there all the same, and isn't proposed for removal",
    { regions: [unproved("westus"), gone("eastus2")], undone: [] },
    [/Completed in westus; .*promote/, /aren't Completed: eastus2;/],
  ],
  [
    "disks that couldn't be deleted come with the command that deletes them, each its own",
    { regions: [there("westus")], undone: [not(DISKS)] },
    [/Completed in westus/, /disk .*disks\/verify-1-westus-os --yes$/, /westus-lun0 --yes$/],
  ],
  [
    "of several disks only those are left over that are, also where nothing else was written or is there",
    {
      regions: [there("westus")],
      undone: [{ step: DISKS, result: "failed", fault: why, left: ["verify-1-westus-lun0"] }],
      written: false,
    },
    [/^a disk .* az disk delete --ids \/subscriptions\/s\/.*\/disks\/verify-1-westus-lun0 --yes$/],
  ],
  [
    "disks are left over beside a version that was deleted",
    { regions: [gone("westus")], undone: [undone(DELETE), not(DISKS)] },
    [/westus-os --yes$/, /westus-lun0 --yes$/],
  ],
];

test.each(rows)("%s", (_name, aftermath, expected) => {
  const left = leftOver(image, { written: true, inLatest: [], ...aftermath }).map(
    ({ what, command }) => `${what} ${command}`,
  );
  expect(left).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});
