import { resourcesOf, type ImageSource } from "../request/publish-request";

/** The purchase plan of a Marketplace image, as ARM has it. */
export interface PurchasePlan {
  publisher: string;
  name: string;
  product: string;
}

/** What Azure says of one resource that a version is made from. */
export interface SourceResource {
  /** JSON path in the request that names it. */
  path: string;
  id: string;
  /** Absent when there is no such resource. */
  facts?: ResourceFacts;
}

export interface ResourceFacts {
  location: string;
  osType?: string;
  osState?: string;
  hyperVGeneration?: string;
  /** Of the machine or the disk: `TrustedLaunch`, `ConfidentialVM…`, … */
  securityType?: string;
  /** Of all its disks together, in GB; absent where Azure doesn't tell. */
  sizeInGB?: number;
  /** LUNs of its data disks, for kinds that have some of their own. */
  dataLuns?: number[];
  /** Disk encryption sets that its disks are encrypted with. */
  diskEncryptionSetIds: string[];
  purchasePlan?: PurchasePlan;
  /** Regions in which it can be read; only of gallery image versions, `location` is one of them. */
  regions?: string[];
  /** Those of them in which its replication is Completed. */
  completedIn?: string[];
  /** Disks of a machine that can't be copied into a version, in words. */
  uncopiedDisks?: string[];
  /** Where its blobs are; only of storage accounts. */
  blobHosts?: string[];
}

/** What is read of a gallery. */
export interface GalleryFacts {
  provisioningState: string;
  /** `Private`, `Groups` (shared directly) or `Community`. */
  sharing: string;
  /** Deleted versions can be restored for some time, and keep their numbers. */
  softDelete?: boolean;
}

/** What is read of an image definition. */
export interface DefinitionFacts {
  provisioningState?: string;
  osType: string;
  osState: string;
  hyperVGeneration: string;
  features: { name: string; value: string; startsAtVersion?: string }[];
  purchasePlan?: PurchasePlan;
}

/** The facts of all resources of a source together. */
export interface SourceFacts {
  resources: SourceResource[];
  /** LUNs of the data disks; absent when the source isn't there, so that nothing is said of them. */
  dataLuns?: number[];
  /** Of all disks together, in GB; absent where Azure doesn't tell every one's. */
  sizeInGB?: number;
  /** Of a VHD, whose storage account is the only resource: Resource Manager doesn't show the blob. */
  vhdUri?: string;
}

/** Puts together what was read of each of the source's resources, in the order of `resourcesOf`. */
export function sourceFacts(
  source: ImageSource,
  facts: readonly (ResourceFacts | undefined)[],
): SourceFacts {
  const resources = resourcesOf(source).map((resource, index) => {
    const found = facts[index];
    return { ...resource, ...(found === undefined ? {} : { facts: found }) };
  });
  const [first] = facts;
  const sizeInGB = totalSize(facts.map((found) => found?.sizeInGB));
  const size = sizeInGB === undefined ? {} : { sizeInGB };
  if (source.kind === "vhd") return { resources, dataLuns: [], vhdUri: source.uri };
  if (source.kind === "snapshots")
    return { resources, dataLuns: source.dataSnapshots.map(({ lun }) => lun), ...size };
  return { resources, ...(first === undefined ? {} : { dataLuns: first.dataLuns ?? [] }), ...size };
}

/** The sizes together; undefined as soon as one isn't known: a part of it would mislead. */
export function totalSize(sizes: readonly (number | undefined)[]): number | undefined {
  return sizes.reduce((total: number | undefined, size) => {
    return total === undefined || size === undefined ? undefined : total + size;
  }, 0);
}
