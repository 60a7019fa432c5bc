import { documentPaths } from "../domain/run/document-paths";
import { createBody, toArmJson } from "../domain/plan/image-version-body";
import type { Plan } from "../domain/plan/plan";
import type { PlanDocument } from "../domain/run/records";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";

export interface RecordPlanInput extends RunRef {
  plan: Plan;
}

/** Keeps the plan before anything is written, so that every later reader sees what was meant. */
export function recordPlan({ documents }: ActivityDependencies) {
  return async ({ plan, ...run }: RecordPlanInput): Promise<{ kind: "recorded" }> => {
    const document: PlanDocument = { plan };
    if (plan.kind === "create" || plan.kind === "extend")
      document.body = toArmJson(
        createBody(await requestOf(documents, run), plan.targetRegions, run),
      );
    await documents.write(documentPaths.plan(run.publicationId, run.runId), document);
    return { kind: "recorded" };
  };
}
