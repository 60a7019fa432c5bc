import type { ComputeService } from "../compute-service";
import { displayRegionName } from "../region-name";
import { regionNotAccessible, storageNotInRegion } from "./refusals";
import type { TargetRegion } from "./version-record";

/**
 * Checks that the subscription can use every region that is added, and that it has the storage.
 * @throws {ArmError} for a region without access, or without this kind of storage
 */
export function checkRegionSupport(
  { regions: book }: ComputeService,
  subscriptionId: string,
  regions: readonly TargetRegion[],
  existing: readonly TargetRegion[],
): void {
  for (const { name, storageAccountType } of regions) {
    if (existing.some((one) => one.name === name)) continue;
    const { gated, storageTypes } = book.facts(name);
    if (gated) throw regionNotAccessible(displayRegionName(name), subscriptionId);
    if (!storageTypes.includes(storageAccountType))
      throw storageNotInRegion(storageAccountType, displayRegionName(name));
  }
}
