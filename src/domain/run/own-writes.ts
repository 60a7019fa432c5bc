import { isMarkedByRun, WRITE_TAG, type WriteMark } from "../plan/image-version-body";
import { opensFlag, type UndoStep } from "../rollout/undo";

/** What storage and the version tell of the writes of a run, whichever orchestration made them. */
export interface OwnWrites {
  /** The version was last written by the run. */
  isLast: boolean;
  /** A write of the run may have been accepted. */
  written: boolean;
  /** A removal of the run may have opened the safety flag. */
  opened: boolean;
  /** Number of its last write; 0 when there was none. */
  writes: number;
}

/**
 * Each write has its way back recorded before it, and leaves its number in the version's tags: together they are all
 * the writes that a run can have made.
 */
export function ownWrites(
  run: Omit<WriteMark, "write">,
  tags: Record<string, string> | undefined,
  undo: readonly UndoStep[],
): OwnWrites {
  const isLast = tags !== undefined && isMarkedByRun(tags, run);
  return {
    isLast,
    written: isLast || undo.some(({ activity }) => activity !== "deleteDisks"),
    opened: opensFlag(undo),
    writes: Math.max(
      0,
      ...undo.map(({ write }) => write),
      isLast ? Number(tags[WRITE_TAG] ?? 0) : 0,
    ),
  };
}
