import type { ImageVersionState } from "../azure/image-versions";
import { fault, type Fault } from "../domain/fault";
import { otherSource } from "../domain/plan/image-version-body";
import type { PublishRequest } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";

/** Somebody made the version from other disks since the plan was made: it isn't this image. */
export function numberTaken(
  existing: ImageVersionState,
  request: PublishRequest,
): Fault | undefined {
  const disks = otherSource(existing.body.storageProfile, request.source);
  if (disks === undefined) return undefined;
  return fault(
    "VersionTaken",
    "permanent",
    `${imageVersionId(request.image)} was made meanwhile by somebody else, from ${disks.map(({ disk, id }) => `${disk}: ${id}`).join(", ")}`,
    "choose another version number: a version's source can't be changed",
  );
}
