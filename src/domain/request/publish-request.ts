import type { RegionName } from "../region-name";

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

export interface RequestedRegion {
  name: RegionName;
  regionalReplicaCount: number;
  storageAccountType: StorageAccountType;
  excludeFromLatest: boolean;
  osDiskImage: { diskEncryptionSetId: DiskEncryptionSetReference };
  dataDiskImages: { lun: number; diskEncryptionSetId: DiskEncryptionSetReference }[];
  /** The region named no sets itself: the OS disk's is that of every data disk of the source, too. */
  oneSetForAllDisks?: true;
}

/** Every disk encryption set that a region names, the OS disk's first. */
export const setsOf = ({
  osDiskImage,
  dataDiskImages,
}: RequestedRegion): DiskEncryptionSetReference[] =>
  [osDiskImage, ...dataDiskImages].map(({ diskEncryptionSetId }) => diskEncryptionSetId);

export const STORAGE_ACCOUNT_TYPES = [
  "Standard_LRS",
  "Standard_ZRS",
  "Premium_LRS",
  "PremiumV2_LRS",
] as const;
export type StorageAccountType = (typeof STORAGE_ACCOUNT_TYPES)[number];

export type EncryptionType = "customerManagedKey" | "platformAndCustomerManagedKeys";

/** A request after admission: complete, normalised, every default filled in. */
export interface PublishRequest {
  image: ImageTarget;
  source: ImageSource;
  encryption: { type: EncryptionType };
  targetRegions: RequestedRegion[];
  replicaCount: number;
  storageAccountType: StorageAccountType;
  /** ISO 8601, UTC; absent = the version doesn't end. */
  endOfLifeDate?: string;
  excludeFromLatest: boolean;
  replicationMode: "Full";
  /** Checks that are only made when they are asked for. */
  preflight?: { keyVault: true };
  tags: Record<string, string>;
  rollout: {
    /** Regions that must be Completed for `published`: all, these, or at least this many. */
    requiredRegions: "all" | RegionName[] | number;
    /** Longest time from start to the last region, in milliseconds. */
    timeoutMs: number;
  };
}
