import type {
  GalleryImageVersion,
  GalleryImageVersionStorageProfile,
  RegionalReplicationStatus,
} from "@azure/arm-compute";
import type { Fault } from "../domain/fault";
import type { ImageVersionBody, TargetRegion } from "../domain/plan/image-version-body";
import { isAnyEncrypted, type ListedVersion } from "../domain/preflight/check-way-back";
import type { DefinitionTarget, ImageTarget } from "../domain/request/publish-request";
import { orMissing } from "./arm-error";
import { createArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";
import { lastingCause } from "./error-table";
import { readOperation, type OperationState } from "./operations";

/** An image version as Azure has it now. */
export interface ImageVersionState {
  id: string;
  provisioningState: string;
  /** Everything writable, ready to be echoed. */
  body: ImageVersionBody;
  /** LUNs of its own data disks; absent until a first region is there, before that Azure shows none. */
  dataLuns?: number[];
  summary: RegionStatus[];
}

/** What `replicationStatus` says of a region. */
export interface RegionStatus {
  region: string;
  state: string;
  progress: number;
  details: string;
  /** What the details ask for, where they are known to name a lasting cause. */
  cause?: Pick<Fault, "advice" | "action">;
}

/** Image versions of a gallery: read, written by one PUT, watched. */
export interface ImageVersions {
  /** The version with its replication status; undefined when there is none. */
  get(image: ImageTarget): Promise<ImageVersionState | undefined>;
  /** Every version of the image definition; none when that isn't there. */
  list(definition: DefinitionTarget): Promise<ListedVersion[]>;
  /** Exactly one PUT, not waited for. Returns the operation's URL, when Azure gave one. */
  put(image: ImageTarget, body: ImageVersionBody): Promise<{ operationUrl?: string }>;
  /** Exactly one DELETE, not waited for. */
  delete(image: ImageTarget): Promise<void>;
  /** State of an operation; undefined when its URL has expired. */
  readOperation(image: ImageTarget, url: string): Promise<OperationState | undefined>;
}

export function createImageVersions(clients: ComputeClients, armEndpoint: string): ImageVersions {
  const armGet = createArmGet(clients, armEndpoint);
  return {
    async get(image) {
      const version = await orMissing(
        clients(image.subscriptionId).galleryImageVersions.get(
          image.resourceGroup,
          image.gallery,
          image.definition,
          image.version,
          { expand: "ReplicationStatus" },
        ),
      );
      return version === undefined ? undefined : readVersion(version);
    },

    async list({ subscriptionId, resourceGroup, gallery, definition }) {
      const versions: ListedVersion[] = [];
      const read = async (): Promise<ListedVersion[]> => {
        const pages = clients(subscriptionId).galleryImageVersions.listByGalleryImage(
          resourceGroup,
          gallery,
          definition,
        );
        for await (const version of pages)
          versions.push({
            name: version.name ?? "",
            encrypted: isAnyEncrypted(version.publishingProfile?.targetRegions ?? []),
          });
        return versions;
      };
      return (await orMissing(read())) ?? [];
    },

    async put(image, body) {
      let operationUrl: string | undefined;
      await clients(image.subscriptionId)
        .galleryImageVersions.createOrUpdate(
          image.resourceGroup,
          image.gallery,
          image.definition,
          image.version,
          toSdk(body),
          {
            onResponse: (response) => {
              operationUrl ??= response.headers.get("azure-asyncoperation");
            },
          },
        )
        .submitted();
      return operationUrl === undefined ? {} : { operationUrl };
    },

    async delete(image) {
      await clients(image.subscriptionId)
        .galleryImageVersions.delete(
          image.resourceGroup,
          image.gallery,
          image.definition,
          image.version,
        )
        .submitted();
    },

    readOperation: ({ subscriptionId }, url) => readOperation(armGet, subscriptionId, url),
  };
}

function toSdk(body: ImageVersionBody): GalleryImageVersion {
  const { endOfLifeDate, ...publishingProfile } = body.publishingProfile;
  return {
    ...body,
    publishingProfile: {
      ...publishingProfile,
      ...(endOfLifeDate === undefined ? {} : { endOfLifeDate: new Date(endOfLifeDate) }),
    },
  } as GalleryImageVersion;
}

/** Splits what GET returned into what is writable, to be echoed, and what is only to be read. */
function readVersion(version: GalleryImageVersion): ImageVersionState {
  const profile = version.publishingProfile ?? {};
  const dataLuns = lunsOf(version.storageProfile ?? {});
  return {
    id: version.id ?? "",
    provisioningState: version.provisioningState ?? "Unknown",
    body: plain<ImageVersionBody>({
      location: version.location,
      tags: version.tags ?? {},
      publishingProfile: {
        targetRegions: (profile.targetRegions ?? []).map((region) =>
          withoutNoise(plain<TargetRegion>(region)),
        ),
        replicaCount: profile.replicaCount,
        storageAccountType: profile.storageAccountType,
        storageAccountStrategy: profile.storageAccountStrategy,
        excludeFromLatest: profile.excludeFromLatest,
        endOfLifeDate: profile.endOfLifeDate?.toISOString(),
        replicationMode: profile.replicationMode,
        targetExtendedLocations: profile.targetExtendedLocations,
      },
      storageProfile: {
        source: version.storageProfile?.source,
        osDiskImage: writableDisk(version.storageProfile?.osDiskImage),
        dataDiskImages: version.storageProfile?.dataDiskImages?.map((disk) => ({
          lun: disk.lun,
          ...writableDisk(disk),
        })),
      },
      safetyProfile: {
        allowDeletionOfReplicatedLocations:
          version.safetyProfile?.allowDeletionOfReplicatedLocations ?? false,
        blockDeletionBeforeEndOfLife: version.safetyProfile?.blockDeletionBeforeEndOfLife,
      },
      securityProfile: version.securityProfile,
    }),
    ...(dataLuns === undefined ? {} : { dataLuns }),
    summary: (version.replicationStatus?.summary ?? []).map(readStatus),
  };
}

function readStatus(entry: RegionalReplicationStatus): RegionStatus {
  const { region = "", state = "Unknown", progress = 0, details = "" } = entry;
  const cause = lastingCause(details);
  return { region, state, progress, details, ...(cause === undefined ? {} : { cause }) };
}

/** Azure fills in the size and the data disks together (recorded traffic); without them none is known. */
function lunsOf({
  osDiskImage,
  dataDiskImages,
}: Partial<GalleryImageVersionStorageProfile>): number[] | undefined {
  if (dataDiskImages === undefined && osDiskImage?.sizeInGB === undefined) return undefined;
  return (dataDiskImages ?? []).map(({ lun }) => lun);
}

/** Sizes are read-only; source and caching are what a PUT may repeat. */
function writableDisk(
  disk: { source?: unknown; hostCaching?: string } | undefined,
): { source?: unknown; hostCaching?: string } | undefined {
  if (disk === undefined) return undefined;
  return {
    ...(disk.source === undefined ? {} : { source: disk.source }),
    ...(disk.hostCaching === undefined ? {} : { hostCaching: disk.hostCaching }),
  };
}

/** GET adds an empty `securityProfile` to every encrypted OS disk; sent back it would be an error. */
function withoutNoise(region: TargetRegion): TargetRegion {
  const os = region.encryption?.osDiskImage;
  if (os?.securityProfile === undefined || Object.keys(os.securityProfile).length > 0)
    return region;
  const { securityProfile: _empty, ...osDiskImage } = os;
  return { ...region, encryption: { ...region.encryption, osDiskImage } };
}

/** Drops members that are undefined, so that bodies compare and serialise as they look. */
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
