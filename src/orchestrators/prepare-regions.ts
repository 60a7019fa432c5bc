import type { OrchestrationContext } from "durable-functions";
import type { Inspected } from "../activities/inspect-target";
import type { RunRef } from "../activities/dependencies";
import { makePlan, type Plan, type PreparedRegion } from "../domain/plan/plan";
import { problem, type Problem } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import {
  exhausted,
  isWait,
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
 * asked again together, and so are all whose process ended; no region stops the others.
 */
export function* planRegions(
  ctx: OrchestrationContext,
  run: RunRef,
  inspected: Inspected,
): Flow<Plan> {
  const answers = new Map<RegionName, Answer>();
  let open = inspected.regions;
  for (let waits = 0; open.length > 0; waits++) {
    const results = yield* sideBySide(
      ctx,
      "prepareRegion",
      open.map((region) => inputFor(region, run, inspected)),
    );
    let pause = 0;
    open.forEach((region, index) => {
      const result = results[index];
      if (result === undefined) return;
      if (!isWait(result)) answers.set(region, result);
      else if (exhausted(result, waits))
        answers.set(region, { kind: "failed", fault: result.fault });
      else pause = Math.max(pause, pauseMs(result, waits));
    });
    open = open.filter((region) => !answers.has(region));
    if (open.length > 0) yield* sleep(ctx, pause);
  }
  const prepared: PreparedRegion[] = [];
  const problems: Problem[] = [...inspected.problems];
  inspected.regions.forEach((region, index) => {
    const answer = answers.get(region);
    if (answer?.kind === "prepared") prepared.push(answer.prepared);
    else problems.push(...problemsOf(answer, region, index));
  });
  return makePlan({
    exists: inspected.existing !== undefined,
    prepared,
    problems,
    remarks: inspected.remarks,
  });
}

function inputFor(region: RegionName, run: RunRef, inspected: Inspected) {
  const existing = inspected.existing?.find(
    (candidate) => regionName(candidate.targetRegion.name) === region,
  );
  return {
    ...run,
    region,
    ...(inspected.dataLuns === undefined ? {} : { dataLuns: inspected.dataLuns }),
    versionExists: inspected.existing !== undefined,
    ...(existing === undefined ? {} : { existing }),
  };
}

/** Every way in which a region wasn't prepared is a reason against the plan: fail closed. */
function problemsOf(answer: Answer | undefined, region: RegionName, index: number): Problem[] {
  if (answer?.kind === "refused") return answer.problems;
  const path = `$.targetRegions[${index}]`;
  if (answer?.kind === "failed")
    return [problem(path, answer.fault.code, answer.fault.message, answer.fault.action, region)];
  return [
    problem(
      path,
      "NotPrepared",
      `region ${region} gave no answer`,
      "run the request again",
      region,
    ),
  ];
}
