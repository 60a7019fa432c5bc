import { describePlan } from "../domain/plan/describe-plan";
import type { Plan } from "../domain/plan/plan";
import { waveBodies } from "../domain/plan/wave-bodies";
import { documentPaths } from "../domain/run/document-paths";
import type { PlanDocument } from "../domain/run/records";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";

export interface RecordPlanInput extends RunRef {
  plan: Plan;
}

/** Keeps the plan before anything is written, so that every later reader sees what was meant. */
export function recordPlan({ documents }: ActivityDependencies) {
  return async ({ plan, ...run }: RecordPlanInput): Promise<{ kind: "recorded" }> => {
    const [request, inspected] = await Promise.all([
      requestOf(documents, run),
      documents.read<InspectedDocument>(documentPaths.inspected(run.publicationId, run.runId)),
    ]);
    // A look that was repeated may have left a version behind that is gone since.
    const existing = plan.kind === "create" ? undefined : inspected?.existing;
    const document: PlanDocument = {
      plan,
      summary: describePlan(plan),
      ...waveBodies(plan, request, existing, run),
    };
    await documents.write(documentPaths.plan(run.publicationId, run.runId), document);
    return { kind: "recorded" };
  };
}
