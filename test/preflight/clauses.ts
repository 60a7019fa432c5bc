/** One thing that is known before the first write, and the rows that show it. */
export interface Clause {
  rule: string;
  /** Azure's words for it, where they are known; `<…>` stands for what differs. */
  azure?: string;
  /** Codes of the catalogue, or Azure's own. */
  codes: readonly string[];
  /** Titles of rows. */
  rows: readonly string[];
}

/** What docs/preflight.md lists (`npm run problems`); a test compares it with the rows. */
export const CLAUSES: Record<string, Clause[]> = {
  "Definition and source": [
    {
      rule: "The image definition and its gallery are there",
      codes: ["GalleryNotFound", "ImageDefinitionNotFound"],
      rows: ["a gallery that isn't there, told once", "an image definition that isn't there"],
    },
    {
      rule: "A gallery that is shared directly can't hold encrypted versions",
      codes: ["GallerySharedDirectly"],
      rows: ["a gallery that is shared directly"],
    },
    {
      rule: "Gallery and definition are Succeeded; what is being made or deleted takes no version",
      codes: ["GalleryNotReady", "ImageDefinitionNotReady"],
      rows: [
        "a gallery whose last change failed",
        "an image definition that is being deleted",
        "an image definition whose last change failed",
      ],
    },
    {
      rule: "An id of the wrong kind is named as what it is",
      codes: ["InvalidResourceId"],
      rows: ["a virtual machine's id where a managed image is expected"],
    },
    {
      rule: "The source is there",
      azure: "Source <id> is not found. Please check source exists, and is in the same region…",
      codes: ["SourceNotFound"],
      rows: [
        "a source that isn't there",
        "a data snapshot that isn't there",
        "a VHD whose storage account isn't there",
        "a version whose source is gone",
      ],
    },
    {
      rule: "The source lies in the version's region",
      azure: "Source <id> is not found. Please check source exists, and is in the same region…",
      codes: ["SourceInOtherRegion"],
      rows: [
        "a source in another region than the version",
        "a data snapshot in another region than the version",
        "a VHD in another region than the version",
      ],
    },
    {
      rule: "Source and definition have the same OS type",
      codes: ["OsTypeMismatch"],
      rows: ["a Linux source for a Windows definition"],
    },
    {
      rule: "Source and definition have the same OS state",
      codes: ["OsStateMismatch"],
      rows: [
        "a generalized source for a specialized definition",
        "a machine that nobody has generalized, for a generalized definition",
      ],
    },
    {
      rule: "Source and definition have the same Hyper-V generation",
      codes: ["HyperVGenerationMismatch"],
      rows: [
        "a source of generation 2 for a definition of generation 1",
        "a machine of generation 1 for a definition of generation 2",
      ],
    },
    {
      rule: "A machine's disks can be copied",
      azure: "Source virtual machine <id> cannot contain an ephemeral OS disk",
      codes: ["SourceDiskNotSupported"],
      rows: ["a machine with an ephemeral OS disk"],
    },
    {
      rule: "A gallery version is Completed where it is read",
      azure: "Source <id> is not found. Please check source exists, and is in the same region…",
      codes: ["SourceNotReplicated"],
      rows: ["a gallery version that isn't Completed in the region in which it is read"],
    },
    {
      rule: "Every disk has a source of its own",
      azure:
        "Duplicated source ids are found in the input disks. Source id should be unique for each disk",
      codes: ["DuplicateSource"],
      rows: ["a snapshot for two disks"],
    },
    {
      rule: "The definition's security type takes this kind of source, from the version on at which it starts",
      codes: ["SecurityTypeMismatch"],
      rows: [
        "a managed image for a definition of Trusted Launch",
        "a managed image for a definition whose Trusted Launch starts at this version",
        "a gallery version for a definition of Trusted Launch",
        "a VHD for a definition of Trusted Launch",
        "a disk for a definition that only supports Trusted Launch",
        "snapshots for a definition that only supports Trusted Launch",
        "a virtual machine for a definition that only supports Trusted Launch",
      ],
    },
    {
      rule: "Captures of Trusted Launch machines are told of; TrustedLaunchSupported passes",
      azure:
        "Replication failed in this region due to 'Contract.Assert failed: Data model DiskEncryptionSetId '' does not match DiskRP returned DiskEncryptionSetId …'",
      codes: ["TrustedLaunchCapture"],
      rows: ["a capture of a Trusted Launch machine"],
    },
    {
      rule: "Source and definition have the same purchase plan",
      codes: ["PurchasePlanMismatch"],
      rows: ["a source that is bought by a plan, for a definition without one"],
    },
    {
      rule: "A virtual machine is the source of an encrypted version only where the configuration allows it",
      azure: "Encryption is not supported for source resource '<id>'…",
      codes: ["VirtualMachineSourceWithCustomerManagedKey"],
      rows: ["a virtual machine as the source, by policy"],
    },
    {
      rule: "Where Azure may yet refuse to encrypt what is made from a kind of source, it is said",
      azure: "Encryption is not supported for source resource '<id>'…",
      codes: ["SourceMayNotBeEncryptable"],
      rows: [
        "a gallery version as the source of an encrypted one",
        "a VHD, whose blob the app doesn't look at",
      ],
    },
    {
      rule: "An encrypted gallery version is never the source of another",
      azure: "Encryption is not supported for source resource '<id>'…",
      codes: ["EncryptedVersionAsSource"],
      rows: [
        "an encrypted gallery version as the source",
        "a version whose confidential disks are under the customer's key, as the source",
      ],
    },
    {
      rule: "An image of a community gallery is never a source",
      codes: ["CommunityGallerySource"],
      rows: ["an image of a community gallery"],
    },
    {
      rule: "A source that is encrypted with customer-managed keys lies in the gallery's subscription",
      azure:
        "Encrypted source: '<id>' is in a different subscription ID than the current gallery image version subscription…",
      codes: ["EncryptedSourceInOtherSubscription"],
      rows: [
        "an encrypted source in another subscription",
        "a managed image of another subscription, one of whose disks is encrypted",
        "an encrypted data snapshot of another subscription",
      ],
    },
    {
      rule: "A source that is encrypted with customer-managed keys lies in the version's region; its sets may be others than the version's",
      codes: ["SourceInOtherRegion"],
      rows: ["an encrypted data snapshot in another region than the version"],
    },
    {
      rule: "A VHD lies in the storage account that is named",
      codes: ["VhdInOtherStorageAccount"],
      rows: ["a VHD on another storage account than the one that is named"],
    },
    {
      rule: "A VHD's blob isn't looked at, and that is told",
      codes: ["VhdBlobNotRead"],
      rows: ["a VHD, whose blob the app doesn't look at"],
    },
  ],
  "Disks and their encryption": [
    {
      rule: "Regions encrypt only LUNs that the source has, each once",
      azure:
        "An invalid lun [n] was specified in encryption.dataDiskImages. The lun must be one of ['0,9']; Duplicate luns…",
      codes: ["UnknownLun", "DuplicateLun"],
      rows: ["a LUN that the source doesn't have", "a LUN that is named twice"],
    },
    {
      rule: "Regions encrypt every data disk of the source, or of the version that is there",
      codes: ["DataDiskEncryptionMissing"],
      rows: [
        "a data disk of the source that a region doesn't encrypt",
        "a data snapshot at a LUN that the region doesn't encrypt",
        "a version with a data disk that its regions don't encrypt",
      ],
    },
    {
      rule: "A disk is encrypted in all regions or in none",
      azure:
        "A disk encryption set is required for disk '…' in target region '<r1>' since disk encryption set '<id>' is used for the corresponding disk in region '<r2>'",
      codes: ["DiskEncryptionSetRequired", "DataDiskEncryptionMissing"],
      rows: [
        "a region whose OS disk names no set",
        "a data disk that is encrypted in one region only",
      ],
    },
    {
      rule: "The set is there",
      azure: "The disk encryption set <id> was not found",
      codes: ["DiskEncryptionSetNotFound"],
      rows: [
        "a set that is gone, of a region that exists with it, told once",
        "a set that isn't there",
        "tags that no set of a region has",
        "a naming template that no set of a region fits",
        "a region map that names a set which isn't there",
      ],
    },
    {
      rule: "Exactly one set is meant",
      codes: ["DiskEncryptionSetAmbiguous"],
      rows: [
        "a name that sets of two groups have in the region",
        "tags that several sets of a region have",
      ],
    },
    {
      rule: "The set lies in the gallery's subscription",
      azure:
        "The disk encryption set '<id>' must be in the same subscription '<sub>' as the gallery resource",
      codes: ["DiskEncryptionSetInOtherSubscription"],
      rows: ["a set in another subscription than the gallery's"],
    },
    {
      rule: "The set lies in the region",
      codes: ["DiskEncryptionSetInOtherRegion"],
      rows: ["a set in another region than the disk's"],
    },
    {
      rule: "The set's encryption type is the one asked for",
      codes: ["DiskEncryptionSetTypeMismatch"],
      rows: [
        "a set for double encryption where one key is asked for",
        "a set for one key where double encryption is asked for",
      ],
    },
    {
      rule: "The set is Succeeded",
      codes: ["DiskEncryptionSetNotReady"],
      rows: ["a set that failed"],
    },
    {
      rule: "The set has no autoKeyRotationError",
      codes: ["DiskEncryptionSetKeyRotationFailed"],
      rows: ["a set that can't rotate its key"],
    },
    {
      rule: "Disks are encrypted as in the regions that the version has already",
      azure:
        "A disk encryption set is required for disk '…' in target region '<r1>' since disk encryption set '<id>' is used for the corresponding disk in region '<r2>'",
      codes: ["DiskNotEncryptedEverywhere"],
      rows: ["the customer's keys for a version that has platform-managed ones"],
    },
    {
      rule: "A definition for confidential machines has the type in every region, and no other has it",
      azure:
        "The regional encryption.osDiskImage.securityProfile.type must be specified when the SecurityType of the image definition is ConfidentialVM",
      codes: ["ConfidentialTypeRequired", "DefinitionNotConfidential", "UnknownConfidentialType"],
      rows: [
        "a definition for confidential machines, and regions that don't say how",
        "a definition that becomes confidential with this version",
        "a confidential disk for a definition that isn't confidential",
        "a type of confidential disks that Azure doesn't have",
      ],
    },
    {
      rule: "Confidential disks are encrypted in the same way in every region",
      codes: ["ConfidentialTypesDiffer"],
      rows: ["regions that encrypt the confidential disk in different ways"],
    },
    {
      rule: "A confidential disk under the customer's key has a set of its own type, and no other has one",
      codes: [
        "SecureDiskEncryptionSetRequired",
        "SecureDiskEncryptionSetNotAllowed",
        "DiskEncryptionSetTypeMismatch",
        "DiskEncryptionSetInOtherRegion",
      ],
      rows: [
        "a confidential disk under the customer's key, without its set",
        "a set for a confidential disk that no key of the customer's encrypts",
        "a set for disks at rest where a confidential disk's is meant",
        "a confidential disk's set where one for disks at rest is meant",
        "a confidential disk's set that lies in another region",
      ],
    },
    {
      rule: "Platform-managed keys are asked for and allowed, also for confidential disks, and no set stands beside",
      codes: [
        "EncryptionNoneNotAllowed",
        "PlatformManagedKeysNotAllowed",
        "DiskEncryptionSetBesideNone",
        "DiskEncryptionSetRequired",
      ],
      rows: [
        "platform-managed keys, where they aren't allowed",
        "a confidential disk that the platform encrypts, where it isn't allowed",
        "platform-managed keys beside a region's set",
        "a confidential disk that the platform encrypts, without the OS disk's own set",
        "double encryption with a confidential disk's set alone",
      ],
    },
    {
      rule: "There is no way back from customer-managed to platform-managed keys",
      codes: ["NoWayBackToPlatformManagedKeys"],
      rows: [
        "platform-managed keys for a version that is encrypted",
        "platform-managed keys for a definition whose newest version is encrypted",
        "platform-managed keys for an older version of a definition whose newest version is encrypted",
        "platform-managed keys for what is encrypted with the customer's",
      ],
    },
    {
      rule: "Shallow replication doesn't encrypt, and has one region and one replica",
      codes: [
        "ShallowWithCustomerManagedKey",
        "ShallowOneRegion",
        "ShallowOneReplica",
        "ShallowWithConfidentialType",
      ],
      rows: [
        "shallow replication with customer-managed keys",
        "shallow replication to two regions",
        "shallow replication with two replicas",
        "shallow replication of a confidential disk",
      ],
    },
    {
      rule: "A version keeps its replication mode",
      codes: ["ReplicationModeImmutable"],
      rows: ["full replication of a version that is shallow"],
    },
  ],
  "Keys behind the sets, where `preflight.keyVault` asks for it": [
    {
      rule: "The key is there, in the version that the set uses",
      codes: ["KeyNotFound", "KeyVaultNotFound"],
      rows: [
        "a key that isn't there",
        "a key without the version in use",
        "a key vault that isn't there",
      ],
    },
    {
      rule: "It is enabled and valid now",
      azure: "Unable to access key vault resource '<keyurl>' to enable encryption at rest. …",
      codes: ["KeyDisabled", "KeyExpired", "KeyNotYetValid", "KeyExpiresSoon"],
      rows: [
        "a key that is disabled",
        "a key whose version in use is disabled",
        "a disabled version of a set that doesn't rotate",
        "a key that has expired",
        "a bad key that the request doesn't ask about",
        "a key that begins later",
        "a key that expires within 30 days",
      ],
    },
    {
      rule: "It is RSA of 2048, 3072 or 4096 bits, and permits to wrap and unwrap",
      codes: ["KeyTypeUnsupported", "KeyOperationsMissing"],
      rows: ["a key that isn't RSA", "an RSA key of 1024 bits", "a key that may only sign"],
    },
    {
      rule: "Its vault has purge protection",
      codes: ["PurgeProtectionOff"],
      rows: ["a key vault without purge protection"],
    },
    {
      rule: "The set's identity may get, wrap and unwrap",
      azure:
        "Unable to access key vault resource '<keyurl>' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set '<name>'…",
      codes: ["KeyAccessMissing"],
      rows: [
        "a set without access to its key",
        "a set that may wrap and not unwrap",
        "a set whose access begins later",
        "a set without an access policy",
      ],
    },
    {
      rule: "What can't be looked at is told: another tenant, a private vault, a managed HSM, what Azure refuses",
      codes: ["KeyNotChecked"],
      rows: [
        "a key of another tenant",
        "a key in a private vault",
        "a key in a managed HSM",
        "a key vault of another subscription",
        "an identity that may not read vaults",
        "an identity that may not read keys",
        "an identity that may not read role assignments",
      ],
    },
  ],
  "Regions and the version": [
    {
      rule: "The version's region is a target",
      azure:
        "Gallery image version publishing profile regions <…> must contain the location of image version <…>",
      codes: ["SourceRegionMissing"],
      rows: ["a source region that isn't a target"],
    },
    {
      rule: "Every region is known, and named once, however it is spelled",
      azure: "Duplicate regions are not allowed in target publishing regions",
      codes: ["UnknownRegion", "DuplicateRegion"],
      rows: [
        "a region that no such name has",
        "a location that isn't written as regions are",
        "two spellings of one region",
      ],
    },
    {
      rule: "Tags are within Azure's limits, and none is a run's own mark",
      codes: ["InvalidTag"],
      rows: ["tags that Azure doesn't take, or that are the runs' own"],
    },
    {
      rule: "The number of replicas is in range",
      azure:
        "The value <v> of parameter <p> is out of range. The value must be between <min> and <max>, inclusive",
      codes: ["ReplicaCountOutOfRange"],
      rows: ["more replicas than a region takes"],
    },
    {
      rule: "A version has at most 100 replicas in all of its regions",
      codes: ["ManyReplicas"],
      rows: ["more replicas than a version takes"],
    },
    {
      rule: "The storage type is one of Azure's",
      codes: ["UnknownStorageAccountType"],
      rows: ["a storage type that Azure doesn't have"],
    },
    {
      rule: "The subscription has access to every region that is added, and the cloud has it",
      codes: ["RegionNotAvailable"],
      rows: [
        "a region of another cloud",
        "a region of another cloud, asked for alone",
        "a region that the subscription has no access to",
        "a gated region that is added to a version",
      ],
    },
    {
      rule: "Every region that is added has the storage type",
      codes: ["StorageAccountTypeNotAvailable"],
      rows: ["zone-redundant storage in a region without zones"],
    },
    {
      rule: "What regions have is told as not checked where Azure doesn't show it",
      codes: ["RegionsNotChecked"],
      rows: ["an identity that isn't shown what regions have"],
    },
    {
      rule: "The version's name is well formed",
      azure:
        "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) format…",
      codes: ["InvalidVersionName"],
      rows: ["a version name with a letter"],
    },
    {
      rule: "The end of life lies in the future",
      codes: ["EndOfLifeInPast"],
      rows: ["an end of life that has passed"],
    },
    {
      rule: "The version is free, or made from the same source",
      azure:
        "Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed",
      codes: ["VersionTaken"],
      rows: ["a version that exists, made from another source"],
    },
    {
      rule: "No soft-deleted version keeps the number; where Azure doesn't show them, that is told",
      codes: ["VersionSoftDeleted", "VersionNotChecked"],
      rows: [
        "a number that a soft-deleted version keeps",
        "an identity that isn't shown which versions are soft-deleted",
      ],
    },
    {
      rule: "The version isn't Failed, unless some region is Completed: then the same PUT repeats the others",
      codes: ["VersionFailed"],
      rows: [
        "a version that is Failed",
        "a version that is Failed with a region that is Completed",
      ],
    },
    {
      rule: "The sets of regions that the version keeps can be written again",
      azure: "The disk encryption set <id> was not found",
      codes: ["KeptDiskEncryptionSetUnusable"],
      rows: [
        "a set of a region that the version keeps can't be used, and a replica is added",
        "a set of a region that the version keeps can't be used, and nothing is to be done",
      ],
    },
    {
      rule: "What an existing version has otherwise and keeps is told",
      codes: ["VersionSettingKept"],
      rows: ["a setting that the version has otherwise and keeps"],
    },
    {
      rule: "Nobody else is writing the version; a run waits for him",
      azure: "The request failed due to conflict with a concurrent request…",
      codes: ["VersionBeingWritten"],
      rows: [
        "a version that somebody is writing",
        "a version that somebody is deleting is planned anew",
      ],
    },
    {
      rule: "What a region has of encryption and storage type stays",
      codes: ["EncryptionImmutable", "StorageAccountTypeImmutable"],
      rows: [
        "a region that exists with another set",
        "a region of the version with another confidential disk's set",
        "a region that exists with another storage type",
        "a storage type that the request names, for a region that has another",
      ],
    },
  ],
  "Who may do what": [
    {
      rule: "Requests touch only what the configuration allows",
      codes: [
        "GalleryNotAllowed",
        "SubscriptionNotAllowed",
        "DiskEncryptionSetSubscriptionNotAllowed",
      ],
      rows: [
        "a gallery that requests may not publish to",
        "data snapshots of a foreign subscription beside a LUN that can't be read",
        "a subscription whose sets requests may not use",
      ],
    },
    {
      rule: "The app has the rights that it needs at gallery, source and sets",
      azure: "The client '<c>' with object id '<o>' does not have authorization to perform action…",
      codes: ["MissingPermission", "AuthorizationFailed"],
      rows: [
        "an identity that may not write versions",
        "an identity that may write another version only",
        "an identity that may not delete the version that is to be taken back",
        "an identity that may not read versions",
        "an identity that may not read galleries",
        "an identity that may not read the managed image",
        "an identity that may not write the snapshots",
        "an identity that may not read disk encryption sets",
        "an identity that gets no keys of the VHD's storage account",
        "an identity that may not write the VHD's storage account",
      ],
    },
    {
      rule: "Where a verification is asked for, the app may make, read and delete disks in the resource group for them, which is there",
      azure: "Resource group '<name>' could not be found.",
      codes: ["MissingPermission", "VerificationGroupNotFound"],
      rows: [
        "an identity that may not make, read and delete disks, for a verification",
        "a resource group for verifications that isn't there",
      ],
    },
    {
      rule: "Rights that Azure doesn't tell are told as not checked",
      codes: ["PermissionsNotChecked"],
      rows: ["an identity that isn't told what it may do"],
    },
    {
      rule: "What Azure fails to answer is told beside all else: against the plan, or as not checked; a run waits and asks again",
      codes: ["ServerTimeout", "PermissionsNotChecked", "RegionsNotChecked"],
      rows: [
        "a set that Azure fails to show now",
        "a list of sets that Azure fails to show now",
        "rights that Azure fails to tell now, beside other mistakes",
        "regions that Azure fails to tell now, beside other mistakes",
        "a version that Azure fails to show now, beside other mistakes",
        "a gallery that Azure fails to show now, beside other mistakes",
        "a definition that Azure fails to show now, beside other mistakes",
        "a source that Azure fails to show now, beside other mistakes",
      ],
    },
  ],
};
