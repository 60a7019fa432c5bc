import type { ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { locationChange, locationNotAvailable, locationRequired } from "../errors";
import { isKnownRegion, shortRegionName } from "../region-name";
import { resourceId, keyOf } from "../arm-id";
import { checkProfileUnchanged, checkRegionChanges, checkSourceUnchanged } from "./changes";
import { checkEncryption } from "./encryption";
import { resolveSource } from "./source";
import { checkReplicaCount, desiredRegions, storageType } from "./target-regions";
import type { PublishingProfile, VersionBody } from "./version-body";
import { checkVersionName } from "./version-name";
import type { TargetRegion, VersionProperties, VersionRecord } from "./version-record";

export const VERSION_TYPE = "Microsoft.Compute/galleries/images/versions";

/** Names of a version and of what it lies in. */
export interface VersionAddress {
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  definition: string;
  version: string;
}

/** The address that a request path names. */
export function addressOf({ path }: ArmRequest): VersionAddress {
  const [gallery = "", definition = "", version = ""] = path.names;
  const { subscriptionId = "", resourceGroup = "" } = path;
  return { subscriptionId, resourceGroup, gallery, definition, version };
}

/**
 * The record of a version that doesn't exist yet, every fact checked against the world. Nothing is
 * kept and no replication is planned here.
 * @throws {ArmError} in Azure's words
 */
export function newVersion(
  service: ComputeService,
  address: VersionAddress,
  body: VersionBody,
): VersionRecord {
  checkVersionName(address.version);
  const location = checkedLocation(body.location);
  const profile = body.properties?.publishingProfile;
  const source = resolveSource(service, body.properties?.storageProfile, location);
  const defaults = profileDefaults(service, profile, location, []);
  const targetRegions = desiredRegions(profile, defaults);
  const luns = source.dataDisks.map((disk) => disk.lun);
  checkEncryption(service, targetRegions, { subscriptionId: address.subscriptionId, luns });
  const id = resourceId(address.subscriptionId, address.resourceGroup, VERSION_TYPE, [
    address.gallery,
    address.definition,
    address.version,
  ]);
  return {
    key: keyOf(id),
    id,
    name: address.version,
    type: VERSION_TYPE,
    location,
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    properties: {
      ...propertiesOf(body, {
        targetRegions,
        replicaCount: defaults.replicaCount,
        storageAccountType: defaults.storageAccountType,
        replicationMode: profile?.replicationMode ?? "Full",
        publishedDate: service.clock.date().toISOString(),
      }),
      storageProfile: body.properties?.storageProfile ?? {},
      provisioningState: "Creating",
    },
    source,
    replication: {},
  };
}

/**
 * The record of an existing version after a PUT: what the body leaves out is lost, except for what
 * can't be changed at all.
 * @throws {ArmError} in Azure's words
 */
export function updatedVersion(
  service: ComputeService,
  before: VersionRecord,
  address: VersionAddress,
  body: VersionBody,
): VersionRecord {
  const location = checkedLocation(body.location);
  if (location !== before.location)
    throw locationChange(before.name, address.resourceGroup, before.location, location);
  const profile = body.properties?.publishingProfile;
  checkSourceUnchanged(before.properties.storageProfile, body.properties?.storageProfile);
  checkProfileUnchanged(before, profile);
  const old = before.properties.publishingProfile;
  const defaults = {
    ...profileDefaults(service, profile, location, old.targetRegions),
    storageAccountType: old.storageAccountType,
  };
  const allowDeletion = body.properties?.safetyProfile?.allowDeletionOfReplicatedLocations ?? false;
  const targetRegions = checkRegionChanges(
    before,
    desiredRegions(profile, defaults),
    allowDeletion,
    service.behaviour,
  );
  const luns = before.source.dataDisks.map((disk) => disk.lun);
  checkEncryption(service, targetRegions, { subscriptionId: address.subscriptionId, luns });
  const { key, id, name, type, source, replication } = before;
  return {
    key,
    id,
    name,
    type,
    location,
    source,
    replication,
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    properties: {
      ...propertiesOf(body, {
        targetRegions,
        replicaCount: defaults.replicaCount,
        storageAccountType: old.storageAccountType,
        replicationMode: old.replicationMode,
        publishedDate: old.publishedDate,
      }),
      storageProfile: before.properties.storageProfile,
      provisioningState: "Updating",
    },
  };
}

function checkedLocation(given: string | undefined): string {
  if (given === undefined) throw locationRequired();
  if (!isKnownRegion(given)) throw locationNotAvailable(given, "Microsoft.Compute/galleries");
  return shortRegionName(given);
}

function profileDefaults(
  service: ComputeService,
  profile: PublishingProfile | undefined,
  location: string,
  existing: TargetRegion[],
) {
  const { maxReplicaCount } = service.behaviour;
  const replicaCount = profile?.replicaCount ?? 1;
  checkReplicaCount(replicaCount, "replicaCount", maxReplicaCount);
  return {
    location,
    existing,
    maxReplicaCount,
    replicaCount,
    storageAccountType: storageType(
      profile?.storageAccountType ?? "Standard_LRS",
      "galleryImageVersion.properties.publishingProfile.storageAccountType",
    ),
  };
}

/** What doesn't come from the body as it stands. */
interface Decided {
  targetRegions: TargetRegion[];
  replicaCount: number;
  storageAccountType: string;
  replicationMode: string;
  publishedDate: string;
}

function propertiesOf(
  body: VersionBody,
  decided: Decided,
): Pick<VersionProperties, "publishingProfile" | "safetyProfile" | "securityProfile"> {
  const { publishingProfile, safetyProfile, securityProfile } = body.properties ?? {};
  const { endOfLifeDate, ...given } = publishingProfile ?? {};
  return {
    publishingProfile: {
      ...given,
      ...decided,
      excludeFromLatest: publishingProfile?.excludeFromLatest ?? false,
      ...(endOfLifeDate === undefined
        ? {}
        : { endOfLifeDate: new Date(endOfLifeDate).toISOString() }),
    },
    safetyProfile: {
      allowDeletionOfReplicatedLocations:
        safetyProfile?.allowDeletionOfReplicatedLocations ?? false,
      blockDeletionBeforeEndOfLife: safetyProfile?.blockDeletionBeforeEndOfLife ?? false,
    },
    ...(securityProfile === undefined ? {} : { securityProfile }),
  };
}
