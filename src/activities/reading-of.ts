import type { ImageVersionState } from "../azure/image-versions";
import type { TargetRegion } from "../domain/plan/image-version-body";
import { unencryptedDisks } from "../domain/plan/version-disks";
import { regionName } from "../domain/region-name";
import { regionsInLatest } from "../domain/rollout/latest";
import { otherwiseEncrypted } from "../domain/rollout/read-back";
import type { ReplicationReading } from "../domain/run/replication";

/**
 * What one GET tells of all regions: how far each is, and which aren't under the keys that they should be under.
 * @param planned the regions as the run has planned them
 */
export function readingOf(
  version: ImageVersionState,
  planned: readonly TargetRegion[],
): ReplicationReading {
  const { targetRegions } = version.body.publishingProfile;
  const otherwise = otherwiseEncrypted(planned, targetRegions);
  const unencrypted = unencryptedDisks(version);
  return {
    provisioningState: version.provisioningState,
    targetRegions: targetRegions.map(({ name }) => regionName(name)),
    summary: version.summary,
    inLatest: regionsInLatest(version.body),
    ...(version.dataLuns === undefined ? {} : { dataLuns: version.dataLuns }),
    ...(otherwise.length === 0 ? {} : { otherwiseEncrypted: otherwise }),
    ...(unencrypted.length === 0 ? {} : { unencrypted }),
  };
}
