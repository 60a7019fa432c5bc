import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import { fault, type Fault } from "../domain/fault";
import { wavesToPublish, type RolloutPlan } from "../domain/plan/plan";
import type { RegionName } from "../domain/region-name";
import { outOfTime } from "../domain/rollout/out-of-time";
import { canStillPublish } from "../domain/rollout/policy";
import { forbidsAnyWrite, leftOut, type Stop } from "../domain/rollout/stop";
import type { RegionOutcome } from "../domain/run/outcome";
import { cancelledBy } from "../domain/run/signals";
import { announce } from "./announce";
import { awaitApproval, type Approval } from "./await-approval";
import { now, type Flow } from "./flow";
import { publishWave } from "./publish-wave";
import { endOfTime, outcomesOf, progressed, type Story } from "./story";
import { verifyWave } from "./verify-wave";

/**
 * The waves of a plan, one after the other, each only while everything required can still be reached, and while there
 * is time. A wave that can't be written is left out when it isn't needed. Returns what ended the rollout early, when one
 * thing did; what became of each region stands in the story.
 */
export function* rollOut(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  plan: RolloutPlan,
): Flow<Stop | undefined> {
  const { rollout } = inspected;
  const waves = wavesToPublish(plan);
  for (const wave of waves) {
    const isLate = now(ctx) >= endOfTime(story, rollout);
    if (!isLate && wave.number > 0 && rollout.approveBetweenWaves) {
      const approval = yield* awaitApproval(
        ctx,
        run,
        story,
        wave.number,
        rollout.approvalTimeoutMs,
      );
      const fault = notApproved(approval, story, wave.number);
      if (fault !== undefined) return { fault };
    }
    const stop = isLate
      ? { fault: outOfTime() }
      : yield* publishWave(ctx, run, story, inspected, wave);
    const remaining = waves.slice(wave.number + 1).flatMap(({ regions }) => regions);
    const canPublish = (): boolean => {
      const sofar = outcomesOf(story).filter(({ region }) => !remaining.includes(region));
      return canStillPublish(sofar, remaining, rollout.requiredRegions);
    };
    if (stop !== undefined) {
      if (forbidsAnyWrite(stop) || !someCompleted(story) || !canPublish()) return stop;
      leaveOut(story, wave.regions, stop);
    }
    if (story.cancelled === undefined) yield* verifyWave(ctx, run, story, inspected, plan, wave);
    if (story.cancelled !== undefined) return { fault: cancelledBy(story.cancelled) };
    const outcomes = outcomesOf(story).filter(({ region }) => wave.regions.includes(region));
    yield* announce(ctx, run, "waveCompleted", `wave-${wave.number + 1}`, {
      wave: wave.number + 1,
      waves: waves.length,
      // The wave is over, which says nothing of its regions.
      completed: namesOf(outcomes, "completed"),
      failed: namesOf(outcomes, "failed"),
      regions: outcomes,
    });
    if (!canPublish()) return undefined;
  }
  return undefined;
}

/** Without a region that is there, there may be no version to go on with. */
const someCompleted = (story: Story): boolean =>
  story.gone === undefined && outcomesOf(story).some(({ kind }) => kind === "completed");

/** The wave's regions that haven't ended yet have failed: the run goes on without them. */
function leaveOut(story: Story, regions: readonly RegionName[], stop: Stop): void {
  const open = regions.filter((region) => !story.outcomes.has(region));
  for (const region of open) story.outcomes.set(region, leftOut(region, stop));
  const failed = story.progress.filter(({ name }) => open.includes(name));
  progressed(
    story,
    failed.map((region) => ({ ...region, state: "failed" })),
  );
}

const namesOf = (outcomes: readonly RegionOutcome[], kind: RegionOutcome["kind"]): RegionName[] =>
  outcomes.filter((outcome) => outcome.kind === kind).map(({ region }) => region);

function notApproved(approval: Approval, story: Story, wave: number): Fault | undefined {
  switch (approval.kind) {
    case "approved":
      return undefined;
    case "rejected":
      return fault(
        "WaveRejected",
        "operator",
        `${approval.by.who} rejected wave ${wave + 1}: ${approval.by.why}`,
        "redrive the failure when the reason is gone",
      );
    case "tooLate":
      return fault(
        "ApprovalTimedOut",
        "operator",
        `nobody decided on wave ${wave + 1} in time`,
        "redrive the failure; rollout.approvalTimeout sets how long a wave waits",
      );
    case "cancelled":
      story.cancelled = approval.by;
      return cancelledBy(approval.by);
  }
}
