import type { OrchestrationContext } from "durable-functions";
import type { Fault } from "../domain/fault";
import type { ImageTarget } from "../domain/request/publish-request";
import type { RegionOutcome } from "../domain/run/outcome";
import { packRegions, type RegionProgress } from "../domain/run/progress";
import { foldReading, timedOut } from "../domain/run/replication";
import { call, now, pauseMs, sleep, type Flow } from "./flow";

/** All that the watcher needs; also what it hands itself when it starts anew. */
export interface WatchInput {
  image: ImageTarget;
  runId: string;
  operationUrl?: string;
  regions: RegionProgress[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  timeoutMs: number;
  intervals: { minIntervalMs: number; maxIntervalMs: number };
}
export interface WatchResult {
  outcomes: RegionOutcome[];
  progress: RegionProgress[];
  /** The version's state at the end, when it was read; a timeout leaves it open. */
  provisioningState?: string;
}

/** History of one generation stays bounded, whatever the number of hours. */
const POLLS_PER_GENERATION = 40;
/** Timers may fire a second early: a deadline is compared with slack. */
const TIMER_SLACK_MS = 1_000;

/** Looks at all regions by one GET per poll until each is Completed, failed, or out of time. */
export function* watchRegions(ctx: OrchestrationContext): Flow<WatchResult | undefined> {
  const input = ctx.df.getInput<WatchInput>();
  let regions = input.regions;
  let waits = 0;
  for (let poll = 0; poll < POLLS_PER_GENERATION; poll++) {
    const read = yield* call(ctx, "readReplication", {
      image: input.image,
      ...(input.operationUrl === undefined ? {} : { operationUrl: input.operationUrl }),
    });
    const leftMs = input.startedAt + input.timeoutMs - now(ctx);
    if (read.kind === "failed") return failAll(regions, read.fault);
    if (read.kind === "wait") {
      // What was accepted goes on in Azure: passing trouble is bounded by the run's time alone.
      if (leftMs <= TIMER_SLACK_MS) return outOfTime(regions, input);
      yield* sleep(ctx, Math.min(pauseMs(read, waits++), leftMs));
      continue;
    }
    waits = 0;
    const verdict = foldReading(regions, read.reading, now(ctx));
    regions = verdict.progress;
    ctx.df.setCustomStatus({
      phase: "publishing",
      runId: input.runId,
      regions: packRegions(regions),
    });
    if (verdict.outcomes !== undefined)
      return {
        outcomes: verdict.outcomes,
        progress: regions,
        provisioningState: read.reading.provisioningState,
      };
    if (leftMs <= TIMER_SLACK_MS) return outOfTime(regions, input);
    yield* sleep(ctx, Math.min(interval(input, input.timeoutMs - leftMs), leftMs));
  }
  ctx.df.continueAsNew({ ...input, regions });
  return undefined;
}

/** Polls get rarer as time passes, within the configured bounds. */
function interval({ intervals }: WatchInput, elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 20, intervals.minIntervalMs), intervals.maxIntervalMs);
}

function outOfTime(regions: RegionProgress[], { timeoutMs }: WatchInput): WatchResult {
  return { outcomes: timedOut(regions, timeoutMs), progress: regions };
}

/** The version can't be read any more: what is Completed stays so, the rest has failed. */
function failAll(regions: RegionProgress[], fault: Fault): WatchResult {
  return {
    progress: regions,
    outcomes: regions.map((region) =>
      region.state === "completed"
        ? { region: region.name, kind: "completed" }
        : { region: region.name, kind: "failed", fault, attempts: 1 },
    ),
  };
}
