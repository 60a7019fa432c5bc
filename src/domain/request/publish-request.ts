import type { VersionStrategy } from "../numbering/strategy";
import type { RegionName } from "../region-name";
import type { WaveOrder } from "../rollout/waves";

/** The image version to publish. Names are kept as the person wrote them. */
export interface ImageTarget {
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  definition: string;
  /** `Major.Minor.Patch`. */
  version: string;
  /** The version's own region; its source lies here and it is always a target region. */
  location: RegionName;
}

/** An image definition, by its names. */
export type DefinitionTarget = Omit<ImageTarget, "version" | "location">;

/** Where the disks come from. Ids are full ARM ids. */
export type ImageSource =
  | { kind: "managedImage"; id: string }
  | { kind: "snapshots"; osSnapshot: string; dataSnapshots: { lun: number; id: string }[] }
  | { kind: "managedDisk"; id: string }
  | { kind: "galleryImageVersion"; id: string }
  | { kind: "virtualMachine"; id: string }
  | { kind: "vhd"; uri: string; storageAccountId: string };

/** A resource of a source, with the JSON path in the request that names it. */
export interface NamedResource {
  path: string;
  id: string;
}

/** Every resource that a source names, the OS disk's first. */
export function resourcesOf(source: ImageSource): NamedResource[] {
  if (source.kind === "vhd")
    return [{ path: "$.source.vhd.storageAccountId", id: source.storageAccountId }];
  if (source.kind !== "snapshots") return [{ path: `$.source.${source.kind}`, id: source.id }];
  return [
    { path: "$.source.osSnapshot", id: source.osSnapshot },
    ...source.dataSnapshots.map(({ id }, index) => ({
      path: `$.source.dataSnapshots[${index}].id`,
      id,
    })),
  ];
}

/**
 * How a request names a disk encryption set. A bare name is looked for in the gallery's resource
 * group first (as the Azure CLI does), then by name and region in the subscription.
 */
export type DiskEncryptionSetReference =
  | { kind: "id"; id: string }
  | { kind: "resourceGroupAndName"; resourceGroup: string; name: string }
  | { kind: "name"; name: string }
  /** The only set of the region, in the gallery's subscription, that has all of these tags. */
  | { kind: "tags"; tags: Record<string, string> };

/** How the OS disk of a confidential machine is encrypted (REST contract), in ARM's spelling. */
export const CONFIDENTIAL_TYPES = [
  "EncryptedVMGuestStateOnlyWithPmk",
  "EncryptedWithPmk",
  "EncryptedWithCmk",
  "NonPersistedTPM",
] as const;
export type ConfidentialType = (typeof CONFIDENTIAL_TYPES)[number];

/** What the encryption of a confidential OS disk is, beside the one at rest. */
export interface ConfidentialDisk {
  confidentialVMEncryptionType: ConfidentialType;
  /** Goes with `EncryptedWithCmk`, and with nothing else. */
  secureVMDiskEncryptionSetId?: DiskEncryptionSetReference;
}

export interface RequestedOsDisk {
  /**
   * Absent where the request asks for platform-managed keys, or where a set for confidential disks
   * encrypts the disk; nowhere else.
   */
  diskEncryptionSetId?: DiskEncryptionSetReference;
  securityProfile?: ConfidentialDisk;
}

export interface RequestedRegion {
  name: RegionName;
  regionalReplicaCount?: number;
  storageAccountType?: StorageAccountType;
  excludeFromLatest?: boolean;
  osDiskImage: RequestedOsDisk;
  dataDiskImages: { lun: number; diskEncryptionSetId: DiskEncryptionSetReference }[];
  /** The region named no sets itself: the OS disk's is that of every data disk of the source, too. */
  oneSetForAllDisks?: true;
}

export const STORAGE_ACCOUNT_TYPES = [
  "Standard_LRS",
  "Standard_ZRS",
  "Premium_LRS",
  "PremiumV2_LRS",
] as const;
export type StorageAccountType = (typeof STORAGE_ACCOUNT_TYPES)[number];

/** Keys of the customer's; `none` isn't one of them, so that it can't be mistaken for a default. */
export type EncryptionType = "customerManagedKey" | "platformAndCustomerManagedKeys";

/** What a new version, and a new region of a version, gets where a request doesn't say. */
export const DEFAULTS = {
  replicaCount: 1,
  storageAccountType: "Standard_LRS",
  excludeFromLatest: false,
} as const;

/**
 * A request after admission: complete and normalised. What it doesn't say of replicas, storage and
 * `latest` stays absent: of what is there already it asks for no change then.
 */
export interface PublishRequest {
  image: ImageTarget;
  /** The request names no location: it is the first target region. */
  locationIsDefault?: true;
  source: ImageSource;
  /** What the source was when it was found, in the words of who has found it: kept in a tag of the version. */
  sourceFingerprint?: string;
  /** `none`: platform-managed keys, asked for explicitly and allowed by the configuration. */
  encryption: { type: EncryptionType | "none" };
  targetRegions: RequestedRegion[];
  replicaCount?: number;
  storageAccountType?: StorageAccountType;
  /** ISO 8601, UTC; absent = the version doesn't end. */
  endOfLifeDate?: string;
  excludeFromLatest?: boolean;
  /** `Shallow` only with platform-managed keys, one region and one replica. */
  replicationMode: "Full" | "Shallow";
  /** Checks that are only made when they are asked for. */
  preflight?: { keyVault: true };
  tags: Record<string, string>;
  rollout: Rollout;
  /**
   * How the version came to its number, and the request that it was given to: two of the same contents are two, each
   * with a number of its own. Absent where the request names the version.
   */
  numbering?: VersionStrategy & { requestId: string };
}

/** A request after admission, whose version has no number yet. */
export type UnnumberedRequest = Omit<PublishRequest, "image" | "numbering"> & {
  image: Omit<ImageTarget, "version">;
  numbering: VersionStrategy;
};

/** The request of this id with its number. */
export const numbered = (
  { image, numbering, ...request }: UnnumberedRequest,
  requestId: string,
  version: string,
): PublishRequest => ({
  ...request,
  image: { ...image, version },
  numbering: { ...numbering, requestId },
});

/** The request as it was sent, before its version had a number. */
export function unnumbered({
  image: { version: _version, ...image },
  numbering: { requestId: _requestId, ...numbering },
  ...request
}: PublishRequest & Required<Pick<PublishRequest, "numbering">>): UnnumberedRequest {
  return { ...request, image, numbering };
}

/** Regions that must be Completed for `published`: all, these, or at least this many. */
export type RequiredRegions = "all" | RegionName[] | number;

/** How a version goes out. */
export interface Rollout {
  waves: WaveOrder;
  /** Each wave but the first waits for somebody to approve it. */
  approveBetweenWaves: boolean;
  /** Longest wait for an approval, in milliseconds. */
  approvalTimeoutMs: number;
  requiredRegions: RequiredRegions;
  /** What happens to what was written, when the run doesn't end `published`. */
  onFailure: "keepHealthy" | "rollBack";
  /** Opts in to removing regions that go on failing, and adding them back. */
  readdFailedRegions: boolean;
  verify: "none" | "disk";
  /** Longest time from start to the last region, without waits for people, in milliseconds. */
  timeoutMs: number;
  /** Longest time of one wave, with its repeats, in milliseconds. */
  waveTimeoutMs: number;
}

/** True unless platform-managed keys were asked for, explicitly. */
export const isEncrypted = ({ encryption }: PublishRequest): boolean => encryption.type !== "none";

/** Every disk encryption set that a region names, the OS disk's first. */
export const setsOf = (region: RequestedRegion): DiskEncryptionSetReference[] =>
  setUsesOf(region).map(({ reference }) => reference);

/** One use of a disk encryption set, with the JSON path in the region's `encryption` that names it. */
export interface SetUse {
  disk: "os" | "confidential" | number;
  /** Below `$.targetRegions[…].encryption`. */
  path: string;
  reference: DiskEncryptionSetReference;
}

/** Every set that a region names, the OS disk's first. */
export function setUsesOf({
  osDiskImage: { diskEncryptionSetId, securityProfile },
  dataDiskImages,
}: Pick<RequestedRegion, "osDiskImage" | "dataDiskImages">): SetUse[] {
  const use = (
    disk: SetUse["disk"],
    path: string,
    reference: DiskEncryptionSetReference | undefined,
  ): SetUse[] => (reference === undefined ? [] : [{ disk, path, reference }]);
  return [
    ...use("os", "osDiskImage.diskEncryptionSetId", diskEncryptionSetId),
    ...use(
      "confidential",
      "osDiskImage.securityProfile.secureVMDiskEncryptionSetId",
      securityProfile?.secureVMDiskEncryptionSetId,
    ),
    ...dataDiskImages.flatMap((disk, index) =>
      use(disk.lun, `dataDiskImages[${index}].diskEncryptionSetId`, disk.diskEncryptionSetId),
    ),
  ];
}
