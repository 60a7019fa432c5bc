import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import { unexpectedFault, type Fault } from "../domain/fault";
import type { Undone } from "../domain/rollout/undo";
import { stateBy } from "../domain/run/after-undo";
import { asSeenAtLast, lostWith } from "../domain/run/last-look";
import { isThere, type FinalState, type RegionOutcome } from "../domain/run/outcome";
import { anyCompleted } from "../domain/run/replication";
import { callPatiently, now, type Flow, type Output, type Settled } from "./flow";
import type { Story } from "./story";

/** Without an answer for so long the end is recorded as the run saw it. */
const LONGEST_MS = 15 * 60_000;
/** With the pauses between them about ten minutes. */
const TRIES = 10;

/** An end, as far as it is known. */
interface Ended<S extends FinalState> {
  state: S;
  regions: RegionOutcome[];
}

/**
 * One last look before an end is recorded that isn't that of a promotion, which has looked itself: by then what the run
 * knows of its regions may be hours old. What can't be read doesn't keep the end from being recorded, and is told.
 */
export function* lastLook<S extends FinalState>(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  ended: Ended<S>,
  undone: readonly Undone[],
): Flow<Ended<S | "partlyPublished" | "failed"> & { unseen?: Fault }> {
  if (!isWorthIt(story, ended, undone)) return ended;
  const seen = yield* look(ctx, run);
  if (seen.kind === "failed") {
    forget(story);
    return { ...ended, unseen: seen.fault };
  }
  if (seen.kind === "seen") note(story, seen);
  else if (wasSeen(story, ended)) story.gone = { fault: seen.fault };
  const regions =
    seen.kind === "gone" ? lostWith(ended.regions, seen.fault) : asSeenAtLast(ended.regions, seen);
  return { state: stateBy(ended.state, regions), regions };
}

/** Of a version that the run has deleted, or knows to be gone, there is nothing to be seen. */
function isWorthIt(
  { written, gone }: Story,
  { state, regions }: Ended<FinalState>,
  undone: readonly Undone[],
): boolean {
  const isDeleted = undone.some(
    ({ step, result }) => step.activity === "deleteVersion" && result === "undone",
  );
  if (state === "published" || gone !== undefined || isDeleted) return false;
  return written || regions.some(isThere);
}

/** Of a write whose answer was lost, and of which nothing was ever seen, nobody knows whether it comes yet. */
const wasSeen = ({ provisioningState }: Story, { regions }: Ended<FinalState>): boolean =>
  provisioningState !== undefined || regions.some(isThere);

type Seen = Settled<Output<"lookAtLast">>;

function* look(ctx: OrchestrationContext, run: RunRef): Flow<Seen> {
  const until = now(ctx) + LONGEST_MS;
  try {
    return yield* callPatiently(ctx, "lookAtLast", run, { transientWaits: TRIES, until });
  } catch (error) {
    return { kind: "failed", fault: unexpectedFault(error) };
  }
}

/** What is told of the version, beside its regions. */
function note(story: Story, { reading }: Extract<Seen, { kind: "seen" }>): void {
  story.provisioningState = reading.provisioningState;
  story.someCompleted = anyCompleted(reading);
  story.inLatest = reading.inLatest;
  if (reading.dataLuns !== undefined) story.dataLuns = reading.dataLuns;
}

/** It was so when it was looked at last, and nobody knows whether it still is. */
function forget(story: Story): void {
  delete story.provisioningState;
  delete story.someCompleted;
  delete story.inLatest;
}
