import { sameArmId } from "../arm-id";
import { regionName, type RegionName } from "../region-name";
import { DEFAULTS, type PublishRequest } from "../request/publish-request";
import type { RegionEncryption } from "./region-encryption";

/** Names after ARM's `TargetRegion`; only what is writable. */
export interface TargetRegion {
  name: string;
  regionalReplicaCount?: number;
  storageAccountType?: string;
  excludeFromLatest?: boolean;
  encryption?: RegionEncryption;
  /** Echoed as it came: the product doesn't write it, dropping it would remove it. */
  additionalReplicaSets?: unknown[];
}

interface DiskSource {
  source?: { id?: string; storageAccountId?: string; uri?: string };
  hostCaching?: string;
}

/** The writable body of an image version, as ARM's `properties` have it but without that level. */
export interface ImageVersionBody {
  location: string;
  tags: Record<string, string>;
  publishingProfile: {
    targetRegions: TargetRegion[];
    replicaCount?: number;
    storageAccountType?: string;
    storageAccountStrategy?: string;
    excludeFromLatest?: boolean;
    /** ISO 8601. */
    endOfLifeDate?: string;
    replicationMode?: string;
    targetExtendedLocations?: unknown[];
  };
  storageProfile: {
    source?: { id?: string; virtualMachineId?: string; communityGalleryImageId?: string };
    osDiskImage?: DiskSource;
    dataDiskImages?: ({ lun: number } & DiskSource)[];
  };
  safetyProfile: {
    allowDeletionOfReplicatedLocations: boolean;
    blockDeletionBeforeEndOfLife?: boolean;
  };
  securityProfile?: unknown;
}

/** Tags by which a run knows its own write again after a lost reply or a kill. */
export const RUN_TAG = "gallery-publisher-run";
export const FINGERPRINT_TAG = "gallery-publisher-fingerprint";

/** Which run writes, and for which request. */
export interface WriteMark {
  runId: string;
  fingerprint: string;
}

/**
 * Body of the PUT that creates a version. Everything that has a default at the service is sent
 * explicitly: those defaults have changed between api-versions (endOfLifeDate, storageAccountType).
 */
export function createBody(
  request: PublishRequest,
  targetRegions: TargetRegion[],
  mark: WriteMark,
): ImageVersionBody {
  return {
    location: request.image.location,
    tags: { ...request.tags, ...markTags(mark) },
    publishingProfile: {
      targetRegions,
      replicaCount: request.replicaCount ?? DEFAULTS.replicaCount,
      storageAccountType: request.storageAccountType ?? DEFAULTS.storageAccountType,
      excludeFromLatest: request.excludeFromLatest ?? DEFAULTS.excludeFromLatest,
      replicationMode: request.replicationMode,
      ...(request.endOfLifeDate === undefined ? {} : { endOfLifeDate: request.endOfLifeDate }),
    },
    storageProfile: storageProfileOf(request.source),
    // A region left out by mistake is refused instead of lost: the nearest thing to an ETag.
    safetyProfile: {
      allowDeletionOfReplicatedLocations: false,
      blockDeletionBeforeEndOfLife: false,
    },
  };
}

/** The storage profile of a version that is made from this source. */
export function storageProfileOf(
  source: PublishRequest["source"],
): ImageVersionBody["storageProfile"] {
  switch (source.kind) {
    case "managedImage":
    case "galleryImageVersion":
      return { source: { id: source.id } };
    case "virtualMachine":
      return { source: { virtualMachineId: source.id } };
    case "managedDisk":
      return { osDiskImage: { source: { id: source.id } } };
    case "vhd": {
      const { uri, storageAccountId } = source;
      return { osDiskImage: { source: { uri, storageAccountId } } };
    }
    case "snapshots":
      return {
        osDiskImage: { source: { id: source.osSnapshot } },
        dataDiskImages: source.dataSnapshots.map(({ lun, id }) => ({ lun, source: { id } })),
      };
  }
}

/**
 * Body of a PUT on an existing version: everything writable that GET returned is echoed, the given
 * regions are added or scaled, and no region is left out. Encryption and storage type of a region
 * that is there can't be changed, so the existing ones win.
 */
export function extendBody(
  existing: ImageVersionBody,
  targetRegions: TargetRegion[],
  mark: WriteMark,
): ImageVersionBody {
  const wanted = new Map(targetRegions.map((region) => [regionName(region.name), region]));
  const kept = existing.publishingProfile.targetRegions.map((region) => {
    const change = wanted.get(regionName(region.name));
    wanted.delete(regionName(region.name));
    return change?.regionalReplicaCount === undefined
      ? region
      : { ...region, regionalReplicaCount: change.regionalReplicaCount };
  });
  return {
    ...existing,
    tags: { ...existing.tags, ...markTags(mark) },
    publishingProfile: {
      ...existing.publishingProfile,
      targetRegions: [...kept, ...[...wanted.values()].map((region) => added(region, existing))],
    },
    safetyProfile: { ...existing.safetyProfile, allowDeletionOfReplicatedLocations: false },
  };
}

/** A region's own flag beats the version's: without this a new region would undo its exclusion. */
function added(region: TargetRegion, { publishingProfile }: ImageVersionBody): TargetRegion {
  return publishingProfile.excludeFromLatest === true
    ? { ...region, excludeFromLatest: true }
    : region;
}

function markTags(mark: WriteMark): Record<string, string> {
  return { [RUN_TAG]: mark.runId, [FINGERPRINT_TAG]: mark.fingerprint };
}

/** True when the version was last written by this run for this request. */
export function isMarkedBy(tags: Record<string, string>, mark: WriteMark): boolean {
  return tags[RUN_TAG] === mark.runId && tags[FINGERPRINT_TAG] === mark.fingerprint;
}

/** One disk, or the managed image, that a version is made from. */
export interface SourceDisk {
  disk: "image" | "os" | number;
  id: string;
}

/** What a version was made from, as far as the service tells. */
export function sourceDisks(profile: ImageVersionBody["storageProfile"]): SourceDisk[] {
  const { id, virtualMachineId, communityGalleryImageId } = profile.source ?? {};
  const whole = id ?? virtualMachineId ?? communityGalleryImageId;
  if (whole !== undefined) return [{ disk: "image", id: whole }];
  const os = profile.osDiskImage?.source;
  const disks = [
    { disk: "os" as const, id: os?.id ?? os?.uri },
    ...(profile.dataDiskImages ?? []).map((data) => ({ disk: data.lun, id: data.source?.id })),
  ];
  return disks.flatMap(({ disk, id }) => (id === undefined ? [] : [{ disk, id }]));
}

/** True when both name the same resource for the same disks, in any order. */
export function sameSource(a: SourceDisk[], b: SourceDisk[]): boolean {
  return (
    a.length === b.length &&
    a.every((disk) => sameArmId(disk.id, b.find((other) => other.disk === disk.disk)?.id))
  );
}

/** The disks that a version was made from, when they provably aren't the request's. */
export function otherSource(
  profile: ImageVersionBody["storageProfile"],
  source: PublishRequest["source"],
): SourceDisk[] | undefined {
  const has = sourceDisks(profile);
  // A version without a readable source (restored, imported) can't be proven to differ.
  const differs = has.length > 0 && !sameSource(has, sourceDisks(storageProfileOf(source)));
  return differs ? has : undefined;
}

/** What of `wanted` is missing or different in `actual`: a region that vanished is never ignored. */
export function missingRegions(
  wanted: readonly RegionName[],
  actual: readonly TargetRegion[],
): RegionName[] {
  const present = new Set(actual.map((region) => regionName(region.name)));
  return wanted.filter((name) => !present.has(regionName(name)));
}

/** The body as it goes over the wire, for plans and records. */
export function toArmJson(body: ImageVersionBody): Record<string, unknown> {
  const { location, tags, ...properties } = body;
  return { location, tags, properties };
}
