import { policy, throttled, trouble } from "./cells/calls";
import { keyForbidden, regionFailed, sourceBusy, trustedLaunch } from "./cells/copies";
import {
  confidentialType,
  notEverywhere,
  otherSubscription,
  setElsewhere,
  setMissing,
  wrongLun,
} from "./cells/encryption-sets";
import type { Entries } from "./cells/families";
import {
  beingDeleted,
  concurrentChange,
  endOfLifeBlock,
  otherSource,
  versionFailed,
} from "./cells/others";
import {
  duplicateRegion,
  encryptedSourceElsewhere,
  replicaCount,
  sourceMissing,
  sourceNotEncryptable,
  sourceRegionLeftOut,
  versionName,
} from "./cells/requests";
import { ROWS } from "./facts";
import type { Cell, Point, Row } from "./model";
import { POINTS } from "./points";
import type { ReasonKey } from "./reasons";

/** What becomes of each row, at every point. */
const BY_ROW: Record<number, (row: Row) => Entries> = {
  1: otherSubscription,
  2: setMissing,
  3: setElsewhere,
  4: notEverywhere,
  5: wrongLun,
  6: sourceNotEncryptable,
  7: encryptedSourceElsewhere,
  8: keyForbidden,
  9: trustedLaunch,
  10: confidentialType,
  11: sourceRegionLeftOut,
  12: duplicateRegion,
  13: replicaCount,
  14: versionName,
  15: sourceMissing,
  16: sourceBusy,
  17: otherSource,
  18: beingDeleted,
  19: endOfLifeBlock,
  20: regionFailed,
  21: versionFailed,
  22: concurrentChange,
  23: policy,
  24: throttled("compute", 30),
  25: throttled("arm", 120),
  26: trouble,
};

/** A row at a point: what is tried there, or why it can't occur. */
export type MatrixCell =
  { kind: "run"; cell: Cell } | { kind: "impossible"; row: Row; point: Point; because: ReasonKey };

/** Every row at every point, in the table's order. */
export const MATRIX: MatrixCell[] = ROWS.flatMap((row) => {
  const entries = BY_ROW[row.number]?.(row);
  if (entries === undefined) throw new Error(`row ${row.number} isn't decided`);
  return POINTS.map((point): MatrixCell => {
    const entry = entries[point.key](point);
    return "impossible" in entry
      ? { kind: "impossible", row, point, because: entry.impossible }
      : { kind: "run", cell: { ...entry, row, point } };
  });
});

/** Those that are run. */
export const CELLS: Cell[] = MATRIX.flatMap((one) => (one.kind === "run" ? [one.cell] : []));
