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
export const WRITE_TAG = "gallery-publisher-write";
/** What the source was when a schedule asked for the version: the same source isn't published again. */
export const SOURCE_TAG = "gallery-publisher-source";

/** Which run writes, for which request, and which of its writes it is: they are numbered. */
export interface WriteMark {
  runId: string;
  fingerprint: string;
  write: number;
}

/**
 * Body of the PUT that creates a version. Everything that has a default at the service is sent
 * explicitly: those defaults have changed between api-versions (endOfLifeDate, storageAccountType).
 */
export function createBody(
  request: PublishRequest,
  targetRegions: TargetRegion[],
): ImageVersionBody {
  return {
    location: request.image.location,
    tags: {
      ...request.tags,
      ...(request.sourceFingerprint === undefined
        ? {}
        : { [SOURCE_TAG]: request.sourceFingerprint }),
    },
    publishingProfile: {
      targetRegions: targetRegions.map(outOfLatest),
      replicaCount: request.replicaCount ?? DEFAULTS.replicaCount,
      storageAccountType: request.storageAccountType ?? DEFAULTS.storageAccountType,
      // Both flags, until everything required is there: a region's own beats the version's.
      excludeFromLatest: true,
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
    publishingProfile: {
      ...existing.publishingProfile,
      targetRegions: [...kept, ...[...wanted.values()].map(outOfLatest)],
    },
    safetyProfile: closedFlag(existing),
  };
}

/**
 * The safety profile of a write that removes nothing: a region that somebody has added since the version was
 * read is refused then, instead of lost.
 */
export const closedFlag = ({
  safetyProfile,
}: ImageVersionBody): ImageVersionBody["safetyProfile"] => ({
  ...safetyProfile,
  allowDeletionOfReplicatedLocations: false,
});

/** A region that is written for the first time, until it is promoted. */
const outOfLatest = (region: TargetRegion): TargetRegion => ({
  ...region,
  excludeFromLatest: true,
});

/** The body with the tags by which its write is known again. */
export const marked = (body: ImageVersionBody, mark: WriteMark): ImageVersionBody => ({
  ...body,
  tags: { ...body.tags, ...markTags(mark) },
});

/** The body without these regions, and with the flag that Azure asks for before it removes any. */
export function withoutRegions(
  body: ImageVersionBody,
  regions: readonly RegionName[],
): ImageVersionBody {
  const { publishingProfile } = body;
  const targetRegions = publishingProfile.targetRegions.filter(
    ({ name }) => !regions.includes(regionName(name)),
  );
  return {
    ...body,
    publishingProfile: { ...publishingProfile, targetRegions },
    safetyProfile: { ...body.safetyProfile, allowDeletionOfReplicatedLocations: true },
  };
}

function markTags(mark: WriteMark): Record<string, string> {
  return {
    [RUN_TAG]: mark.runId,
    [FINGERPRINT_TAG]: mark.fingerprint,
    [WRITE_TAG]: String(mark.write),
  };
}

/** True when this very write was the last one. */
export const isMarkedBy = (tags: Record<string, string>, mark: WriteMark): boolean =>
  isMarkedByRun(tags, mark) && tags[WRITE_TAG] === String(mark.write);

/** True when the version was last written by this run for this request. */
export const isMarkedByRun = (
  tags: Record<string, string>,
  { runId, fingerprint }: Omit<WriteMark, "write">,
): boolean => tags[RUN_TAG] === runId && tags[FINGERPRINT_TAG] === fingerprint;

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
