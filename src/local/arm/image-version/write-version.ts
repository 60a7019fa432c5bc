import type { ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { locationChange, locationNotAvailable, locationRequired } from "../errors";
import { objectAt } from "../json";
import { isKnownRegion, shortRegionName } from "../region-name";
import { securityTypeOf } from "../resources/security-type";
import { keyOf, parentId, resourceId } from "../arm-id";
import type { ResourceRecord } from "../world-state";
import { checkRegionChanges, checkSourceUnchanged } from "./changes";
import { checkEncryption, encryptionSetsOf } from "./encryption";
import { encryptedInSharedGallery } from "./encryption-refusals";
import { decidedProfile } from "./publishing-profile";
import { checkRegionSupport } from "./region-support";
import { resolveSource } from "./source";
import { checkSource } from "./source-rules";
import { spelledStorage } from "./storage-profile";
import type { VersionBody } from "./version-body";
import { checkVersionName } from "./version-name";
import type { KeptProfile, SourceFacts, VersionProperties, VersionRecord } from "./version-record";

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
  const id = idOf(address);
  const definition = definitionOf(service, id);
  const { resources, ...source } = resolveSource(
    service,
    body.properties?.storageProfile,
    location,
  );
  const publishedDate = service.clock.date().toISOString();
  const profile = decidedProfile(service, body.properties?.publishingProfile, {
    location,
    publishedDate,
  });
  checkRegionSupport(service, address.subscriptionId, profile.targetRegions, []);
  const encrypts = isEncrypted(profile);
  const securityType = securityTypeOf(definition?.properties ?? {}, address.version);
  const { subscriptionId } = address;
  checkSource(
    service,
    { ...source, resources },
    { subscriptionId, definition, securityType, encrypts },
  );
  checkEncryptionOf(service, address, securityType, profile, source);
  return {
    key: keyOf(id),
    id,
    name: address.version,
    type: VERSION_TYPE,
    location,
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    properties: {
      publishingProfile: profile,
      ...safetyAndSecurity(body),
      storageProfile: spelledStorage(body.properties?.storageProfile),
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
  checkSourceUnchanged(before.properties.storageProfile, body.properties?.storageProfile);
  const old = before.properties.publishingProfile;
  const profile = decidedProfile(service, body.properties?.publishingProfile, {
    location,
    publishedDate: old.publishedDate,
    before: old,
  });
  checkRegionSupport(service, address.subscriptionId, profile.targetRegions, old.targetRegions);
  const allowDeletion = body.properties?.safetyProfile?.allowDeletionOfReplicatedLocations ?? false;
  profile.targetRegions = checkRegionChanges(
    before,
    profile.targetRegions,
    allowDeletion,
    service.behaviour,
  );
  const definition = definitionOf(service, before.id);
  const securityType = securityTypeOf(definition?.properties ?? {}, address.version);
  checkEncryptionOf(service, address, securityType, profile, before.source);
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
      publishingProfile: profile,
      ...safetyAndSecurity(body),
      storageProfile: before.properties.storageProfile,
      provisioningState: "Updating",
    },
  };
}

const idOf = ({ subscriptionId, resourceGroup, gallery, definition, version }: VersionAddress) =>
  resourceId(subscriptionId, resourceGroup, VERSION_TYPE, [gallery, definition, version]);

const definitionOf = (service: ComputeService, id: string): ResourceRecord | undefined =>
  service.state.resources.get(keyOf(parentId(id) ?? ""));

const isEncrypted = ({ targetRegions }: KeptProfile): boolean =>
  targetRegions.some((region) => encryptionSetsOf(region).length > 0);

const isSharedDirectly = (gallery: ResourceRecord | undefined): boolean =>
  objectAt(gallery?.properties, "sharingProfile")["permissions"] === "Groups";

function checkEncryptionOf(
  service: ComputeService,
  { subscriptionId, resourceGroup, gallery: name }: VersionAddress,
  securityType: string | undefined,
  profile: KeptProfile,
  source: SourceFacts,
): void {
  const id = resourceId(subscriptionId, resourceGroup, "Microsoft.Compute/galleries", [name]);
  const gallery = service.state.resources.get(keyOf(id));
  if (isEncrypted(profile) && isSharedDirectly(gallery)) throw encryptedInSharedGallery(name);
  checkEncryption(service, profile.targetRegions, {
    subscriptionId,
    luns: source.dataDisks.map((disk) => disk.lun),
    securityType,
  });
}

function checkedLocation(given: string | undefined): string {
  if (given === undefined) throw locationRequired();
  if (!isKnownRegion(given)) throw locationNotAvailable(given, "Microsoft.Compute/galleries");
  return shortRegionName(given);
}

function safetyAndSecurity({
  properties: { safetyProfile, securityProfile } = {},
}: VersionBody): Pick<VersionProperties, "safetyProfile" | "securityProfile"> {
  return {
    safetyProfile: {
      allowDeletionOfReplicatedLocations:
        safetyProfile?.allowDeletionOfReplicatedLocations ?? false,
      blockDeletionBeforeEndOfLife: safetyProfile?.blockDeletionBeforeEndOfLife ?? false,
    },
    ...(securityProfile === undefined ? {} : { securityProfile }),
  };
}
