import type { End, Moment, Point, PointKey, Row, Strike } from "../model";
import { failing, inVersion, kept, rescaled, there, THREE, WAVES } from "../points";
import { requestFor, versionEntry } from "../stage/world";
import { asserting, failingOperation, granting, refusing, usingSource } from "../strikes";
import {
  at,
  cannot,
  COPYING,
  DELETE_POINTS,
  impossiblePlan,
  outcomeOf,
  passes,
  PUT_POINTS,
  whyOf,
  WITHOUT_PUT,
  type Entries,
} from "./families";

/** Said by an operation, or by a region's status, and not to a PUT. */
const ofCopies = {
  firstPut: cannot("saidLater"),
  operationRead: cannot("operationEnded"),
  // What their PUTs begin is a point of its own.
  ...at(["undoRemove", "closeFlag"], cannot("saidLater")),
  ...at(DELETE_POINTS, cannot("deleteCopiesNothing")),
  verification: cannot("verifiesCompleted"),
};

/** The region of the point's copies that fails, where another one is Completed. */
const failingRegion = ({ key }: Point): string =>
  key === "laterWave" || key === "approval" ? "northeurope" : "eastus2";

/** Before the PUT whose operation is struck. */
const before = ({ key, moment }: Point): Moment => BEFORE[key] ?? moment;
const BEFORE: Partial<Record<PointKey, Moment>> = {
  lostReply: "planned",
  replication: "planned",
  undoRemoveEnds: { puts: 1 },
  closeFlagEnds: { puts: 2 },
};

/** The operation of an undo's PUT, or of a removal's, fails: what it has done is looked at, not guessed. */
const operationFails = (row: Row) => (point: Point) =>
  passes(point, [failingOperation(before(point), row)], {}, "looks what it has done");

/** It leaves the version as it was before, which is seen: the same is written once more. */
const takesNoEffect = (row: Row) => (point: Point) => ({
  ...passes(
    point,
    [failingOperation(before(point), row)],
    { puts: point.undisturbed.puts + 1 },
    "looks what it has done, writes again",
  ),
  world: NO_EFFECT,
});
const NO_EFFECT = { behaviour: { failedUpdate: "restoresBody" } };

/** The operation of the restoring PUT fails, and with it the region that it began again. */
const failsAgain = (strike: (point: Point) => Strike) => (point: Point) => {
  const end = rescaled("undone", 4);
  return { outcome: `looks what it has done, ${outcomeOf(end)}`, strikes: [strike(point)], end };
};

/** A region that isn't required has failed, and each further PUT begins it again. */
const beside = (puts: number, told: string) => (point: Point) => ({
  request: requestFor(THREE, { ...WAVES, requiredRegions: ["westus", "northeurope"] }),
  end: {
    ...point.undisturbed,
    regions: { ...point.undisturbed.regions, eastus2: `failed ${told}` },
    azure: {
      regions: { westus: "Completed", eastus2: "Failed", northeurope: "Completed" },
      outOfLatest: ["eastus2"],
    },
    puts,
  },
});

/** The region's copy is given up in the row's words. */
function givenUp(point: Point, row: Row, puts: number): End {
  const region = failingRegion(point);
  const why = whyOf(row);
  const later = region === "northeurope";
  const there = later ? ["westus", "eastus2"] : ["westus"];
  return {
    state: "partlyPublished",
    regions: {
      westus: "completed",
      eastus2: "completed",
      northeurope: "notStarted",
      [region]: `failed ${why.code} ${why.advice}`,
    },
    ...(point.key === "readd" ? { undone: ["closeSafetyFlag nothingToUndo"] } : {}),
    leftOver: [
      `the image version, Completed in ${there.join(", ")};`,
      `target regions that aren't Completed: ${region};`,
    ],
    azure: kept({
      regions: {
        ...Object.fromEntries(there.map((name) => [name, "Completed"])),
        [region]: "Failed",
      },
    }),
    puts,
  };
}

/** PUTs that lead to the end of the point's copies. */
const PUTS = {
  lostReply: 1,
  replication: 1,
  repeat: 2,
  recreate: 2,
  readd: 6,
  laterWave: 2,
  approval: 2,
};
type Copying = keyof typeof PUTS;
const putsAt = ({ key }: Point): number => PUTS[key as Copying];

/** Row 8: one short retry, because a fresh grant needs minutes; then it is somebody's to grant. */
export const keyForbidden = (row: Row): Entries => {
  const revoking = (point: Point) => granting(before(point), failingRegion(point), "nobody");
  const stays = (retries: number) => (point: Point) => ({
    outcome: "retried once, recorded for an operator",
    strikes: [revoking(point)],
    end: givenUp(point, row, putsAt(point) + retries),
  });
  return {
    ...ofCopies,
    plan: (point) => ({
      ...impossiblePlan(point, "KeyAccessMissing", { region: "eastus2" }),
      strikes: [revoking(point)],
      request: { preflight: { keyVault: true } },
    }),
    // The reply's own retry has been the short one: the grant arrives before the next.
    lostReply: (point) =>
      passes(
        point,
        [revoking(point), granting(point.moment, "eastus2", "everybody")],
        { puts: 4 },
        "retries once, finds the key granted",
      ),
    ...at(["replication", "laterWave", "approval"], stays(1)),
    ...at(["repeat", "recreate", "readd"], stays(0)),
    remove: operationFails(row),
    undoRemoveEnds: takesNoEffect(row),
    // It isn't granted in the time of the repeats.
    closeFlagEnds: (point) => {
      const end: End = {
        ...point.undisturbed,
        undone: ["removeRegions undone", `closeSafetyFlag failed ${row.says.code} ${row.advice}`],
        leftOver: [inVersion("westus"), "the safety flag may be open:"],
        flagOpen: true,
        puts: 6,
      };
      const strikes = [failingOperation(before(point), row, 4)];
      return { outcome: outcomeOf(end), strikes, end, world: NO_EFFECT };
    },
    undoCounts: failsAgain(revoking),
    promotion: (point) => ({
      outcome: "retried once, recorded for an operator",
      strikes: [failingOperation(point.moment, row, 2)],
      end: { ...point.refused(whyOf(row)), azure: there(...THREE), puts: 4 },
    }),
    // No region's copies are at stake: the disk is refused by its own operation.
    verification: (point) => ({
      outcome: "not verified, recorded for an operator",
      strikes: [granting(point.moment, point.region, "nobody")],
      end: point.refused(whyOf(row)),
    }),
  };
};

/** Row 9: it looks internal, and no repeat mends it. */
export const trustedLaunch = (row: Row): Entries => ({
  ...ofCopies,
  plan: cannot("warnedOnly"),
  ...at(["lostReply", "replication", ...COPYING], (point) => ({
    outcome: "not repeated, recorded",
    strikes: [asserting(before(point), row, failingRegion(point))],
    end: givenUp(point, row, putsAt(point)),
  })),
  ...at(["remove", "undoRemoveEnds", "closeFlagEnds"], cannot("noCopy")),
  undoCounts: failsAgain((point) => asserting(point.moment, row, "eastus2")),
  promotion: (point) => ({
    ...beside(3, `${row.says.code} ${row.advice}`)(point),
    outcome: "published without the region that isn't required",
    strikes: [asserting("planned", row, "eastus2")],
  }),
});

/** Row 20: the same PUT again; removed and added back once; then by policy. */
export const regionFailed = (row: Row): Entries => ({
  ...ofCopies,
  plan: (point) => ({
    ...passes(point, [], {}, "repeats the PUT"),
    world: {
      versions: [
        versionEntry("myImage", ["westus", "eastus2"], {
          failedRegions: { eastus2: "no capacity" },
          provisioningState: "Failed",
        }),
      ],
    },
  }),
  remove: operationFails(row),
  ...at(["undoRemoveEnds", "closeFlagEnds"], takesNoEffect(row)),
  undoCounts: failsAgain(({ moment }) => ({ moment, faults: [failing("eastus2", 1)] })),
  // Four PUTs of its wave, one of the next, and the promotion's.
  promotion: (point) => ({
    ...beside(6, `${row.says.code} ${row.advice}`)(point),
    outcome: "published without the region that isn't required",
    strikes: [{ moment: "planned", faults: [failing("eastus2")] }],
  }),
  ...at(["lostReply", "replication", "repeat", "recreate", "laterWave", "approval"], (point) =>
    passes(
      point,
      [{ moment: before(point), faults: [failing(failingRegion(point), 1)] }],
      { puts: point.undisturbed.puts + 1 },
      "repeats the PUT",
    ),
  ),
  readd: (point) => ({
    outcome: "not added back twice, recorded",
    strikes: [{ moment: point.moment, faults: [failing("eastus2")] }],
    end: givenUp(point, row, putsAt(point)),
  }),
});

/** Row 16: backs off, and sends the same again. */
export const sourceBusy = (row: Row): Entries => ({
  ...WITHOUT_PUT,
  ...at(PUT_POINTS, (point) => passes(point, [refusing(row, point, 2)], {}, "backs off")),
  plan: cannot("notRead"),
  firstPut: (point) => ({
    ...passes(point, [usingSource(point.moment)], {}, "backs off"),
    world: { behaviour: { writesPerSource: 1 } },
  }),
  // It fails with all of its regions, so the version is deleted and made anew.
  ...at(["lostReply", "replication"], (point) =>
    passes(point, [failingOperation(before(point), row)], { puts: 4 }, "makes it anew"),
  ),
  ...at(["undoRemoveEnds", "closeFlagEnds"], operationFails(row)),
  verification: (point) => passes(point, [refusing(row, point, 2)], {}, "backs off"),
});
