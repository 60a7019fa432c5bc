import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Inspected } from "../activities/inspect-target";
import type { Fault } from "../domain/fault";
import type { RolloutPlan } from "../domain/plan/plan";
import { announce } from "./announce";
import { callPatiently, now, type Flow } from "./flow";
import type { Story } from "./story";
import { watch } from "./watch";

/**
 * Takes the version into `latest`, once everything required is Completed. A version that was there before and is
 * excluded stays so: after a partial success that is a person's to decide.
 */
export function* promote(
  ctx: OrchestrationContext,
  run: RunRef,
  story: Story,
  inspected: Inspected,
  plan: RolloutPlan,
): Flow<Fault | undefined> {
  if (inspected.excluded === true || story.writes === 0) return undefined;
  const regions = [...story.added];
  const startedAt = now(ctx);
  const written = yield* callPatiently(ctx, "promoteVersion", {
    ...run,
    write: ++story.writes,
    whole: plan.kind === "create",
    regions,
  });
  if (written.kind === "failed") return notPromoted(written.fault);
  if (written.how === "unchanged") return undefined;
  if (written.operationUrl !== undefined) story.operationUrl = written.operationUrl;
  const watched = yield* watch(ctx, run, story, inspected, inspected.regions, startedAt);
  const failed = watched.outcomes.find(
    (outcome) =>
      outcome.kind === "failed" && story.outcomes.get(outcome.region)?.kind === "completed",
  );
  if (failed?.kind === "failed") return notPromoted(failed.fault);
  yield* announce(ctx, run, "promoted", "latest", { regions });
  return undefined;
}

const notPromoted = (cause: Fault): Fault => ({
  ...cause,
  action: `the regions are there, but the version isn't in latest yet: ${cause.action}; then promote it`,
});
