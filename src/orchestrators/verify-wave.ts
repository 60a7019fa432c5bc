import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { VerifyRegionInput } from "../activities/verify-region";
import type { Fault } from "../domain/fault";
import type { RolloutPlan, WaveToPublish } from "../domain/plan/plan";
import { regionName, type RegionName } from "../domain/region-name";
import { outOfTime } from "../domain/rollout/out-of-time";
import { failedRegion } from "../domain/run/outcome";
import {
  notVerifiedInTime,
  VERIFIED_AT_ONCE,
  verificationDisks,
  VERIFY_WITHIN_MS,
} from "../domain/rollout/verification";
import {
  call,
  callPatiently,
  now,
  pauseMs,
  sideBySide,
  sleep,
  TIMER_SLACK_MS,
  type Flow,
} from "./flow";
import { endOfTime, show, type Story } from "./story";

/** A region that is being verified: what its next look is asked with, and the last trouble. */
type Job = Pick<VerifyRegionInput, "region" | "group" | "disks" | "operations"> & { last?: Fault };

/**
 * Proves the wave's Completed regions: in each, disks are made from the version, looked at, and deleted. A region
 * that can't be proved has failed, for all that follows; its copy in Azure stays.
 */
export function* verifyWave(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  plan: RolloutPlan,
  wave: WaveToPublish,
): Flow<void> {
  const regions = wave.regions.filter((name) => story.outcomes.get(name)?.kind === "completed");
  if (inspected.rollout.verify !== "disk" || regions.length === 0) return;
  show(ctx, run, story, "verifying");
  const disks = disksOf(run, inspected, plan);
  const names = regions.flatMap((region) => disks(region).map(({ name }) => name));
  story.disks = true; // before the call: once the disks are recorded they have to be looked for
  const write = ++story.writes;
  const begun = yield* call(ctx, "beginVerification", { ...run, write, names });
  if (begun.kind === "failed") {
    for (const region of regions) fails(story, region, begun.fault);
    return;
  }
  const { group } = begun;
  let left = false;
  const until = endOfTime(story, inspected.rollout);
  for (let at = 0; at < regions.length && story.cancelled === undefined; at += VERIFIED_AT_ONCE) {
    const jobs = regions
      .slice(at, at + VERIFIED_AT_ONCE)
      .map((region) => ({ region, group, disks: disks(region), operations: {} }));
    yield* verifyRegions(ctx, run, story, jobs, until);
    const own = jobs.flatMap((job) => job.disks.map(({ name }) => name));
    const deleted = yield* callPatiently(ctx, "deleteDisks", { ...run, group, names: own });
    left ||= deleted.kind !== "gone";
  }
  story.disks = left;
}

const disksOf = (run: RunRef, { dataLuns = [] }: Inspected, { targetRegions }: RolloutPlan) => {
  const encryption = new Map(targetRegions.map((one) => [regionName(one.name), one.encryption]));
  return (name: RegionName) =>
    verificationDisks(run, { name, encryption: encryption.get(name) }, dataLuns);
};

/** Looks at all of them again and again until each is proved, has failed, or is out of time. */
function* verifyRegions(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  jobs: Job[],
  endMs: number,
): Flow<void> {
  const withinMs = Math.min(VERIFY_WITHIN_MS, endMs - now(ctx));
  if (withinMs <= TIMER_SLACK_MS) {
    for (const { region } of jobs) fails(story, region, notVerifiedInTime(region, 0, outOfTime()));
    return;
  }
  const until = now(ctx) + withinMs;
  let open = jobs;
  for (let looks = 0; ; looks++) {
    const { cancel } = yield* call(ctx, "readSignals", run);
    if (cancel !== undefined) {
      story.cancelled = cancel;
      return;
    }
    open = yield* look(ctx, run, story, open);
    if (open.length === 0) return;
    const leftMs = until - now(ctx);
    if (leftMs <= TIMER_SLACK_MS) {
      for (const { region, last } of open)
        fails(story, region, notVerifiedInTime(region, withinMs, last));
      return;
    }
    const pauses = open.map(({ last }) => pauseMs({ fault: last }, looks));
    yield* sleep(ctx, Math.min(Math.max(...pauses), leftMs));
  }
}

/** One look at each; those that aren't through come back. */
function* look(ctx: OrchestrationContext, run: RunRef, story: Story, jobs: Job[]): Flow<Job[]> {
  const inputs = jobs.map(({ last: _, ...job }) => ({ ...run, ...job }));
  const answers = yield* sideBySide(ctx, "verifyRegion", inputs);
  return jobs.flatMap((job, index) => {
    const answer = answers[index];
    switch (answer?.kind) {
      case "verified":
        story.outcomes.set(job.region, { region: job.region, kind: "completed", verified: true });
        return [];
      case "failed":
        fails(story, job.region, answer.fault);
        return [];
      case "making": {
        const { operations, fault } = answer;
        const { last: _, ...rest } = job;
        return [{ ...rest, operations, ...(fault === undefined ? {} : { last: fault }) }];
      }
      case "wait":
        return [{ ...job, last: answer.fault }];
      case undefined:
        return [job];
    }
  });
}

/** The region counts as failed, and isn't promoted; nothing of it is written or removed. */
function fails(story: Story, region: RegionName, fault: Fault): void {
  story.outcomes.set(region, failedRegion(region, fault));
  story.added.delete(region);
}
