import { displayRegionName, isKnownRegion, shortRegionName } from "../region-name";
import {
  duplicateRegions,
  locationNotTargeted,
  outOfRange,
  unknownRegion,
  unknownValue,
} from "./refusals";
import type { Encryption, PublishingProfile, RequestedRegion } from "./version-body";
import type { TargetRegion } from "./version-record";

const STORAGE_TYPES = ["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"];
const PROFILE = "galleryImageVersion.properties.publishingProfile";

/** The service's spelling of a storage type given in any case; refused when there is none. */
export function storageType(given: string, parameter: string): string {
  const found = STORAGE_TYPES.find((type) => type.toLowerCase() === given.toLowerCase());
  if (found === undefined) throw unknownValue(given, parameter);
  return found;
}

/** @throws {ArmError} when the count is outside 1…max */
export function checkReplicaCount(count: number, parameter: string, max: number): void {
  if (count < 1 || count > max) throw outOfRange(count, `${PROFILE}.${parameter}`, 1, max);
}

export interface RegionDefaults {
  location: string;
  replicaCount: number;
  storageAccountType: string;
  maxReplicaCount: number;
  /** The version's regions before this request. */
  existing: TargetRegion[];
}

/**
 * The full set of regions that a body asks for, with defaults filled in. Without a list it is the
 * source region alone.
 * @throws {ArmError} unknown or duplicate regions, the source region left out, bad counts or types
 */
export function desiredRegions(
  profile: PublishingProfile | undefined,
  defaults: RegionDefaults,
): TargetRegion[] {
  const requested = profile?.targetRegions ?? [{ name: defaults.location }];
  const unknown = requested.find((region) => !isKnownRegion(region.name));
  if (unknown !== undefined) throw unknownRegion(unknown.name);
  const names = requested.map((region) => shortRegionName(region.name));
  if (new Set(names).size < names.length) throw duplicateRegions();
  if (!names.includes(defaults.location))
    throw locationNotTargeted(names.map(displayRegionName), displayRegionName(defaults.location));
  return requested.map((region) => filledIn(region, defaults));
}

function filledIn(region: RequestedRegion, defaults: RegionDefaults): TargetRegion {
  const { name, regionalReplicaCount, storageAccountType, excludeFromLatest, encryption, ...more } =
    region;
  const short = shortRegionName(name);
  const before = defaults.existing.find((one) => one.name === short);
  const count = regionalReplicaCount ?? defaults.replicaCount;
  checkReplicaCount(count, "targetRegions.regionalReplicaCount", defaults.maxReplicaCount);
  const type = storageAccountType ?? before?.storageAccountType ?? defaults.storageAccountType;
  return {
    name: short,
    regionalReplicaCount: count,
    storageAccountType: storageType(type, `${PROFILE}.targetRegions.storageAccountType`),
    excludeFromLatest: excludeFromLatest ?? false,
    ...(isEncrypted(encryption) ? { encryption } : {}),
    more,
  };
}

/** Whether anything is asked for: `{}` and empty disks, as the service itself answers, aren't. */
function isEncrypted(encryption: Encryption | undefined): encryption is Encryption {
  const security = encryption?.osDiskImage?.securityProfile;
  return (
    encryption?.osDiskImage?.diskEncryptionSetId !== undefined ||
    security?.confidentialVMEncryptionType !== undefined ||
    security?.secureVMDiskEncryptionSetId !== undefined ||
    (encryption?.dataDiskImages ?? []).length > 0
  );
}
