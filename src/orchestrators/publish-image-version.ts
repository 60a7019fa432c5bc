import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { RecordFailureInput } from "../activities/record-failure";
import { unexpectedFault, type Fault } from "../domain/fault";
import type { RolloutPlan } from "../domain/plan/plan";
import type { Problem } from "../domain/problem";
import { faultOf, refusedRegion, type Stop } from "../domain/rollout/stop";
import { isWorthTelling, type Undone } from "../domain/rollout/undo";
import { afterUndo } from "../domain/run/after-undo";
import { judge, type FinalState, type RegionOutcome } from "../domain/run/outcome";
import { ownWrites } from "../domain/run/own-writes";
import type { Acceptance, Trigger } from "../domain/run/records";
import { cancelledBy, type Signal } from "../domain/run/signals";
import { announce, announceAccepted } from "./announce";
import { compensate } from "./compensate";
import { call, callPatiently, type Flow } from "./flow";
import { lastLook } from "./last-look";
import { planRegions } from "./prepare-regions";
import { promote } from "./promote";
import { rollOut } from "./roll-out";
import { beginStory, endOfTime, outcomesOf, pending, show, type Story } from "./story";

/** Ids and small facts; the request itself is a document. */
export interface PublishInput extends RunRef {
  trigger: Trigger;
  accepted: Acceptance;
}
export interface PublishResult {
  /** `superseded`: it has done nothing, another run is its request's. */
  state: FinalState | "superseded";
  failureId?: string;
}

/** How the story ended, before it is recorded. */
interface Ending {
  state: Exclude<FinalState, "promoted">;
  problems: Problem[];
  regions: RegionOutcome[];
  fault?: Fault;
}

/** Publishes one image version: inspect, prepare every region, plan, roll out by waves, promote, record. */
export function* publishImageVersion(ctx: OrchestrationContext): Flow<PublishResult> {
  const { trigger, accepted, ...run } = ctx.df.getInput<PublishInput>();
  const story = beginStory(ctx);
  let ending: Ending;
  try {
    const before = yield* announceAccepted(ctx, run, trigger, accepted);
    if (before !== undefined) return before.result;
    ending = yield* publish(ctx, run, story);
  } catch (error) {
    ending = yield* unexpected(ctx, run, story, error);
  }
  ending = yield* heedCancellation(ctx, run, story, ending);
  const undone = yield* takeBack(ctx, run, story, ending);
  const known = afterUndo(ending, undone);
  const { state, regions, unseen } = yield* lastLook(ctx, run, story, known, undone);
  show(ctx, run, story, "recording");
  const endedAt = ctx.df.currentUtcDateTime.toISOString();
  const { startedAt, dataLuns } = story;
  const luns = dataLuns === undefined ? {} : { dataLuns };
  const common = { ...run, trigger, startedAt, endedAt, ...luns };
  if (state === "published" && story.inspected !== undefined) {
    const { image } = story.inspected;
    yield* call(ctx, "recordOutcome", { ...common, image, regions, undone });
    show(ctx, run, story, "ended");
    return { state };
  }
  const failure: RecordFailureInput = {
    ...common,
    state: state === "published" ? "failed" : state,
    problems: ending.problems,
    regions,
    written: story.written,
    undone,
    ...(ending.fault === undefined ? {} : { fault: ending.fault }),
    ...(story.operationUrl === undefined ? {} : { operationUrl: story.operationUrl }),
    ...(story.provisioningState === undefined
      ? {}
      : { provisioningState: story.provisioningState }),
    ...(story.someCompleted === undefined ? {} : { someCompleted: story.someCompleted }),
    ...(story.inLatest === undefined ? {} : { inLatest: story.inLatest }),
    ...(story.inspected === undefined ? {} : { image: story.inspected.image }),
    ...(story.gone === undefined ? {} : { gone: true as const }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(story.removed.length === 0 ? {} : { removed: story.removed }),
  };
  const { failureId } = yield* call(ctx, "recordFailure", failure);
  show(ctx, run, story, "ended");
  return { state, failureId };
}

function* publish(ctx: OrchestrationContext, run: RunRef, story: Story): Flow<Ending> {
  show(ctx, run, story, "planning");
  const { startedAtMs } = story;
  const inspected = yield* callPatiently(ctx, "inspectTarget", { ...run, startedAtMs });
  if (inspected.kind === "cancelled") {
    yield* recallWrites(ctx, run, story);
    return endCancelled(story, inspected.by);
  }
  if (inspected.kind === "failed") {
    yield* recallWrites(ctx, run, story);
    return stopped(story, inspected);
  }
  story.inspected = inspected;
  story.writes = inspected.before?.writes ?? 0;
  story.written = inspected.before?.written === true;
  story.opened = inspected.before?.opened === true;
  story.progress = inspected.regions.map((name) => pending(ctx, name, 1));
  show(ctx, run, story, "planning");

  const plan = yield* planRegions(ctx, run, inspected, endOfTime(story, inspected.rollout));
  if (plan.kind === "cancelled") return endCancelled(story, plan.by);
  yield* call(ctx, "recordPlan", { ...run, plan });
  if (plan.kind === "impossible") return stopped(story, plan);
  story.progress = inWaves(story, plan);
  yield* announce(ctx, run, "planned", "plan", { plan: plan.kind, difference: plan.difference });

  story.added = new Set(plan.latest?.regions);

  const stop = yield* rollOut(ctx, run, story, inspected, plan);
  if (stop !== undefined) return stopped(story, stop);
  const state = judge(outcomesOf(story), inspected.rollout.requiredRegions);
  if (state !== "published") return { state, problems: [], regions: outcomesOf(story) };
  const why = yield* promote(ctx, run, story, inspected, plan);
  if (why !== undefined) return stoppedEarly(story, why);
  return { state, problems: [], regions: outcomesOf(story) };
}

/** Somebody has cancelled the run before it came to write. */
function endCancelled(story: Story, by: Signal): Ending {
  story.cancelled = by;
  return stopped(story, { fault: cancelledBy(by) });
}

/** A write wasn't made: the request is refused, or what was begun before it is left as it is. */
function stopped(story: Story, stop: Stop): Ending {
  const problems = "problems" in stop ? stop.problems : [];
  const why = "fault" in stop ? stop.fault : undefined;
  if (!story.written && story.cancelled === undefined) return rejected(story, problems, why);
  return { ...stoppedEarly(story, why ?? faultOf(problems[0] as Problem)), problems };
}

/**
 * What was said after the run had looked for it the last time: whoever was told that it is cancelled finds that in its
 * record. From here on it is refused; a success has excluded it before.
 */
function* heedCancellation(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  ending: Ending,
): Flow<Ending> {
  if (ending.state === "published" || story.cancelled !== undefined) return ending;
  show(ctx, run, story, story.written ? "compensating" : "recording");
  const cancel = yield* lastSaid(ctx, run);
  if (cancel === undefined) return ending;
  story.cancelled = cancel;
  const { fault: why, ...end } = ending;
  const fault = cancelledBy(cancel);
  // The code and the action of what had ended it already stay: what is left over goes by them.
  const both = why && { ...why, message: `${fault.message}; it had ended before: ${why.message}` };
  return { ...end, state: "cancelled", fault: both ?? fault };
}

/** A cancellation, when there is one to be read: what can't be read doesn't keep the run from being recorded. */
function* lastSaid(ctx: OrchestrationContext, run: RunRef): Flow<Signal | undefined> {
  try {
    return (yield* call(ctx, "readSignals", run)).cancel;
  } catch {
    return undefined;
  }
}

/**
 * The undo list by the run's policy. Of a success: disks that couldn't be deleted at first, and the safety flag, which is
 * still open when the run went on without a region that it had removed.
 */
function* takeBack(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  { state }: Ending,
): Flow<Undone[]> {
  const isWritten = story.written && state !== "published";
  if (!(isWritten || story.disks || story.opened)) return [];
  // A run that was started again, and couldn't look, knows nothing but that it has written.
  const onFailure = story.inspected?.rollout.onFailure ?? "keepHealthy";
  const done = yield* compensate(ctx, run, story, isWritten ? onFailure : "keepHealthy");
  const undone = isWritten ? done : done.filter(isWorthTelling);
  if (undone.length > 0) yield* announce(ctx, run, "compensated", "undo", { undone });
  return undone;
}

/** Nothing was written: the request is refused as a whole, with every reason. */
function rejected({ inspected }: Story, problems: Problem[], why?: Fault): Ending {
  return {
    state: "rejected",
    problems,
    regions: (inspected?.regions ?? []).map(
      (region) => refusedRegion(region, problems) ?? { region, kind: "notStarted" },
    ),
    ...(why === undefined ? {} : { fault: why }),
  };
}

/** One thing ended the rollout: what is Completed stays so, and a person is told. */
function stoppedEarly(story: Story, why: Fault): Ending {
  const regions = outcomesOf(story);
  const some = regions.some(({ kind }) => kind === "completed");
  const state = story.cancelled !== undefined ? "cancelled" : some ? "partlyPublished" : "failed";
  return { state, problems: [], regions, fault: why };
}

/** A mistake of ours or a store that stays away is recorded like any other failure. */
function* unexpected(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  error: unknown,
): Flow<Ending> {
  const why = unexpectedFault(error);
  yield* recallWrites(ctx, run, story);
  return story.written ? stoppedEarly(story, why) : rejected(story, [], why);
}

/** A run that was lost and started again may have written before: known from storage when Azure wasn't read. */
function* recallWrites(ctx: OrchestrationContext, run: RunRef, story: Story): Flow<void> {
  if (story.inspected !== undefined) return;
  const undo = yield* call(ctx, "readUndo", run);
  const { written, writes } = ownWrites(run, undefined, undo);
  story.written = written;
  story.writes = writes;
}

function inWaves({ progress }: Story, plan: RolloutPlan): Story["progress"] {
  return progress.map((region) => ({
    ...region,
    state: "prepared",
    wave: 1 + plan.waves.findIndex(({ regions }) => regions.includes(region.name)),
  }));
}
