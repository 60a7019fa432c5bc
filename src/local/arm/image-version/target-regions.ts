import { displayRegionName, isKnownRegion, shortRegionName } from "../region-name";
import { enumValue } from "../enum-value";
import { STORAGE_TYPES } from "../world/region-entry";
import { duplicateRegions, locationNotTargeted, outOfRange, unknownRegion } from "./refusals";
import type { Encryption, PublishingProfile, RequestedRegion } from "./version-body";
import type { TargetRegion } from "./version-record";

const CONFIDENTIAL_TYPES = [
  "EncryptedVMGuestStateOnlyWithPmk",
  "EncryptedWithPmk",
  "EncryptedWithCmk",
  "NonPersistedTPM",
] as const;
export const PROFILE = "galleryImageVersion.properties.publishingProfile";

/** The service's spelling of a storage type given in any case; refused when there is none. */
export const storageType = (given: string, parameter: string): string =>
  enumValue(given, STORAGE_TYPES, parameter);

/** @throws {ArmError} when the count is outside 1…max */
export function checkReplicaCount(count: number, parameter: string, max: number): void {
  if (count < 1 || count > max) throw outOfRange(count, `${PROFILE}.${parameter}`, 1, max);
}

export interface RegionDefaults {
  location: string;
  replicaCount: number;
  /** Where a region gives none. */
  storageAccountType: (region: string) => string;
  maxReplicaCount: number;
  /** The version's regions before this request. */
  existing: TargetRegion[];
}

/**
 * The full set of regions that a body asks for, with defaults filled in. Without a list it is what
 * was there; for a new version the source region alone.
 * @throws {ArmError} unknown or duplicate regions, the source region left out, bad counts or types
 */
export function desiredRegions(
  { targetRegions: requested }: PublishingProfile,
  defaults: RegionDefaults,
): TargetRegion[] {
  if (requested === undefined)
    return defaults.existing.length > 0
      ? defaults.existing
      : [filledIn({ name: defaults.location }, defaults)];
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
  const type =
    storageAccountType ?? before?.storageAccountType ?? defaults.storageAccountType(short);
  return {
    name: short,
    regionalReplicaCount: count,
    storageAccountType: storageType(type, `${PROFILE}.targetRegions.storageAccountType`),
    excludeFromLatest: excludeFromLatest ?? false,
    ...(isEncrypted(encryption) ? { encryption: spelled(encryption) } : {}),
    more: { ...more, ...replicaSets(region, defaults) },
  };
}

/** Further replicas on another type of storage. */
function replicaSets(
  { additionalReplicaSets }: RequestedRegion,
  { maxReplicaCount }: RegionDefaults,
): Pick<RequestedRegion, "additionalReplicaSets"> {
  if (additionalReplicaSets === undefined) return {};
  const path = "targetRegions.additionalReplicaSets";
  const sets = additionalReplicaSets.map(({ regionalReplicaCount = 1, storageAccountType }) => {
    checkReplicaCount(regionalReplicaCount, `${path}.regionalReplicaCount`, maxReplicaCount);
    const type = storageAccountType ?? "Standard_LRS";
    const parameter = `${PROFILE}.${path}.storageAccountType`;
    return { regionalReplicaCount, storageAccountType: storageType(type, parameter) };
  });
  return { additionalReplicaSets: sets };
}

/** With the confidential type in the service's spelling. */
function spelled(encryption: Encryption): Encryption {
  const { osDiskImage } = encryption;
  const type = osDiskImage?.securityProfile?.confidentialVMEncryptionType;
  if (type === undefined) return encryption;
  const confidentialVMEncryptionType = enumValue(
    type,
    CONFIDENTIAL_TYPES,
    `${PROFILE}.targetRegions.encryption.osDiskImage.securityProfile.confidentialVMEncryptionType`,
  );
  const securityProfile = { ...osDiskImage?.securityProfile, confidentialVMEncryptionType };
  return { ...encryption, osDiskImage: { ...osDiskImage, securityProfile } };
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
