import { problem, warning, type Remark } from "../problem";

/** Of one version, in all of its regions together (Azure's documentation of limits). */
const MOST_REPLICAS = 100;

/** What a version has to have after the plan, when Azure documents less: it may yet take it. */
export function manyReplicas(after: number): Remark[] {
  if (after <= MOST_REPLICAS) return [];
  return [
    warning(
      problem(
        "$.targetRegions",
        "ManyReplicas",
        `the version would have ${after} replicas in all of its regions; Azure documents ${MOST_REPLICAS} at most`,
        "ask for fewer, or publish a second version for some of the regions",
      ),
    ),
  ];
}
