import type { OrchestrationContext } from "durable-functions";
import type { Inspected } from "../activities/inspect-target";
import type { RunRef } from "../activities/dependencies";
import { combine } from "../domain/plan/combine";
import type { Plan } from "../domain/plan/plan";
import { regionToPrepare } from "../domain/plan/region-to-prepare";
import type { Fault } from "../domain/fault";
import type { RegionName } from "../domain/region-name";
import { outOfTime } from "../domain/rollout/out-of-time";
import type { Signal } from "../domain/run/signals";
import {
  call,
  exhausted,
  isWait,
  now,
  pauseMs,
  sideBySide,
  sleep,
  type Flow,
  type Output,
  type Settled,
} from "./flow";

type Answer = Settled<Output<"prepareRegion">>;

/**
 * Prepares every region at the same time and makes the plan. Regions that met passing trouble are
 * asked again together, and so are all whose process ended; no region stops the others. Nothing is waited for once
 * somebody has cancelled the run, or its time is over.
 * @param until when the run's time is over, in milliseconds since the epoch
 */
export function* planRegions(
  ctx: OrchestrationContext,
  run: RunRef,
  inspected: Inspected,
  until: number,
): Flow<Plan | { kind: "cancelled"; by: Signal }> {
  const answers = new Map<RegionName, Answer>();
  const lastTries = new Set<RegionName>();
  let open = inspected.regions;
  for (let waits = 0; open.length > 0; waits++) {
    const results = yield* sideBySide(
      ctx,
      "prepareRegion",
      open.map((region) => ({
        ...run,
        ...regionToPrepare(inspected, region),
        ...(lastTries.has(region) ? { lastTry: true } : {}),
      })),
    );
    let pause = 0;
    const waiting = new Map<RegionName, Fault>();
    open.forEach((region, index) => {
      const result = results[index];
      if (result === undefined) return;
      if (!isWait(result)) answers.set(region, result);
      else if (exhausted(result, waits))
        answers.set(region, { kind: "failed", fault: result.fault });
      else {
        pause = Math.max(pause, pauseMs(result, waits));
        waiting.set(region, result.fault);
        if (exhausted(result, waits + 1)) lastTries.add(region);
      }
    });
    if (now(ctx) + pause >= until)
      for (const [region, fault] of waiting)
        answers.set(region, { kind: "failed", fault: outOfTime(fault) });
    open = open.filter((region) => !answers.has(region));
    if (open.length === 0) break;
    const { cancel } = yield* call(ctx, "readSignals", run);
    if (cancel !== undefined) return { kind: "cancelled", by: cancel };
    yield* sleep(ctx, pause);
  }
  return combine({ ...inspected, answers });
}
