import type { OrchestrationContext } from "durable-functions";
import type { RunRef } from "../activities/dependencies";
import type { Transition } from "../domain/run/publication-event";
import { call, type Flow } from "./flow";

/**
 * Announces a transition of a run. The id of the event is made of run, state and `occurrence`, so that it is the
 * same however often it is sent.
 */
export function* announce(
  ctx: OrchestrationContext,
  run: RunRef,
  state: Transition,
  occurrence: string,
  data: object,
): Flow<void> {
  const time = ctx.df.currentUtcDateTime.toISOString();
  yield* call(ctx, "announceTransition", { ...run, state, occurrence, time, data });
}
