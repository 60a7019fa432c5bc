import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { WriteBackRef } from "../activities/write-back";
import type { RegionName } from "../domain/region-name";
import { MAX_REPEATS } from "../domain/rollout/recovery";
import type { UndoByWrite, UndoResult } from "../domain/rollout/undo";
import {
  callPatiently,
  pauseMs,
  sleep,
  TO_UNDO,
  type Flow,
  type Output,
  type Patience,
  type Settled,
} from "./flow";
import type { Story } from "./story";

/**
 * Takes something back by a write. An accepted PUT isn't its end, its operation can fail: it is told as undone only
 * once a look has shown that nothing of it is left, which is the same step with the next number. Until then it is
 * written again, as often as a wave's PUT.
 */
export function* undoWrite(
  ctx: OrchestrationContext,
  run: RunRef,
  numbers: Pick<Story, "writes">,
  step: UndoByWrite,
  patience: Patience = TO_UNDO,
): Flow<UndoResult> {
  const taken = new Set<RegionName>();
  let operation: Pick<WriteBackRef, "operationUrl"> = {};
  for (let writes = 0; ; writes++) {
    const ref: WriteBackRef = {
      ...{ ...run, ...operation, write: ++numbers.writes },
      ...(writes > MAX_REPEATS ? { onlyLook: true as const } : {}),
    };
    const seen = yield* look(ctx, step, ref, patience);
    if (seen.kind === "failed") return { result: "failed", fault: seen.fault };
    if (seen.kind === "left" || seen.kind === "kept") {
      const result = seen.kind === "left" ? "failed" : "kept";
      return { result, fault: seen.fault, ...some({ left: seen.regions }) };
    }
    if (seen.how === "unchanged") return ended(step, [...taken], writes, seen);
    for (const region of seen.regions) taken.add(region);
    const { operationUrl } = seen;
    operation = operationUrl === undefined ? {} : { operationUrl };
    yield* sleep(ctx, pauseMs({}, writes));
  }
}

type Seen = Settled<Output<UndoByWrite["activity"]>>;

/** A look, and the write where there is something to take back. */
const look = (
  ctx: OrchestrationContext,
  step: UndoByWrite,
  ref: WriteBackRef,
  patience: Patience,
): Flow<Seen> => {
  switch (step.activity) {
    case "removeRegions": {
      const { activity, regions } = step;
      return callPatiently(ctx, activity, { ...ref, regions }, patience);
    }
    case "restoreReplicaCounts": {
      const { activity, counts, written } = step;
      return callPatiently(ctx, activity, { ...ref, counts, written }, patience);
    }
    case "closeSafetyFlag":
      return callPatiently(ctx, step.activity, ref, patience);
  }
};

/** What the last look has shown, which found nothing to take back. */
function ended(
  { activity }: UndoByWrite,
  taken: readonly RegionName[],
  writes: number,
  seen: Extract<Seen, { kind: "written" }>,
): UndoResult {
  const stay = some({ completed: "completed" in seen ? seen.completed : [] });
  const lost = "lost" in seen && seen.lost !== undefined ? { lost: seen.lost } : {};
  if (writes === 0) return { result: "nothingToUndo", ...stay, ...lost };
  if (activity === "closeSafetyFlag") return { result: "undone", ...lost };
  // What was taken away by a write whose operation failed, and has been completed by somebody since, is there.
  const regions = taken.filter((region) => seen.stay?.includes(region) !== true);
  return { result: "undone", regions, ...stay };
}

/** The list under its name, when it has any. */
const some = <K extends string>(list: Record<K, RegionName[]>): Partial<Record<K, RegionName[]>> =>
  Object.values<RegionName[]>(list).some(({ length }) => length > 0) ? list : {};
