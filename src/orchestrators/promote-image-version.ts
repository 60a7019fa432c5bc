import type { OrchestrationContext } from "durable-functions";
import type { EndedBefore } from "../activities/hold-version";
import type { Promotable } from "../activities/inspect-promotion";
import type { RunRef } from "../activities/dependencies";
import { unexpectedFault, type Fault } from "../domain/fault";
import type { RegionName } from "../domain/region-name";
import { failedRegion, type RegionOutcome } from "../domain/run/outcome";
import { announceAccepted } from "./announce";
import { call, callPatiently, now, type Flow } from "./flow";
import { takeIntoLatest } from "./promote";
import type { PublishInput, PublishResult } from "./publish-image-version";
import { beginStory, show, type Story } from "./story";

/** How a promotion ended, before it is recorded. */
type Ending =
  | { state: "promoted"; found: Promotable }
  | { state: "failed" | "rejected"; found?: Promotable; fault: Fault };

/**
 * Takes a version into `latest` because a person says so: look which regions are Completed, lift the exclusion, watch,
 * record. Runs under the version's own instance id, as everything that writes it.
 */
export function* promoteImageVersion(ctx: OrchestrationContext): Flow<PublishResult> {
  const { trigger, accepted, ...run } = ctx.df.getInput<PublishInput>();
  const story = beginStory(ctx);
  const ending = yield* settled(ctx, { ...run, trigger, accepted }, story);
  if ("result" in ending) return ending.result;
  show(ctx, run, story, "recording");
  const common = {
    ...run,
    trigger,
    startedAt: story.startedAt,
    endedAt: ctx.df.currentUtcDateTime.toISOString(),
    regions: [
      ...(ending.found?.regions ?? []).map((region) => outcomeOf(region, story)),
      ...(ending.found?.leftOut ?? []),
    ],
  };
  const { state } = ending;
  if (state === "promoted") {
    yield* call(ctx, "recordOutcome", { ...common, state, image: ending.found.image });
    show(ctx, run, story, "ended");
    return { state };
  }
  const { failureId } = yield* call(ctx, "recordFailure", {
    ...common,
    action: "promote",
    state,
    problems: [],
    fault: ending.fault,
    written: story.written,
    undone: [],
    ...(story.gone === undefined ? {} : { gone: true as const }),
    ...(story.operationUrl === undefined ? {} : { operationUrl: story.operationUrl }),
  });
  show(ctx, run, story, "ended");
  return { state, failureId };
}

/** A mistake of ours or a store that stays away is an end as well. */
function* settled(
  ctx: OrchestrationContext,
  { trigger, accepted, ...run }: PublishInput,
  story: Story,
): Flow<Ending | EndedBefore> {
  const seen: { found?: Promotable } = {};
  try {
    const before = yield* announceAccepted(ctx, run, trigger, accepted);
    if (before !== undefined) return before;
    return yield* promote(ctx, run, story, seen);
  } catch (error) {
    return { ...seen, state: "failed", fault: unexpectedFault(error) };
  }
}

function* promote(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  seen: { found?: Promotable },
): Flow<Ending> {
  show(ctx, run, story, "planning");
  const found = yield* callPatiently(ctx, "inspectPromotion", run);
  if (found.kind === "failed") return { state: "rejected", fault: found.fault };
  seen.found = found;
  story.progress = found.regions.map((name) => there(ctx, name));
  story.written = true; // before the call: an error in it may come after an accepted PUT
  const promoted = yield* takeIntoLatest(ctx, run, story, found, {
    whole: true,
    regions: found.regions,
    othersStayOut: true,
  });
  if (promoted.kind === "failed") return { state: "failed", found, fault: promoted.fault };
  return { state: "promoted", found };
}

const there = (ctx: OrchestrationContext, name: RegionName) => {
  const time = now(ctx);
  const times = { startedAt: time, lastChangeAt: time };
  return { name, state: "completed" as const, progress: 100, wave: 1, ...times };
};

const outcomeOf = (region: RegionName, { gone, outcomes }: Story): RegionOutcome =>
  gone?.fault === undefined
    ? (outcomes.get(region) ?? { region, kind: "completed" })
    : failedRegion(region, gone.fault);
