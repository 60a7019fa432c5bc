import type { End, Entry, Point, PointKey, Row, Strike, Trial, Why } from "../model";
import type { ReasonKey } from "../reasons";
import { refusing } from "../strikes";

type Entries = Record<PointKey, (point: Point) => Entry>;

/** The points at which the run sends a PUT. */
export const PUT_POINTS = [
  "firstPut",
  "repeat",
  "recreate",
  "remove",
  "readd",
  "laterWave",
  "approval",
  "promotion",
  "undoRemove",
  "closeFlag",
  "undoCounts",
] as const;
/** Those at which copies begin. */
export const COPYING = ["repeat", "recreate", "readd", "laterWave", "approval"] as const;
/** Those that repeat what Azure itself answers of the regions, and change a flag or take a region away. */
export const ECHOING = ["remove", "promotion", "undoRemove", "closeFlag", "undoCounts"] as const;

export const cannot = (because: ReasonKey) => (): Entry => ({ impossible: because });

/** The same at several points. */
export const at = <K extends PointKey>(
  keys: readonly K[],
  entry: (point: Point) => Entry,
): Record<K, (point: Point) => Entry> =>
  Object.fromEntries(keys.map((key) => [key, entry])) as Record<K, (point: Point) => Entry>;

export const DELETE_POINTS = ["deleteFailed", "undoDelete"] as const;
/** Where no PUT is sent. */
export const WITHOUT_PUT = {
  operationRead: cannot("operationEnded"),
  ...at(["lostReply", "replication", "undoRemoveEnds", "closeFlagEnds"], cannot("noPut")),
  verification: cannot("disksOnly"),
  ...at(DELETE_POINTS, cannot("putOnly")),
};

export const whyOf = ({ says: { code }, advice }: Row): Why => ({ code, advice });

/** The write is refused in the row's words, and given up. */
export const refused =
  (row: Row) =>
  (point: Point): Trial => ({
    outcome: outcomeOf(point.refused(whyOf(row))),
    strikes: [refusing(row, point)],
    end: point.refused(whyOf(row)),
  });

/** It passes, and all goes on as if nothing had been; `change` is what of the end is different. */
export const passes = (
  point: Point,
  strikes: Strike[],
  change: Partial<End> = {},
  how = "waits",
): Trial => ({
  outcome: `${how}, ${outcomeOf(point.undisturbed)}`,
  strikes,
  end: { ...point.undisturbed, ...change },
});

/** The end in a word or two. */
export function outcomeOf({ state, azure, flagOpen, undone = [] }: End): string {
  if (flagOpen === true) return "recorded with the open flag, which reconcile closes";
  const kept = undone.some((step) => step.includes(" failed "));
  if (kept) return "the rest is undone, what is left over is recorded";
  const done = undone.filter((step) => !step.startsWith("deleteDisks "));
  if (done.length > 0 && done.every((step) => !step.startsWith("closeSafetyFlag nothing")))
    return "undone, recorded";
  return azure === "none" && state === "rejected" ? "rejected, nothing written" : WORDS[state];
}
const WORDS: Record<End["state"], string> = {
  published: "published",
  partlyPublished: "partly published, recorded",
  failed: "failed, recorded",
  rejected: "rejected",
};

/** What the plan finds: nothing is written, and each region says what is wrong with it. */
export function impossiblePlan(
  point: Point,
  code: string,
  { region, azure = "none" }: { region?: string; azure?: End["azure"] } = {},
): Trial {
  const { regions } = point.undisturbed;
  return {
    outcome: "rejected, nothing written",
    strikes: [],
    end: {
      state: "rejected",
      problems: [code],
      regions: Object.fromEntries(
        Object.keys(regions).map((name) => [
          name,
          name === region || region === "all" ? `failed ${code} permanent` : "notStarted",
        ]),
      ),
      leftOver: [],
      azure,
      puts: 0,
    },
  };
}

/** Refused at the door: no run is begun, and a message is kept in the ledger with its reasons. */
export const atTheDoor = (codes: string[], request: Record<string, unknown>): Entry => ({
  outcome: "refused at the door, recorded",
  strikes: [],
  request,
  atTheDoor: true,
  end: { state: "rejected", problems: codes, regions: {}, leftOver: [], azure: "none", puts: 0 },
});

export type { Entries };
