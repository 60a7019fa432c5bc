import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { PromoteVersionInput } from "../activities/promote-version";
import { mayBeAccepted, type Fault } from "../domain/fault";
import type { RolloutPlan } from "../domain/plan/plan";
import type { RegionName } from "../domain/region-name";
import { judgePromotion, type Promotion } from "../domain/rollout/latest";
import { repeatPauseMs } from "../domain/rollout/pace";
import { MAX_REPEATS } from "../domain/rollout/recovery";
import { failedRegion, isGone } from "../domain/run/outcome";
import { cancelledBy } from "../domain/run/signals";
import { announce } from "./announce";
import {
  call,
  exhausted,
  isWait,
  pauseMs,
  sleep,
  type Flow,
  type Output,
  type Settled,
} from "./flow";
import { noteGone, noteOperation, show, type Story } from "./story";
import { watchPromotion, type Watched } from "./watch";

/**
 * Takes the version into `latest`, once everything required is Completed: itself when the run made it, and of the
 * regions that the run has added those that are Completed. A version that was there before and is excluded stays so,
 * unless a lost run only didn't come to it: after a partial success that is a person's to decide. Nothing is told as
 * published before this last look at the version, also when there is nothing to promote.
 */
export function* promote(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  { latest }: RolloutPlan,
): Flow<Fault | undefined> {
  const staysOut = latest === undefined && inspected.excluded === true;
  const regions = staysOut ? [] : completedOf(story).filter((region) => story.added.has(region));
  const promotion = { whole: latest?.whole === true, regions };
  // Before the call: an error in it may come after an accepted PUT.
  if (promotion.whole || regions.length > 0) story.written = true;
  const ended = yield* takeIntoLatest(ctx, run, story, inspected, promotion);
  if (ended.kind === "failed") return ended.fault;
  if (ended.kind === "promoted") yield* announce(ctx, run, "promoted", "latest", { regions });
  return undefined;
}

/** How the way into `latest` ended; `unchanged` when nothing was to be written. */
export type Taken = { kind: "promoted" | "unchanged" } | { kind: "failed"; fault: Fault };

/**
 * The one PUT that lifts the exclusion, and the watch that proves it. When its operation fails it is sent again, as
 * that of a wave.
 */
export function* takeIntoLatest(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  target: Watched,
  promotion: Promotion,
): Flow<Taken> {
  const there = completedOf(story);
  let again = false;
  for (let repeats = 0; ; repeats++) {
    const written = yield* write(ctx, run, story, {
      ...{ ...promotion, there },
      ...(again ? { again } : {}),
    });
    if (written.kind !== "written") return { kind: "failed", fault: notWritten(story, written) };
    if (written.how === "unchanged") return { kind: repeats === 0 ? "unchanged" : "promoted" };
    noteOperation(story, written);
    delete story.inLatest; // until a look has shown what the write has made of it
    const seen = yield* watchPromotion(ctx, run, story, target, there);
    for (const outcome of seen.outcomes)
      if (outcome.kind === "failed") story.outcomes.set(outcome.region, outcome);
    const end = judgePromotion(seen, repeats);
    if (end.kind === "promoted") return end;
    if (end.kind === "failed" || repeats === MAX_REPEATS)
      return { kind: "failed", fault: notSeen(end.fault) };
    again = end.kind === "again";
    yield* sleep(ctx, repeatPauseMs(repeats, target.watch));
  }
}

type WrittenOrNot = Settled<Output<"promoteVersion">>;

/**
 * The PUT. While it is waited for it can be cancelled, as long as it can't have been accepted: the phase says so, and
 * the activity looks before it writes.
 */
function* write(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  promotion: Omit<PromoteVersionInput, keyof RunRef | "write">,
): Flow<WrittenOrNot> {
  const input = { ...run, write: ++story.writes, ...promotion };
  let sent = false;
  for (let waits = 0; ; waits++) {
    show(ctx, run, story, "promoting");
    const written = yield* call(ctx, "promoteVersion", input);
    if (!isWait(written)) return written;
    if (exhausted(written, waits)) return { kind: "failed", fault: written.fault };
    sent ||= mayBeAccepted(written.fault) || "held" in written;
    show(ctx, run, story, sent ? "promoting" : "publishing");
    yield* sleep(ctx, pauseMs(written, waits));
  }
}

/** Takes note of why nothing was written. */
function notWritten(story: Story, why: Exclude<WrittenOrNot, { kind: "written" }>): Fault {
  switch (why.kind) {
    case "cancelled":
      story.cancelled = why.by;
      return cancelledBy(why.by);
    case "lost":
      // What was Completed and isn't there any more mustn't be recorded as Completed.
      for (const { region, fault } of why.regions)
        story.outcomes.set(region, failedRegion(region, fault));
      return why.fault;
    case "failed":
      noteGone(story, why.fault);
      if (mayBeAccepted(why.fault)) delete story.inLatest;
      return notPromoted(why.fault);
  }
}

/** What a verification has failed of is Completed as well, and stays out. */
const completedOf = ({ progress, outcomes }: Story): RegionName[] =>
  progress
    .filter(({ name, state }) => state === "completed" && outcomes.get(name)?.kind !== "failed")
    .map(({ name }) => name);

/** After the PUT it isn't known what came of it: it may be in latest all the same. */
const notSeen = (cause: Fault): Fault =>
  isGone(cause)
    ? cause
    : {
        ...cause,
        action: `${cause.action}; the regions are there: look whether the version is in latest, promote it if it isn't`,
      };

const notPromoted = (cause: Fault): Fault =>
  isGone(cause)
    ? cause
    : {
        ...cause,
        action: `the regions are there, but the version isn't in latest yet: ${cause.action}; then promote it`,
      };
