import type { OrchestrationContext } from "durable-functions";
import type { EndedBefore } from "../activities/hold-version";
import type { RunRef } from "../activities/dependencies";
import type { Acceptance, RunRow } from "../domain/run/records";
import type { Transition } from "../domain/run/publication-event";
import { call, type Flow } from "./flow";

/**
 * Announces a transition of a run. The id of the event is made of run, state and `occurrence`, so that it is the
 * same however often it is sent.
 */
export function* announce(
  ctx: OrchestrationContext,
  run: RunRef,
  state: Exclude<Transition, "accepted">,
  occurrence: string,
  data: object,
): Flow<void> {
  const time = ctx.df.currentUtcDateTime.toISOString();
  yield* call(ctx, "announceTransition", { ...run, state, occurrence, time, data });
}

/**
 * The run itself says that its request was accepted: whoever takes a version can't know whether the start succeeds,
 * and may be gone after it. Nothing is announced of a run that isn't to go on: its end is given back.
 */
export function* announceAccepted(
  ctx: OrchestrationContext,
  run: RunRef,
  trigger: RunRow["trigger"],
  { startedAt, ...facts }: Acceptance,
): Flow<EndedBefore | undefined> {
  const data = { trigger, ...facts };
  const input = { ...run, state: "accepted", time: startedAt, data } as const;
  const told = yield* call(ctx, "announceTransition", input);
  return told.kind === "endedBefore" ? told : undefined;
}
