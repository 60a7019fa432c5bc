import type { ImageVersionState } from "../azure/image-versions";
import { fault, type Fault } from "../domain/fault";
import { createBody, extendBody, type TargetRegion } from "../domain/plan/image-version-body";
import { wanted, wavesToPublish, type RolloutPlan } from "../domain/plan/plan";
import { regionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { otherwiseEncrypted } from "../domain/rollout/read-back";
import { undoOf, type BeforeWrite } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import { imageVersionId } from "../domain/run/identity";
import type { PlanDocument } from "../domain/run/records";
import { encryptionChanged } from "../domain/run/replication";
import { cancelled, type Cancelled } from "./cancelled";
import type { ActivityDependencies, RunRef } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { numberTaken } from "./number-taken";
import { recheckRegions, type Refusal } from "./recheck-regions";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

export interface CreateOrReplicateInput extends WriteRef {
  /** Which of the plan's waves, the first is 0. */
  wave: number;
}

/** Why nothing is written; `missing` when there is no version: one that the run has made before is gone. */
type Stopped = (Refusal | Extract<Trouble, { kind: "failed" }>) & { missing?: Fault };

/**
 * Writes one wave of the plan: the union of what is there and the wave's regions, those out of `latest`. What
 * the plan was made from must still hold: the version, and the disk encryption sets of the wave; and nobody must
 * have cancelled the run, also while it waits for somebody else's operation.
 */
export function createOrReplicateVersion(dependencies: ActivityDependencies) {
  return async ({
    wave,
    ...ref
  }: CreateOrReplicateInput): Promise<Written | Stopped | Cancelled | Trouble> => {
    const plan = await planOf(dependencies, ref);
    const regions = wavesToPublish(plan)[wave]?.regions ?? [];
    const planned = { targetRegions: wanted(plan, regions), difference: plan.difference };
    return writeVersion<Stopped | Cancelled>(
      dependencies,
      ref,
      async (existing, request) => {
        const changed = changedSince(plan, wave, request, existing);
        if (changed !== undefined) return { kind: "failed", fault: changed };
        const stopped = await recheckRegions(dependencies, request, planned, existing);
        if (stopped !== undefined)
          return existing === undefined ? { ...stopped, missing: vanished(request) } : stopped;
        const { targetRegions } = planned;
        const body =
          existing === undefined
            ? createBody(request, targetRegions)
            : extendBody(existing.body, targetRegions);
        return { kind: "put", body, undo: undoOf(beforeWrite(ref.write, existing, targetRegions)) };
      },
      () => cancelled(dependencies, ref),
    );
  };
}

async function planOf(
  { documents }: Pick<ActivityDependencies, "documents">,
  { publicationId, runId }: RunRef,
): Promise<RolloutPlan> {
  const path = documentPaths.plan(publicationId, runId);
  const plan = (await documents.read<PlanDocument>(path))?.plan;
  if (plan === undefined || plan.kind === "impossible")
    throw new Error(`run ${runId} has no plan to write`);
  return plan;
}

function beforeWrite(
  write: number,
  existing: ImageVersionState | undefined,
  targetRegions: TargetRegion[],
): BeforeWrite {
  const counts = (regions: TargetRegion[]) =>
    regions.map(({ name, regionalReplicaCount }) => ({
      name: regionName(name),
      ...(regionalReplicaCount === undefined ? {} : { regionalReplicaCount }),
    }));
  return {
    write,
    wanted: counts(targetRegions),
    ...(existing === undefined
      ? {}
      : { existing: counts(existing.body.publishingProfile.targetRegions) }),
  };
}

/**
 * What somebody else did to the version since the plan was made, when the run can't go on with it: in any of the planned
 * regions, not only the wave's.
 */
function changedSince(
  plan: Pick<RolloutPlan, "kind" | "targetRegions">,
  wave: number,
  request: PublishRequest,
  existing: ImageVersionState | undefined,
): Fault | undefined {
  if (existing !== undefined)
    return numberTaken(existing, request) ?? otherKeys(existing, plan.targetRegions);
  if (plan.kind === "create" && wave === 0) return undefined;
  // Made anew it would lack the regions, tags and dates that only it had.
  return vanished(request);
}

const vanished = ({ image }: PublishRequest): Fault =>
  fault(
    "VersionVanished",
    "operator",
    `${imageVersionId(image)} was there, and has been deleted since`,
    "find who deleted it, then run the request again: it creates the version",
  );

function otherKeys({ body }: ImageVersionState, planned: TargetRegion[]): Fault | undefined {
  const [other] = otherwiseEncrypted(planned, body.publishingProfile.targetRegions);
  return other === undefined ? undefined : encryptionChanged(other);
}
