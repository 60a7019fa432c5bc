import { shallowOneRegion, shallowOneReplica, shallowUnencrypted } from "./refusals";
import type { TargetRegion } from "./version-record";

/**
 * Shallow replication: one region, one replica, no encryption with customer-managed keys.
 * @throws {ArmError} otherwise; the words are assumed
 */
export function checkShallow(regions: TargetRegion[]): void {
  if (regions.length > 1) throw shallowOneRegion();
  for (const region of regions) {
    if (region.regionalReplicaCount !== 1) throw shallowOneReplica();
    if (region.encryption !== undefined) throw shallowUnencrypted();
  }
}
