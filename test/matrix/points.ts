import type { End, InAzure, Point, Why } from "./model";
import { inFull, requestFor, versionEntry } from "./stage/world";

const NAME = "1.0.0";
export const THREE = ["westus", "eastus2", "northeurope"];
/** East US 2 beside the source region; North Europe alone, later. */
export const WAVES = { waves: [["westus", "eastus2"], ["northeurope"]] };
/** What stays in Azure, by the first words of its entry up to where they change. */
const COMPLETED = "completed";
const NOT_STARTED = "notStarted";

/** A region fails so often, and its operation with it. */
export const failing = (region: string, times?: number) => ({
  replication: {
    version: NAME,
    region,
    details: "no capacity",
    ...(times === undefined ? {} : { times }),
  },
});
const FAILED_ONCE = "failed ValidationError repeat";
/** The first operation fails for a reason that nothing is known about: it isn't tried again. */
const HOPELESS = {
  operation: { version: NAME, code: "GalleryInternalError", message: "It is broken.", times: 1 },
};
const FAILED_FOR_GOOD = "failed GalleryInternalError permanent";

export const inVersion = (...regions: string[]): string =>
  `the image version, Completed in ${regions.join(", ")};`;
const notCompleted = (region: string): string => `target regions that aren't Completed: ${region};`;

/** Completed there, and in latest. */
export const there = (...regions: string[]): InAzure => ({
  regions: Object.fromEntries(regions.map((region) => [region, "Completed"])),
  outOfLatest: [],
});
/** Out of latest as a whole. */
export const kept = ({ regions }: Pick<InAzure, "regions">): InAzure => ({
  regions,
  outOfLatest: ["version", ...Object.keys(regions)],
});

const published = (puts: number): End => ({
  state: "published",
  regions: Object.fromEntries(THREE.map((region) => [region, COMPLETED])),
  leftOver: [],
  azure: there(...THREE),
  puts,
});
const nothingWritten = (why: Why): End => ({
  state: "rejected",
  why,
  regions: Object.fromEntries(THREE.map((region) => [region, NOT_STARTED])),
  leftOver: [],
  azure: "none",
  puts: 0,
});
/** The source region is there, East US 2 isn't, North Europe was never begun. */
const onlySource = (why: Why, puts: number): End => ({
  state: "partlyPublished",
  why,
  regions: { westus: COMPLETED, eastus2: FAILED_ONCE, northeurope: NOT_STARTED },

  leftOver: [inVersion("westus"), notCompleted("eastus2")],
  azure: kept({ regions: { westus: "Completed", eastus2: "Failed" } }),
  puts,
});

const base = { region: "westus", request: requestFor(THREE, WAVES), faults: [] };
const READD = { ...WAVES, readdFailedRegions: true };
const told = ({ code, advice }: Why): string => `${code} ${advice}`;

/** East US 2 is added to a version of somebody else, fails, and is to be taken out again. */
const rollingBack = {
  request: requestFor(["westus", "eastus2"], { onFailure: "rollBack" }),
  world: { versions: [versionEntry("myImage", ["westus"])] },
  faults: [HOPELESS],
  region: "westus",
};
const rolledBack: End = {
  state: "partlyPublished",
  regions: { westus: COMPLETED, eastus2: FAILED_FOR_GOOD },
  undone: ["removeRegions undone", "closeSafetyFlag undone"],
  leftOver: [inVersion("westus")],
  azure: there("westus"),
  puts: 3,
};

/** The same, where only the region's status has told that it failed: the version's own updates have succeeded. */
const byStatus = {
  ...rollingBack,
  faults: [
    {
      replication: {
        version: NAME,
        region: "eastus2",
        details: "Contract.Assert failed",
        provisioningState: "Succeeded",
        times: 1,
      },
    },
  ],
};
const rolledBackByStatus: End = {
  ...rolledBack,
  regions: { ...rolledBack.regions, eastus2: "failed ReplicationFailed permanent" },
};

/** Compensation of what verified a region: there was none left of it. */
export const DISKS_DELETED = "deleteDisks undone";

/** The same, and West US gets more replicas. What puts the count back begins the failed region again. */
const rescaling = {
  ...rollingBack,
  request: requestFor(
    ["westus", "eastus2"],
    { onFailure: "rollBack" },
    { targetRegions: [{ ...inFull("westus"), regionalReplicaCount: 4 }, inFull("eastus2")] },
  ),
};
/** What becomes of it where East US 2 fails again, or isn't begun again. */
export const rescaled = (restored: string, puts: number): End => ({
  ...rolledBack,
  undone: [`restoreReplicaCounts ${restored}`, ...(rolledBack.undone ?? [])],
  puts,
});

/** What stands against a later wave: what was published before it stays. */
export const withoutLaterWave = (why: Why): End => ({
  state: "partlyPublished",
  why,
  regions: { westus: COMPLETED, eastus2: COMPLETED, northeurope: NOT_STARTED },
  leftOver: [inVersion("westus", "eastus2")],
  azure: kept(there("westus", "eastus2")),
  puts: 1,
});

/** Every point of a run at which something can strike, with the scene that leads there. */
export const POINTS: Point[] = [
  {
    ...base,
    key: "plan",
    name: "while the plan is made",
    call: "reads",
    moment: "start",
    undisturbed: published(3),
    refused: nothingWritten,
  },
  {
    ...base,
    key: "firstPut",
    name: "at the first PUT",
    call: "PUT",
    moment: "planned",
    undisturbed: published(3),
    refused: nothingWritten,
  },
  {
    ...base,
    key: "lostReply",
    name: "when the first PUT's reply is lost",
    call: "lost reply",
    moment: { puts: 1 },
    region: "eastus2",
    faults: [{ lostReply: { resource: NAME, times: 1 } }],
    undisturbed: published(3),
    refused: (why) => onlySource(why, 1),
  },
  {
    ...base,
    key: "replication",
    name: "during replication",
    call: "watch",
    moment: { puts: 1 },
    region: "eastus2",
    undisturbed: published(3),
    refused: (why) => onlySource(why, 1),
  },
  {
    ...base,
    key: "operationRead",
    name: "when the operation's error is read",
    call: "operation",
    moment: { puts: 1 },
    region: "eastus2",
    faults: [failing("eastus2", 1)],
    undisturbed: published(4),
    refused: (why) => onlySource(why, 1),
  },
  {
    ...base,
    key: "repeat",
    name: "during a repeat",
    call: "PUT",
    moment: { puts: 1 },
    region: "eastus2",
    faults: [failing("eastus2", 1)],
    undisturbed: published(4),
    refused: (why) => onlySource(why, 1),
  },
  {
    ...base,
    key: "deleteFailed",
    name: "when a Failed version is deleted",
    call: "DELETE",
    moment: { puts: 1 },
    faults: [failing("westus", 1), failing("eastus2", 1)],
    undisturbed: published(4),
    refused: (why) => ({
      state: "failed",
      why,
      regions: { westus: FAILED_ONCE, eastus2: FAILED_ONCE, northeurope: NOT_STARTED },

      leftOver: ["the image version: it is Failed,"],
      azure: kept({ regions: { westus: "Failed", eastus2: "Failed" } }),
      puts: 1,
    }),
  },
  {
    ...base,
    key: "recreate",
    name: "when it is made anew",
    call: "PUT",
    moment: { deletes: 1 },
    faults: [failing("westus", 1), failing("eastus2", 1)],
    undisturbed: published(4),
    refused: (why) => ({
      state: "failed",
      why,
      regions: { westus: FAILED_ONCE, eastus2: FAILED_ONCE, northeurope: NOT_STARTED },

      leftOver: [],
      azure: "none",
      puts: 1,
    }),
  },
  {
    ...base,
    key: "remove",
    name: "when a region is removed to be added back",
    call: "PUT",
    moment: { puts: 4 },
    request: requestFor(THREE, READD),
    faults: [failing("eastus2", 4)],
    undisturbed: published(8),
    // How to close the flag was recorded before the PUT that would have opened it.
    refused: (why) => ({ ...onlySource(why, 4), undone: ["closeSafetyFlag nothingToUndo"] }),
  },
  {
    ...base,
    key: "readd",
    name: "when it is added back",
    call: "PUT",
    moment: { puts: 5 },
    region: "eastus2",
    request: requestFor(THREE, READD),
    faults: [failing("eastus2", 4)],
    undisturbed: published(8),
    refused: (why) => ({
      ...onlySource(why, 6),
      undone: ["closeSafetyFlag undone"],
      leftOver: [inVersion("westus")],
      azure: kept(there("westus")),
    }),
  },
  {
    ...base,
    key: "laterWave",
    name: "at a later wave",
    call: "PUT",
    moment: { puts: 1 },
    region: "northeurope",
    undisturbed: published(3),
    refused: withoutLaterWave,
  },
  {
    ...base,
    key: "approval",
    name: "when a wave has waited for approval",
    call: "watch",
    moment: "awaiting",
    region: "northeurope",
    request: requestFor(THREE, { ...WAVES, approveBetweenWaves: true }),
    undisturbed: published(3),
    refused: withoutLaterWave,
  },
  {
    ...base,
    key: "verification",
    name: "while disks verify a region",
    call: "disks",
    moment: { puts: 1 },
    region: "eastus2",
    request: requestFor(THREE, { ...WAVES, verify: "disk" }),
    undisturbed: published(3),
    refused: ({ advice }) => {
      const { why: _own, ...end } = withoutLaterWave({ code: "VerificationFailed", advice });
      return {
        ...end,
        regions: { ...end.regions, eastus2: `failed VerificationFailed ${advice}` },
        undone: [DISKS_DELETED],
      };
    },
  },
  {
    ...base,
    key: "promotion",
    name: "at the promotion",
    call: "PUT",
    moment: { puts: 2 },
    undisturbed: published(3),
    refused: (why) => ({
      ...published(2),
      state: "partlyPublished",
      why,

      leftOver: [inVersion(...THREE)],
      azure: kept(there(...THREE)),
    }),
  },
  {
    ...rollingBack,
    key: "undoRemove",
    name: "when compensation removes a region",
    call: "PUT",
    moment: { puts: 1 },
    undisturbed: rolledBack,
    refused: (why) => ({
      ...rolledBack,
      // The answer may have hidden a removal: the flag is looked at all the same.
      undone: [`removeRegions failed ${told(why)}`, "closeSafetyFlag nothingToUndo"],
      leftOver: [inVersion("westus"), notCompleted("eastus2")],
      azure: { regions: { westus: "Completed", eastus2: "Failed" }, outOfLatest: ["eastus2"] },
      puts: 1,
    }),
  },
  {
    ...rollingBack,
    key: "closeFlag",
    name: "when compensation closes the safety flag",
    call: "PUT",
    moment: { puts: 2 },
    undisturbed: rolledBack,
    refused: (why) => ({
      ...rolledBack,
      undone: ["removeRegions undone", `closeSafetyFlag failed ${told(why)}`],
      leftOver: [inVersion("westus"), "the safety flag may be open:"],
      flagOpen: true,
      puts: 2,
    }),
  },
  {
    ...byStatus,
    key: "undoRemoveEnds",
    name: "while compensation's removal is carried out",
    call: "watch",
    moment: { puts: 2 },
    undisturbed: rolledBackByStatus,
    refused: () => rolledBackByStatus,
  },
  {
    ...byStatus,
    key: "closeFlagEnds",
    name: "while the safety flag is being closed",
    call: "watch",
    moment: { puts: 3 },
    undisturbed: rolledBackByStatus,
    refused: () => rolledBackByStatus,
  },
  {
    ...rescaling,
    key: "undoCounts",
    name: "when compensation restores replica counts",
    call: "PUT",
    moment: { puts: 1 },
    undisturbed: {
      ...rolledBack,
      regions: { westus: COMPLETED, eastus2: COMPLETED },
      undone: ["restoreReplicaCounts undone", "removeRegions nothingToUndo"],
      leftOver: [inVersion("westus", "eastus2")],
      azure: { ...there("westus", "eastus2"), outOfLatest: ["eastus2"] },
      puts: 2,
    },
    refused: (why) => ({
      ...rescaled(`failed ${told(why)}`, 3),
      leftOver: [inVersion("westus"), "the replica count of westus, which was 2 before"],
      azure: { ...there("westus"), replicas: { westus: 4 } },
    }),
  },
  {
    ...base,
    key: "undoDelete",
    name: "when compensation deletes the version",
    call: "DELETE",
    moment: { puts: 1 },
    request: requestFor(THREE, { ...WAVES, onFailure: "rollBack" }),
    faults: [HOPELESS],
    undisturbed: {
      state: "failed",
      regions: { westus: FAILED_FOR_GOOD, eastus2: FAILED_FOR_GOOD, northeurope: NOT_STARTED },
      undone: ["deleteVersion undone", "removeRegions nothingToUndo"],
      leftOver: [],
      azure: "none",
      puts: 1,
    },
    refused: (why) => ({
      state: "failed",
      regions: { westus: FAILED_FOR_GOOD, eastus2: FAILED_FOR_GOOD, northeurope: NOT_STARTED },
      undone: [
        `deleteVersion failed ${told(why)}`,
        "removeRegions failed InvalidParameter operator",
        "closeSafetyFlag nothingToUndo",
      ],
      leftOver: ["the image version: it is Failed,"],
      azure: kept({ regions: { westus: "Failed", eastus2: "Failed" } }),
      puts: 1,
    }),
  },
];
