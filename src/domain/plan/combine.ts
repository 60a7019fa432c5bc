import type { Fault } from "../fault";
import { problem, type Problem, type Remark } from "../problem";
import type { RegionName } from "../region-name";
import { makePlan, type Plan, type PlanFacts, type PreparedRegion } from "./plan";

/** What one region answered when it was asked for its disk encryption sets. */
export type RegionAnswer =
  | { kind: "prepared"; prepared: PreparedRegion; remarks: Remark[] }
  | { kind: "refused"; problems: Problem[]; remarks: Remark[] }
  | { kind: "failed"; fault: Fault };

/** What was found out about target and source, and what every region answered. */
export interface Answers extends Omit<PlanFacts, "prepared"> {
  /** Of the request, in its order. */
  regions: RegionName[];
  remarks: Remark[];
  answers: ReadonlyMap<RegionName, RegionAnswer>;
}

/** The plan: all findings together, target and source first, then region by region. */
export function combine({ answers, ...known }: Answers): Plan {
  const prepared: PreparedRegion[] = [];
  const problems = [...known.problems];
  const remarks = [...known.remarks];
  known.regions.forEach((region, index) => {
    const answer = answers.get(region);
    if (answer !== undefined && "remarks" in answer) remarks.push(...answer.remarks);
    if (answer?.kind === "prepared") prepared.push(answer.prepared);
    else problems.push(...problemsOf(answer, region, index));
  });
  return makePlan({ ...known, prepared, problems, remarks });
}

/** Every way in which a region wasn't prepared is a reason against the plan: fail closed. */
function problemsOf(
  answer: Exclude<RegionAnswer, { kind: "prepared" }> | undefined,
  region: RegionName,
  index: number,
): Problem[] {
  if (answer?.kind === "refused") return answer.problems;
  const path = `$.targetRegions[${index}]`;
  if (answer?.kind === "failed") return [problemOf(answer.fault, path, region)];
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

/** Trouble with Azure as a reason against a plan, with the code that Azure gave it. */
export const problemOf = (fault: Fault, path: string, region?: RegionName): Problem => ({
  path,
  code: fault.code,
  message: fault.message,
  action: fault.action,
  ...(region === undefined ? {} : { region }),
});
