import type { End, Point, Row } from "../model";
import { failing, kept } from "../points";
import { versionEntry } from "../stage/world";
import { asserting, failingOperation, granting, refusing, usingSource } from "../strikes";
import {
  at,
  cannot,
  COPYING,
  impossiblePlan,
  passes,
  PUT_POINTS,
  whyOf,
  WITHOUT_PUT,
  type Entries,
} from "./families";

const NONE_BEGUN = [
  "remove",
  "promotion",
  "undoRemove",
  "closeFlag",
  "deleteFailed",
  "undoDelete",
] as const;

/** Said by an operation that copies, or by a region's status. */
const ofCopies = { firstPut: cannot("saidLater"), ...at(NONE_BEGUN, cannot("noCopy")) };

/** The region of the point's copies that fails, where another one is Completed. */
const failingRegion = ({ key }: Point): string => (key === "laterWave" ? "northeurope" : "eastus2");

/** Before the point's copies begin. */
const before = ({ key, moment }: Point) =>
  key === "lostReply" || key === "replication" ? ("planned" as const) : moment;

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
const PUTS = { lostReply: 1, replication: 1, repeat: 2, recreate: 2, readd: 6, laterWave: 2 };
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
    ...at(["replication", "laterWave"], stays(1)),
    ...at(["repeat", "recreate", "readd"], stays(0)),
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
  ...at(["lostReply", "replication", "repeat", "recreate", "laterWave"], (point) =>
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
});
