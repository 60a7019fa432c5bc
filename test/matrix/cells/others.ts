import type { End, InAzure, Moment, Point, Row, Strike, Trial, Why } from "../model";
import {
  DISKS_DELETED,
  failing,
  inVersion,
  POINTS,
  rescaled,
  there,
  withoutLaterWave,
} from "../points";
import { versionEntry } from "../stage/world";
import {
  addingRegion,
  addingRegionAfterwards,
  atOnce,
  busyBefore,
  deleting,
  making,
  makingAndDeleting,
  makingInVain,
  refusing,
  replacing,
  sayingSucceededEarly,
} from "../strikes";
import {
  at,
  DELETE_POINTS,
  cannot,
  impossiblePlan,
  passes,
  PUT_POINTS,
  refused,
  whyOf,
  WITHOUT_PUT,
  type Entries,
} from "./families";

/** Somebody else's version from another image, which nobody may touch. */
const THEIRS: InAzure = { ...there("westus"), theirs: true };
const TAKEN = { code: "VersionTaken", advice: "permanent" } as const;
const VANISHED = { code: "VersionVanished", advice: "operator" } as const;
const told = ({ code, advice }: { code: string; advice: string }): string =>
  `failed ${code} ${advice}`;

/** What was there is not the run's any more: no region is Completed, whatever it was before. */
const lost = (
  end: End,
  why: typeof TAKEN | typeof VANISHED,
): Pick<End, "state" | "why" | "regions"> => ({
  state: "failed",
  why,
  regions: Object.fromEntries(
    Object.entries(end.regions).map(([region, outcome]) => [
      region,
      outcome === "completed" ? told(why) : outcome,
    ]),
  ),
});

/** Nothing of it is the run's any more when its end is recorded, after its compensation: nothing is left over. */
const lostAtLast = (end: End, why: typeof TAKEN | typeof VANISHED): End => {
  const { state, regions } = lost(end, why);
  return { ...end, state, regions, leftOver: [] };
};

const EVERYWHERE = POINTS.map(({ key }) => key);
/** The run reads nothing of the version meanwhile: what somebody does is found at the next wave's PUT. */
const MEANWHILE = ["approval", "verification"] as const;
const duringWait = ({ key }: Point): boolean => MEANWHILE.some((one) => one === key);

/** Before the point's PUT, or while the run does something else and before it goes on. */
const meanwhile = (point: Point, strike: (moment: Moment) => Strike): Strike[] =>
  duringWait(point)
    ? [atOnce(strike(point.key === "approval" ? "awaiting" : "verifying"))]
    : [strike(point.moment)];

/** The next wave isn't written. */
const refusedLater = (point: Point, why: Why): End => {
  if (!duringWait(point)) return point.refused(why);
  const end = withoutLaterWave(why);
  return point.key === "verification" ? { ...end, undone: [DISKS_DELETED] } : end;
};

/** Row 17: the number is taken by another image. */
export const otherSource = (row: Row): Entries => {
  const replaced = (point: Point): Strike[] => [replacing(point.moment)];
  return {
    operationRead: cannot("operationEnded"),
    plan: (point) => ({
      ...impossiblePlan(point, "VersionTaken", { azure: THEIRS }),
      world: { versions: [versionEntry("otherImage", ["westus"])] },
    }),
    firstPut: (point) => ({
      outcome: "waits, reads again, rejected",
      strikes: [making(point.moment, "otherImage", ["westus"])],
      end: { ...point.refused(TAKEN), azure: THEIRS },
    }),
    // Nothing is in flight where the service says Succeeded before the regions are there.
    ...at(["lostReply", "replication"], (point) => ({
      outcome: "the other image isn't touched, recorded",
      strikes: [sayingSucceededEarly("planned"), ...replaced(point)],
      end: {
        ...point.undisturbed,
        state: "failed",
        why: TAKEN,
        regions: {
          westus: told(TAKEN),
          // It was seen to be missing before the next write found why.
          eastus2: "failed RegionVanished repeat",
          northeurope: "notStarted",
        },
        leftOver: [],
        azure: THEIRS,
        puts: 1,
      },
    })),
    ...at(["repeat", "remove", "readd", "laterWave", "promotion", ...MEANWHILE], (point) => {
      const { undone: _ofOurVersion, ...end } = refusedLater(point, TAKEN);
      return {
        outcome: "the other image isn't touched, recorded",
        strikes: meanwhile(point, replacing),
        end: {
          ...end,
          ...lost(end, TAKEN),
          // The flag was open in what has been deleted.
          ...(point.key === "readd" ? { undone: ["closeSafetyFlag nothingToUndo"], puts: 5 } : {}),
          ...(point.key === "verification" ? { undone: [DISKS_DELETED] } : {}),
          leftOver: [],
          azure: THEIRS,
        },
      };
    }),
    // A number that is soft-deleted counts as taken, although a look shows nothing: the words alone have to be enough.
    recreate: refused(row),
    deleteFailed: (point) => ({
      outcome: "the other image isn't deleted, recorded",
      strikes: replaced(point),
      end: {
        ...point.refused({ code: "VersionKept", advice: "operator" }),
        leftOver: [],
        azure: THEIRS,
      },
    }),
    undoRemove: (point) => ({
      outcome: "the other image isn't touched, recorded",
      strikes: replaced(point),
      end: {
        ...lostAtLast(point.undisturbed, TAKEN),
        undone: ["removeRegions nothingToUndo"],
        azure: THEIRS,
        puts: 1,
      },
    }),
    undoCounts: (point) => ({
      outcome: "the other image isn't touched, recorded",
      strikes: replaced(point),
      end: {
        ...lostAtLast(rescaled("nothingToUndo", 1), TAKEN),
        undone: ["restoreReplicaCounts nothingToUndo", "removeRegions nothingToUndo"],
        azure: THEIRS,
      },
    }),
    closeFlagEnds: (point) => ({
      outcome: "the other image isn't touched, recorded",
      strikes: replaced(point),
      end: { ...lostAtLast(point.undisturbed, TAKEN), azure: THEIRS },
    }),
    ...at(["closeFlag", "undoRemoveEnds"], (point) => ({
      outcome: "the other image isn't touched, recorded",
      strikes: replaced(point),
      end: {
        ...lostAtLast(point.undisturbed, TAKEN),
        undone: ["removeRegions undone", "closeSafetyFlag nothingToUndo"],
        azure: THEIRS,
        puts: 2,
      },
    })),
    undoDelete: (point) => ({
      outcome: "the other image isn't deleted, recorded",
      strikes: replaced(point),
      end: {
        ...point.undisturbed,
        undone: ["deleteVersion kept VersionKept operator", "removeRegions nothingToUndo"],
        leftOver: [],
        azure: THEIRS,
      },
    }),
  };
};

/** Row 18: waited for; then the version is made again, if that loses nothing. */
export const beingDeleted = (row: Row): Entries => {
  const byPut = (point: Point): Strike[] => [deleting(point.moment, "PUT")];
  const gone = (point: Point) => {
    const end = refusedLater(point, VANISHED);
    return {
      outcome: "waits, its regions are gone with it, recorded",
      strikes: meanwhile(point, (moment) => deleting(moment, duringWait(point) ? "GET" : "PUT")),
      end: {
        ...end,
        ...lost(end, VANISHED),
        leftOver: [],
        azure: "none" as const,
      },
    };
  };
  return {
    operationRead: cannot("operationEnded"),
    // The service has said Succeeded before the regions are there. What is gone is somebody's decision.
    ...at(["lostReply", "replication"], (point) => ({
      outcome: "waits, its regions are gone with it, recorded",
      strikes: [sayingSucceededEarly("planned"), deleting(point.moment, "GET")],
      end: {
        ...point.undisturbed,
        state: "failed",
        regions: {
          westus: told(VANISHED),
          eastus2: told(VANISHED),
          northeurope: "notStarted",
        },
        leftOver: [],
        azure: "none",
        puts: 1,
      },
    })),
    deleteFailed: (point) =>
      passes(point, [deleting(point.moment, "DELETE")], {}, "waits, makes it anew"),
    undoDelete: (point) => passes(point, [deleting(point.moment, "DELETE")], {}, "waits"),
    plan: (point) => ({
      ...passes(point, [busyBefore("DELETE")], {}, "waits, makes it anew"),
      world: { versions: [versionEntry("myImage", ["westus"])] },
    }),
    ...at(["firstPut", "recreate"], (point) =>
      passes(point, [makingAndDeleting(point.moment)], {}, "waits, makes it anew"),
    ),
    // Before that it is said once when a look shows nothing of it: the words alone have to be enough.
    ...at(["repeat", "readd"], (point) =>
      passes(point, [refusing(row, point), ...byPut(point)], {}, "waits, makes it anew"),
    ),
    remove: (point) => passes(point, byPut(point), { puts: 7 }, "waits, makes it anew"),
    ...at(["laterWave", "promotion", ...MEANWHILE], gone),
    undoRemove: (point) => ({
      outcome: "waits, nothing is left to undo",
      strikes: byPut(point),
      end: {
        ...lostAtLast(point.undisturbed, VANISHED),
        undone: ["removeRegions nothingToUndo"],
        azure: "none",
        puts: 1,
      },
    }),
    undoCounts: (point) => ({
      outcome: "waits, nothing is left to undo",
      strikes: byPut(point),
      end: {
        ...lostAtLast(rescaled("nothingToUndo", 1), VANISHED),
        undone: ["restoreReplicaCounts nothingToUndo", "removeRegions nothingToUndo"],
        azure: "none",
      },
    }),
    closeFlagEnds: (point) => ({
      outcome: "waits, nothing is left to undo",
      strikes: [deleting(point.moment, "GET")],
      end: { ...lostAtLast(point.undisturbed, VANISHED), azure: "none" },
    }),
    ...at(["closeFlag", "undoRemoveEnds"], (point) => ({
      outcome: "waits, nothing is left to undo",
      strikes: [deleting(point.moment, point.key === "closeFlag" ? "PUT" : "GET")],
      end: {
        ...lostAtLast(point.undisturbed, VANISHED),
        undone: ["removeRegions undone", "closeSafetyFlag nothingToUndo"],
        azure: "none",
        puts: 2,
      },
    })),
  };
};

/** Row 19: an immutability control, never lifted by a program. */
export const endOfLifeBlock = (row: Row): Entries => ({
  ...at(EVERYWHERE, cannot("deleteOnly")),
  ...at(DELETE_POINTS, refused(row)),
});

/** Row 21: deleted and made anew only where no region is Completed and the run has made it. */
export const versionFailed = (row: Row): Entries => {
  const bothFail = (moment: Strike["moment"]): Strike => ({
    moment,
    faults: [failing("westus", 1), failing("eastus2", 1)],
  });
  return {
    ...WITHOUT_PUT,
    plan: (point) => ({
      ...impossiblePlan(point, "VersionFailed", {
        azure: { regions: { westus: "Failed" }, outOfLatest: [] },
      }),
      world: {
        versions: [
          versionEntry("myImage", ["westus"], {
            failedRegions: { westus: "no capacity" },
            provisioningState: "Failed",
          }),
        ],
      },
    }),
    firstPut: (point) => ({
      outcome: "isn't the run's to delete, recorded for an operator",
      strikes: [makingInVain(point.moment)],
      end: {
        ...point.refused(whyOf(row)),
        azure: { regions: { westus: "Failed" }, outOfLatest: [] },
      },
    }),
    ...at(["lostReply", "replication"], (point) =>
      passes(point, [bothFail("planned")], { puts: 4 }, "deletes it, makes it anew"),
    ),
    recreate: (point) =>
      passes(point, [bothFail(point.moment)], { puts: 5 }, "deletes it, makes it anew"),
    // Where the run's own writes have succeeded, one of somebody else's may have failed since.
    ...at(
      PUT_POINTS.filter((key) => key !== "firstPut" && key !== "recreate"),
      refused(row),
    ),
    // It is Failed there; that is why it is deleted.
    ...at(DELETE_POINTS, (point) => passes(point, [], {}, "isn't written again, but deleted")),
  };
};

/** Row 22: waited for, read again; what the other one wrote stays. */
export const concurrentChange = (row: Row): Entries => {
  const how = "waits, reads again";
  const beside = (point: Point): Partial<End> => {
    const { azure } = point.undisturbed;
    return azure === "none"
      ? {}
      : { azure: { ...azure, regions: { ...azure.regions, uksouth: "Completed" } } };
  };
  const theirRegion = (point: Point, strike: Strike, change: Partial<End> = {}): Trial =>
    passes(point, [strike], { ...beside(point), ...change }, how);
  const makes = (point: Point) =>
    theirRegion(point, making(point.moment, "myImage", ["westus", "uksouth"]));
  return {
    operationRead: cannot("operationEnded"),
    plan: (point) => ({
      ...theirRegion(point, busyBefore("PUT")),
      world: { versions: [versionEntry("myImage", ["westus"])] },
    }),
    ...at(["firstPut", "recreate"], makes),
    ...at(["lostReply", "replication"], (point) =>
      theirRegion(point, addingRegionAfterwards(point.moment)),
    ),
    approval: (point) => theirRegion(point, atOnce(addingRegionAfterwards(point.moment))),
    // The disk is refused as well.
    verification: (point) => {
      const trial = theirRegion(point, atOnce(addingRegionAfterwards("verifying")));
      return { ...trial, strikes: [refusing(row, point), ...trial.strikes] };
    },
    // Before that an operation that has ended when the run looks again: the words alone have to be enough.
    ...at(["repeat", "readd", "laterWave"], (point) => {
      const trial = theirRegion(point, addingRegion(point.moment));
      return { ...trial, strikes: [refusing(row, point), ...trial.strikes] };
    }),
    // 400 was seen, too.
    promotion: (point) => ({
      ...theirRegion(point, addingRegion(point.moment)),
      world: { behaviour: { concurrentChangeStatus: 400 } },
    }),
    // His PUT has repeated the failed region as well: it is Completed, and never removed.
    remove: (point) => theirRegion(point, addingRegion(point.moment), { puts: 7 }),
    undoRemove: (point) =>
      // It has completed the failed one, too, and the record says what is so.
      theirRegion(point, addingRegion(point.moment), {
        regions: { westus: "completed", eastus2: "completed" },
        leftOver: [inVersion("westus", "eastus2")],
        undone: ["removeRegions nothingToUndo"],
        azure: {
          regions: { westus: "Completed", eastus2: "Completed", uksouth: "Completed" },
          outOfLatest: ["eastus2"],
        },
        puts: 1,
      }),
    // His PUT has closed the flag.
    ...at(["closeFlag", "undoRemoveEnds"], (point) =>
      theirRegion(
        point,
        point.key === "closeFlag"
          ? addingRegion(point.moment)
          : addingRegionAfterwards(point.moment),
        { undone: ["removeRegions undone", "closeSafetyFlag nothingToUndo"], puts: 2 },
      ),
    ),
    closeFlagEnds: (point) => theirRegion(point, addingRegionAfterwards(point.moment)),
    // It has completed the failed one, too; ours brings the count back.
    undoCounts: (point) => theirRegion(point, addingRegion(point.moment)),
    ...at(DELETE_POINTS, (point) => passes(point, [refusing(row, point, 2)], {}, how)),
  };
};
