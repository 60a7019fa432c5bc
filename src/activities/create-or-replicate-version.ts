import { documentPaths } from "../domain/run/document-paths";
import { ArmError } from "../azure/arm-error";
import type { ImageVersions, ImageVersionState } from "../azure/image-versions";
import { fault, type Fault } from "../domain/fault";
import {
  createBody,
  extendBody,
  isMarkedBy,
  missingRegions,
  otherSource,
  type ImageVersionBody,
  type TargetRegion,
} from "../domain/plan/image-version-body";
import type { Plan } from "../domain/plan/plan";
import { sameEncryption } from "../domain/plan/region-encryption";
import { regionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import type { PlanDocument } from "../domain/run/records";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { recheckRegions, type Refusal } from "./recheck-regions";
import { settle, type Trouble } from "./settle";

export interface Written {
  kind: "written";
  /** `adopted`: the run's own earlier PUT was found, so none was sent. */
  how: "created" | "extended" | "adopted";
  /** Where the operation's state and error stand; Azure gave it with the PUT. */
  operationUrl?: string;
}

/**
 * The only writer of image versions. Looks first: what this run wrote before a crash is adopted,
 * what others wrote is kept, and what the plan was made from must still hold. Then one PUT carries
 * the union of all regions.
 */
export function createOrReplicateVersion(dependencies: ActivityDependencies) {
  const { documents, imageVersions } = dependencies;
  return async (run: RunRef): Promise<Written | Refusal | Trouble> => {
    const [request, planned] = await Promise.all([
      requestOf(documents, run),
      documents.read<PlanDocument>(documentPaths.plan(run.publicationId, run.runId)),
    ]);
    const plan = planned?.plan;
    if (plan?.kind !== "create" && plan?.kind !== "extend")
      throw new Error(`run ${run.runId} has no plan to write`);
    return settle(async () => {
      const existing = await imageVersions.get(request.image);
      if (existing !== undefined && isOwnWrite(existing, plan.targetRegions, run))
        return { kind: "written", how: "adopted" };
      if (existing !== undefined && isInFlight(existing.provisioningState))
        return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
      const changed = changedSince(plan, request, existing);
      if (changed !== undefined) return { kind: "failed", fault: changed };
      const stopped = await recheckRegions(dependencies, request, plan, existing);
      if (stopped !== undefined) return stopped;
      const body =
        existing === undefined
          ? createBody(request, plan.targetRegions, run)
          : extendBody(existing.body, plan.targetRegions, run);
      return {
        kind: "written",
        how: existing === undefined ? "created" : "extended",
        ...(await put(imageVersions, request.image, body, existing)),
      };
    });
  };
}

/** What somebody else did to the version since the plan was made, when the run can't go on with it. */
function changedSince(
  plan: Extract<Plan, { targetRegions: unknown }>,
  request: PublishRequest,
  existing: ImageVersionState | undefined,
): Fault | undefined {
  if (existing !== undefined)
    return numberTaken(existing, request) ?? encryptionChanged(existing, plan.targetRegions);
  if (plan.kind === "create") return undefined;
  // Made anew it would lack the regions, tags and dates that only it had.
  return fault(
    "VersionVanished",
    "operator",
    `${imageVersionId(request.image)} was there when the plan was made, and has been deleted since`,
    "find who deleted it, then run the request again: it creates the version",
  );
}

/**
 * The PUT. There is no ETag: what Azure refuses for good may only be refused because somebody else
 * has written the version since it was read, or is at it now. Then it is to be read again first.
 */
async function put(
  imageVersions: ImageVersions,
  image: ImageTarget,
  body: ImageVersionBody,
  seen: ImageVersionState | undefined,
): Promise<{ operationUrl?: string }> {
  try {
    return await imageVersions.put(image, body);
  } catch (error) {
    if (!(error instanceof ArmError) || error.fault.advice !== "permanent") throw error;
    const now = await imageVersions.get(image);
    if (!writtenSince(seen, now)) throw error;
    throw new ArmError({
      ...error.fault,
      advice: "waitForOperation",
      action: "none: somebody else has written the version meanwhile; the run reads it again",
    });
  }
}

function writtenSince(
  seen: ImageVersionState | undefined,
  now: ImageVersionState | undefined,
): boolean {
  if (now === undefined || seen === undefined) return now !== seen;
  return isInFlight(now.provisioningState) || regionsOf(now) !== regionsOf(seen);
}

/** Everything about the target regions, in an order that doesn't depend on the answer's. */
function regionsOf({ body }: ImageVersionState): string {
  const regions = body.publishingProfile.targetRegions.map((region) => ({
    ...region,
    name: regionName(region.name),
  }));
  return JSON.stringify(regions.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Somebody made the version from other disks since the plan was made: it isn't this image. */
function numberTaken(existing: ImageVersionState, request: PublishRequest): Fault | undefined {
  const disks = otherSource(existing.body.storageProfile, request.source);
  if (disks === undefined) return undefined;
  return fault(
    "VersionTaken",
    "permanent",
    `${imageVersionId(request.image)} was made meanwhile by somebody else, from ${disks.map(({ disk, id }) => `${disk}: ${id}`).join(", ")}`,
    "choose another version number: a version's source can't be changed",
  );
}

/** A reply that was lost, or a kill after the accepted PUT: the tags tell that the write was ours. */
function isOwnWrite(existing: ImageVersionState, wanted: TargetRegion[], run: RunRef): boolean {
  const missing = missingRegions(
    wanted.map((region) => regionName(region.name)),
    existing.body.publishingProfile.targetRegions,
  );
  return isMarkedBy(existing.body.tags, run) && missing.length === 0;
}

/** Somebody wrote one of our regions since the plan was made, with other keys: never go on. */
function encryptionChanged(existing: ImageVersionState, wanted: TargetRegion[]): Fault | undefined {
  const now = new Map(
    existing.body.publishingProfile.targetRegions.map((region) => [
      regionName(region.name),
      region,
    ]),
  );
  const other = wanted.find((region) => {
    const found = now.get(regionName(region.name));
    return found !== undefined && !sameEncryption(found.encryption, region.encryption);
  });
  if (other === undefined) return undefined;
  return fault(
    "EncryptionChangedSincePlan",
    "operator",
    `region ${other.name} was written by somebody else with other disk encryption sets than planned`,
    "find the other writer (activity log of the version), then run the request again",
  );
}
