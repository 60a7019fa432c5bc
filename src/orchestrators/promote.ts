import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { Fault } from "../domain/fault";
import type { RolloutPlan } from "../domain/plan/plan";
import type { RegionName } from "../domain/region-name";
import type { Promotion } from "../domain/rollout/latest";
import { isGone } from "../domain/run/outcome";
import { regionVanished } from "../domain/run/replication";
import { announce } from "./announce";
import { callPatiently, now, type Flow } from "./flow";
import { noteGone, noteOperation, type Story } from "./story";
import { watch, type Watched } from "./watch";

/**
 * Takes the version into `latest`, once everything required is Completed. A version that was there before and is
 * excluded stays so, unless a lost run only didn't come to it: after a partial success that is a person's to decide.
 */
export function* promote(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  { latest }: RolloutPlan,
): Flow<Fault | undefined> {
  if (latest === undefined && inspected.excluded === true) return undefined;
  const regions = [...story.added];
  const promotion = { whole: latest?.whole === true, regions };
  if (!promotion.whole && regions.length === 0) return undefined;
  story.written = true; // before the call: an error in it may come after an accepted PUT
  const ended = yield* takeIntoLatest(ctx, run, story, inspected, promotion);
  if (ended.kind === "failed") return ended.fault;
  if (ended.kind === "promoted") yield* announce(ctx, run, "promoted", "latest", { regions });
  return undefined;
}

/** The one PUT that lifts the exclusion, and the watch that proves it; `unchanged` when none was needed. */
export function* takeIntoLatest(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  target: Watched,
  promotion: Promotion,
): Flow<{ kind: "promoted" | "unchanged" } | { kind: "failed"; fault: Fault }> {
  const there = story.progress.filter(({ state }) => state === "completed").map(({ name }) => name);
  const startedAt = now(ctx);
  const write = { ...run, write: ++story.writes, ...promotion, there };
  const written = yield* callPatiently(ctx, "promoteVersion", write);
  if (written.kind === "failed") {
    noteGone(story, written.fault);
    return { kind: "failed", fault: notPromoted(written.fault) };
  }
  if (written.kind === "vanished") {
    lose(story, written.regions);
    return { kind: "failed", fault: written.fault };
  }
  if (written.how === "unchanged") return { kind: "unchanged" };
  noteOperation(story, written);
  const watched = yield* watch(ctx, run, story, target, target.regions, startedAt);
  const failed = watched.outcomes.find(
    ({ kind, region }) => kind === "failed" && there.includes(region),
  );
  return failed?.kind === "failed"
    ? { kind: "failed", fault: notPromoted(failed.fault) }
    : { kind: "promoted" };
}

/** What was Completed and isn't there any more must not be recorded as Completed. */
function lose(story: Story, regions: readonly RegionName[]): void {
  for (const region of regions)
    story.outcomes.set(region, {
      ...{ region, kind: "failed", attempts: 1 },
      fault: regionVanished(region),
    });
}

const notPromoted = (cause: Fault): Fault =>
  isGone(cause)
    ? cause
    : {
        ...cause,
        action: `the regions are there, but the version isn't in latest yet: ${cause.action}; then promote it`,
      };
