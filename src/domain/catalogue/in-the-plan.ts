import { ANSWERS, CONTRACT, DOCUMENTATION, OURS, type ProblemEntry } from "./entry";
import { OF_KEYS } from "./of-keys";

/** What Azure has speaks against the request: told by the plan, before the first write. */
export const IN_THE_PLAN = {
  GalleryNotFound: {
    cause: "No such gallery, or no such resource group.",
    action: "Create it, or correct the names.",
    rule: CONTRACT,
  },
  GallerySharedDirectly: {
    cause: "The gallery is shared directly, and can't hold encrypted versions.",
    action: "A private gallery, or end the sharing.",
    rule: DOCUMENTATION,
  },
  GalleryNotReady: {
    severity: ["error", "warning"],
    cause:
      "The gallery isn't `Succeeded`: an error while it is being created or deleted, otherwise said beside.",
    action: "Wait, or repair it.",
    rule: CONTRACT,
  },
  ImageDefinitionNotFound: {
    cause: "The gallery has no such definition.",
    action: "Create it, or correct the names.",
    rule: CONTRACT,
  },
  ImageDefinitionNotReady: {
    severity: ["error", "warning"],
    cause: "The definition isn't `Succeeded`: likewise.",
    action: "Wait, or repair it.",
    rule: CONTRACT,
  },
  MissingPermission: {
    severity: ["error", "warning"],
    cause:
      "The app's identity lacks an action on something that the request names; a warning where Azure only shows less without it.",
    action: "Grant the action that the message names.",
    rule: DOCUMENTATION,
  },
  VerificationGroupNotFound: {
    cause:
      "The resource group that `VERIFICATION_RESOURCE_GROUP` names isn't in the gallery's subscription, and `rollout.verify` is `disk`.",
    action: "Create it, have another one named, or leave `rollout.verify` out.",
    rule: "setting `VERIFICATION_RESOURCE_GROUP`",
  },
  RegionNotAvailable: {
    cause:
      "The gallery's subscription has no access to the region, or its cloud hasn't the region.",
    action: "Leave it out, or ask Azure for access.",
    rule: ANSWERS,
  },
  StorageAccountTypeNotAvailable: {
    cause: "The region doesn't have this storage, such as zone-redundant storage without zones.",
    action: "A type that the message names.",
    rule: ANSWERS,
  },
  RegionsNotChecked: {
    severity: "notChecked",
    cause: "Azure doesn't show the app what its regions have, or fails to.",
    action: "Grant `Microsoft.Compute/skus/read`, ask again, or make sure yourself.",
    rule: OURS,
  },
  PermissionsNotChecked: {
    severity: "notChecked",
    cause: "Azure doesn't tell the app what it may do in a resource group, or fails to.",
    action: "Grant `Microsoft.Authorization/permissions/read`, ask again, or make sure yourself.",
    rule: OURS,
  },
  SourceNotFound: {
    severity: ["error", "warning"],
    cause:
      "No such source, or the app can't see it; a warning where the version exists and no longer needs it.",
    action: "Correct the id, or grant read access.",
    rule: ANSWERS,
  },
  VhdInOtherStorageAccount: {
    cause: "The VHD's address isn't on the storage account that is named.",
    action: "Name the account that it lies in.",
    rule: CONTRACT,
  },
  SourceInOtherRegion: {
    cause: "The source isn't in `image.location`.",
    action: "Change the location, or copy the source.",
    rule: ANSWERS,
  },
  SourceNotReplicated: {
    cause: "The source is a gallery image version that isn't Completed in `image.location`.",
    action: "Wait, repair its replication, or use another source.",
    rule: CONTRACT,
  },
  SourceDiskNotSupported: {
    cause: "The source is a machine with an ephemeral, an ultra or an unmanaged disk.",
    action: "Make snapshots of what is to be published, or use another machine.",
    rule: ANSWERS,
  },
  OsTypeMismatch: {
    cause: "Source and definition disagree on the operating system.",
    action: "Use a fitting pair.",
    rule: DOCUMENTATION,
  },
  OsStateMismatch: {
    cause: "One is generalized, the other specialized.",
    action: "Use a fitting pair.",
    rule: DOCUMENTATION,
  },
  HyperVGenerationMismatch: {
    cause: "Source and definition disagree on the generation.",
    action: "Use a fitting pair.",
    rule: DOCUMENTATION,
  },
  EncryptedVersionAsSource: {
    cause: "The source is a gallery image version that is encrypted with customer-managed keys.",
    action: "Publish from what it was made from.",
    rule: DOCUMENTATION,
  },
  EncryptedSourceInOtherSubscription: {
    cause: "The source is encrypted so, in another subscription than the gallery's.",
    action: "Copy it into the gallery's.",
    rule: ANSWERS,
  },
  SecurityTypeMismatch: {
    cause:
      "The definition is `TrustedLaunch`, which takes machines, disks and snapshots, or `TrustedLaunchSupported`, which takes managed images, gallery versions and VHDs.",
    action: "Such a source, or a definition of the other type.",
    rule: DOCUMENTATION,
  },
  DefinitionNotConfidential: {
    cause:
      "A region encrypts the OS disk as a confidential machine's, and the definition isn't `ConfidentialVM` for this version.",
    action: "Leave `securityProfile` out, or use such a definition.",
    rule: `${DOCUMENTATION}, read strictly`,
  },
  NoWayBackToPlatformManagedKeys: {
    cause:
      "`none` is asked for, and the version, its definition's newest version or the source is encrypted with customer-managed keys.",
    action: "Ask for customer-managed keys.",
    rule: `${DOCUMENTATION}; our policy for newest version and source`,
  },
  DiskNotEncryptedEverywhere: {
    cause:
      "The version has a region that the request doesn't name, and other disks are encrypted there than in the request.",
    action: "Encrypt the same disks, or choose another version number.",
    rule: ANSWERS,
  },
  UnknownLun: {
    cause: "A region encrypts a LUN that the source, or a version that exists, doesn't have.",
    action: "Remove or correct it.",
    rule: ANSWERS,
  },
  DiskEncryptionSetNotFound: {
    cause: "No such set; the message has Azure's words.",
    action: "Create it, or name another.",
    rule: ANSWERS,
  },
  DiskEncryptionSetAmbiguous: {
    cause: "Several sets have this name, or these tags, in the region; the message lists them.",
    action: "Give the full id.",
    rule: OURS,
  },
  DiskEncryptionSetInOtherSubscription: {
    cause: "The set isn't in the gallery's subscription.",
    action: "Use one that is.",
    rule: ANSWERS,
  },
  DiskEncryptionSetInOtherRegion: {
    cause: "The set isn't in the region.",
    action: "Every region needs its own.",
    rule: DOCUMENTATION,
  },
  DiskEncryptionSetTypeMismatch: {
    cause: "The set's encryption type isn't the one asked for.",
    action: "Another set, or another `encryption.type`.",
    rule: CONTRACT,
  },
  DiskEncryptionSetNotReady: {
    cause: "The set isn't `Succeeded`.",
    action: "Repair it, or wait.",
    rule: CONTRACT,
  },
  DiskEncryptionSetKeyRotationFailed: {
    cause: "The set can't rotate its key.",
    action: "Repair the key or the access to it.",
    rule: CONTRACT,
  },
  ...OF_KEYS,
  VersionTaken: {
    cause: "The version exists, made from another source.",
    action: "Choose another version number.",
    rule: ANSWERS,
  },
  ManyReplicas: {
    severity: "warning",
    cause: "The version would have more than 100 replicas in all of its regions.",
    action: "Ask for fewer, or publish a second version for some of the regions.",
    rule: DOCUMENTATION,
  },
  VersionSoftDeleted: {
    cause: "The version was deleted, and the gallery's soft delete keeps its number.",
    action: "Choose another version number, restore it, or delete it for good.",
    rule: DOCUMENTATION,
  },
  VersionNotChecked: {
    severity: "notChecked",
    cause: "Azure doesn't show the app which versions are soft-deleted, or fails to.",
    action:
      "Make sure yourself, or add the action that Azure names to the app's reader role: `additionalReaderActions` of `infra`.",
    rule: OURS,
  },
  VersionFailed: {
    severity: ["error", "warning"],
    cause:
      "The version is in the state Failed: an error where no region is Completed, because Azure takes no write then; otherwise the same PUT repeats the others, and it is said beside.",
    action: "Delete it, or choose another number.",
    rule: ANSWERS,
  },
  KeptDiskEncryptionSetUnusable: {
    severity: ["error", "warning"],
    cause:
      "The version has a region that the request doesn't name, and one of its sets is gone or can't be used; a warning where nothing is to be written.",
    action: "Restore the set, or remove the region.",
    rule: ANSWERS,
  },
  EncryptionImmutable: {
    cause: "The region exists with other sets; Azure can't change them.",
    action: "Name those, or another version number.",
    rule: CONTRACT,
  },
  ReplicationModeImmutable: {
    cause: "The version exists with another replication mode.",
    action: "Ask for that, or another version number.",
    rule: CONTRACT,
  },
  StorageAccountTypeImmutable: {
    cause: "The region exists with another storage type.",
    action: "Ask for that, or another version number.",
    rule: CONTRACT,
  },
  VersionSettingKept: {
    severity: "warning",
    cause:
      "The version exists with another end of life, tag, default, `excludeFromLatest` or location. Of an existing version only regions and replicas are changed.",
    action: "Change it with another tool, or choose another version number.",
    rule: OURS,
  },
  VersionBeingWritten: {
    severity: "warning",
    cause: "Only in a dry run: somebody's operation on the version is running.",
    action: "Nothing: a run waits for its end and plans then.",
    rule: OURS,
  },
  NotPrepared: {
    cause: "A region gave no answer: a mistake in the program.",
    action: "Run again; report it.",
    rule: OURS,
  },
  VhdBlobNotRead: {
    severity: "warning",
    cause: "Of a VHD the storage account is looked at, not the blob.",
    action: "Make sure yourself that it is there and fits.",
    rule: OURS,
  },
  SourceMayNotBeEncryptable: {
    severity: "warning",
    cause:
      "The source is a gallery image version or a VHD; Azure's documentation differs on whether such a version can be encrypted.",
    action: "If Azure refuses the write: a managed image, a disk or snapshots.",
    rule: DOCUMENTATION,
  },
  TrustedLaunchCapture: {
    severity: "warning",
    cause:
      "Captures of Trusted Launch machines have failed in Azure when encrypted with customer-managed keys.",
    action: "Watch the first region.",
    rule: ANSWERS,
  },
  PurchasePlanMismatch: {
    severity: "warning",
    cause: "The source has a purchase plan, the definition none or another one.",
    action:
      "Use a definition with the source's plan, or machines can't be created from the version.",
    rule: DOCUMENTATION,
  },
} as const satisfies Record<string, ProblemEntry>;
