import type { ImageVersionBody } from "../plan/image-version-body";
import type { Plan } from "../plan/plan";
import { plannedBodies } from "../plan/wave-bodies";
import type { RegionName } from "../region-name";
import type { PublishRequest } from "../request/publish-request";
import { promoted } from "../rollout/latest";
import type { FinalState } from "./outcome";

/** An ended run, as far as it tells how it has left its version. */
export interface EndedRun {
  run: { runId: string; fingerprint: string };
  state: FinalState;
  request: PublishRequest;
  plan?: Plan | undefined;
  /** The version as the run has found it. */
  existing?: ImageVersionBody | undefined;
  /** Regions that the run has completed or, when it was a promotion, has found so. */
  completed: readonly RegionName[];
}

/**
 * The version as a run has left it: what it wrote last, or else what it has found. Azure isn't asked: the
 * end of a run is recorded also while Azure is away.
 */
export function leftVersion(ended: EndedRun): ImageVersionBody | undefined {
  const { run, state, request, plan, existing, completed } = ended;
  if (state === "promoted")
    return (
      existing && (promoted(existing, request, { whole: true, regions: completed }) ?? existing)
    );
  if (plan === undefined) return existing;
  // A look that was repeated may have left a version behind that is gone since.
  const before = plan.kind === "create" ? undefined : existing;
  const { bodies, promotion } = plannedBodies(plan, request, before, run);
  return (state === "published" ? promotion : undefined) ?? bodies.at(-1) ?? before;
}
