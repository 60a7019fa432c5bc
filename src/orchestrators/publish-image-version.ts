import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { RecordFailureInput } from "../activities/record-failure";
import { fault, type Fault } from "../domain/fault";
import type { Problem } from "../domain/problem";
import { judge, type FinalState, type RegionOutcome } from "../domain/run/outcome";
import { packRegions, type RegionProgress, type RunStatus } from "../domain/run/progress";
import type { Trigger } from "../domain/run/records";
import { watcherId } from "../domain/run/identity";
import { call, callPatiently, now, type Flow } from "./flow";
import { WATCH_REGIONS } from "./names";
import { planRegions } from "./prepare-regions";
import type { WatchInput, WatchResult } from "./watch-regions";

/** Ids and small facts; the request itself is a document. */
export interface PublishInput extends RunRef {
  trigger: Trigger;
}
export interface PublishResult {
  state: FinalState;
  failureId?: string;
}

/** How the story ended, before it is recorded. */
interface Ending {
  state: FinalState;
  problems: Problem[];
  regions: RegionOutcome[];
  fault?: Fault;
}

/** What has happened so far; an unexpected error is recorded with it. */
interface Story {
  startedAt: string;
  inspected?: Inspected;
  /** A PUT may have been accepted. */
  written: boolean;
  operationUrl?: string;
  /** As the watch read it last. */
  provisioningState?: string;
  progress: RegionProgress[];
}

/** Publishes one image version: inspect, prepare every region, plan, write, watch, record. */
export function* publishImageVersion(ctx: OrchestrationContext): Flow<PublishResult> {
  const { trigger, ...run } = ctx.df.getInput<PublishInput>();
  const story: Story = {
    startedAt: ctx.df.currentUtcDateTime.toISOString(),
    written: false,
    progress: [],
  };
  let ending: Ending;
  try {
    ending = yield* publish(ctx, run, story);
  } catch (error) {
    ending = unexpected(error, story);
  }
  show(ctx, run, "recording", story);
  const endedAt = ctx.df.currentUtcDateTime.toISOString();
  const common = { ...run, trigger, startedAt: story.startedAt, endedAt };
  const { state } = ending;
  if (state === "published" && story.inspected !== undefined) {
    const { image } = story.inspected;
    yield* call(ctx, "recordOutcome", { ...common, image, regions: ending.regions });
    show(ctx, run, "ended", story);
    return { state };
  }
  const failure: RecordFailureInput = {
    ...common,
    state: state === "published" ? "failed" : state,
    problems: ending.problems,
    regions: ending.regions,
    written: story.written,
    ...(ending.fault === undefined ? {} : { fault: ending.fault }),
    ...(story.operationUrl === undefined ? {} : { operationUrl: story.operationUrl }),
    ...(story.provisioningState === undefined
      ? {}
      : { provisioningState: story.provisioningState }),
  };
  const { failureId } = yield* call(ctx, "recordFailure", failure);
  show(ctx, run, "ended", story);
  return { state, failureId };
}

function* publish(ctx: OrchestrationContext, run: RunRef, story: Story): Flow<Ending> {
  show(ctx, run, "planning", story);
  const inspected = yield* callPatiently(ctx, "inspectTarget", run);
  if (inspected.kind === "failed") return rejected([], inspected.fault);
  story.inspected = inspected;
  story.progress = inspected.regions.map((name) => progressOf(ctx, name));
  show(ctx, run, "planning", story);

  const plan = yield* planRegions(ctx, run, inspected);
  yield* call(ctx, "recordPlan", { ...run, plan });
  if (plan.kind === "impossible") return rejected(plan.problems, undefined, inspected);
  story.progress = story.progress.map((region) => ({ ...region, state: "prepared" }));

  if (plan.kind === "create" || plan.kind === "extend") {
    const ending = yield* write(ctx, run, story);
    if (ending !== undefined) return ending;
  }
  const watched = yield* watch(ctx, run, story, inspected);
  story.progress = watched.progress;
  if (watched.provisioningState !== undefined) story.provisioningState = watched.provisioningState;
  return {
    state: judge(watched.outcomes, inspected.requiredRegions),
    problems: [],
    regions: watched.outcomes,
  };
}

/** The one PUT. Returns an ending only when it was refused, by Azure or by the last look before it. */
function* write(ctx: OrchestrationContext, run: RunRef, story: Story): Flow<Ending | undefined> {
  story.written = true; // before the call: an error in it may come after an accepted PUT
  const written = yield* callPatiently(ctx, "createOrReplicateVersion", run);
  if (written.kind === "refused") {
    story.written = false;
    return rejected(written.problems, undefined, story.inspected);
  }
  if (written.kind === "failed") return refusedWrite(written.fault, story);
  if (written.operationUrl !== undefined) story.operationUrl = written.operationUrl;
  return undefined;
}

/** A refusal wrote nothing; a broken connection or a 5xx may hide an accepted PUT. */
function refusedWrite(why: Fault, story: Story): Ending {
  const unanswered = why.status === undefined || why.status === 408 || why.status >= 500;
  story.written = why.advice === "transient" && unanswered;
  if (story.written) return failedAsAWhole(why, story);
  return rejected([], why, story.inspected);
}

function* watch(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
): Flow<WatchResult> {
  const watcher = watcherId(run.publicationId, run.runId, 1);
  show(ctx, run, "publishing", story, watcher);
  const input: WatchInput = {
    image: inspected.image,
    runId: run.runId,
    regions: story.progress,
    startedAt: now(ctx),
    timeoutMs: inspected.timeoutMs,
    intervals: inspected.watch,
    ...(story.operationUrl === undefined ? {} : { operationUrl: story.operationUrl }),
  };
  return (yield ctx.df.callSubOrchestrator(WATCH_REGIONS, input, watcher)) as WatchResult;
}

/** Nothing was written: the request is refused as a whole, with every reason. */
function rejected(problems: Problem[], why?: Fault, inspected?: Inspected): Ending {
  return {
    state: "rejected",
    problems,
    regions: (inspected?.regions ?? []).map((region) => refusedRegion(region, problems)),
    ...(why === undefined ? {} : { fault: why }),
  };
}

function refusedRegion(region: string, problems: Problem[]): RegionOutcome {
  const own = problems.filter((candidate) => candidate.region === region);
  const [first] = own;
  if (first === undefined) return { region, kind: "notStarted" };
  return {
    region,
    kind: "failed",
    attempts: 0,
    fault: {
      code: first.code,
      advice: "permanent",
      message: own.map((candidate) => candidate.message).join("; "),
      action: first.action,
    },
  };
}

/** A mistake of ours or a store that stays away is recorded like any other failure. */
function unexpected(error: unknown, story: Story): Ending {
  const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  const why = fault(
    "Unexpected",
    "operator",
    message,
    "read the log of the run, mend the cause, then run the request again: it continues from what Azure has",
  );
  return failedAsAWhole(why, story);
}

function failedAsAWhole(why: Fault, story: Story): Ending {
  return {
    state: story.written ? "failed" : "rejected",
    problems: [],
    fault: why,
    regions: story.progress.map((region) =>
      story.written
        ? { region: region.name, kind: "failed", fault: why, attempts: 1 }
        : { region: region.name, kind: "notStarted" },
    ),
  };
}

function progressOf(ctx: OrchestrationContext, name: string): RegionProgress {
  const time = now(ctx);
  return { name, state: "pending", progress: 0, wave: 1, startedAt: time, lastChangeAt: time };
}

function show(
  ctx: OrchestrationContext,
  run: RunRef,
  phase: RunStatus["phase"],
  story: Story,
  watcher?: string,
): void {
  const status: RunStatus = {
    phase,
    runId: run.runId,
    regions: packRegions(story.progress),
    ...(watcher === undefined ? {} : { watcher }),
  };
  ctx.df.setCustomStatus(status);
}
