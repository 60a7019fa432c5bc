import { ENCRYPTION_AT_THE_DOOR } from "./encryption-at-the-door";
import { ANSWERS, CONTRACT, DOCUMENTATION, FORMAT, OURS, type RequestEntry } from "./entry";

/** Answered at once, all together, without a call to Azure. */
export const AT_THE_DOOR = {
  NotJson: {
    cause: "The body or message isn't JSON.",
    action: "Send a JSON object.",
    rule: FORMAT,
    byTrigger: true,
  },
  TooDeep: {
    cause: "The JSON nests more than 64 levels.",
    action: "Send a request as [request.md](request.md) shows it.",
    rule: OURS,
  },
  MoreProblems: {
    cause: "More than 500 problems: the rest isn't listed.",
    action: "Mend those that are listed.",
    rule: OURS,
  },
  NotAnObject: {
    cause: "It is JSON, but not an object.",
    action: "Send a JSON object.",
    rule: FORMAT,
  },
  Required: { cause: "A member is missing.", action: "Add it.", rule: FORMAT },
  Invalid: { cause: "A member has a wrong type or value.", action: "Correct it.", rule: FORMAT },
  UnknownMember: {
    cause: "A member that doesn't exist here.",
    action: "Remove it or correct its spelling.",
    rule: FORMAT,
  },
  InvalidImageId: {
    cause: "`image.id` isn't the id of an image version.",
    action: "Give the full id, or the parts.",
    rule: CONTRACT,
  },
  InvalidName: {
    cause: "A name has a character or a length that Azure doesn't allow.",
    action: "Correct it.",
    rule: CONTRACT,
  },
  InvalidVersionName: {
    cause: "Not `Major.Minor.Patch`, a number over 2147483647, or one with a leading zero.",
    action: "Correct it.",
    rule: `${ANSWERS}; no leading zeros: our policy`,
  },
  InvalidResourceId: {
    cause: "The source isn't the id of a resource of its kind.",
    action: "Give the full id.",
    rule: CONTRACT,
  },
  OneSource: {
    cause: "No source, or more than one.",
    action: "Name exactly one.",
    rule: CONTRACT,
  },
  VirtualMachineSourceWithCustomerManagedKey: {
    cause: "The source is a virtual machine, and `VM_SOURCE_WITH_CMK` is `reject`.",
    action: "Capture it as an image or snapshots, or allow it.",
    rule: `${DOCUMENTATION}; policy \`VM_SOURCE_WITH_CMK\``,
  },
  CommunityGallerySource: {
    cause: "The source is an image of a community gallery.",
    action: "Copy it into a gallery of your own and check it.",
    rule: "our policy",
  },
  InvalidVhdUri: {
    cause: "Not the https address of a .vhd file.",
    action: "Correct it.",
    rule: CONTRACT,
  },
  DuplicateLun: { cause: "A LUN is named twice.", action: "Name it once.", rule: ANSWERS },
  DuplicateSource: {
    cause: "One snapshot is named for several disks.",
    action: "Name every snapshot once.",
    rule: ANSWERS,
  },
  UnknownRegion: {
    cause: "No known region by that name.",
    action: "Correct it; a new region goes into `ADDITIONAL_REGIONS`.",
    rule: "Azure's regions; setting `ADDITIONAL_REGIONS`",
  },
  DuplicateRegion: {
    cause: "Two spellings of one region.",
    action: "Name it once.",
    rule: ANSWERS,
  },
  SourceRegionMissing: {
    cause: "`image.location` isn't among the target regions.",
    action: "Add it: Azure demands it.",
    rule: ANSWERS,
  },
  ReplicaCountOutOfRange: {
    cause: "Less than 1, or more than `MAX_REPLICA_COUNT`.",
    action: "Correct it.",
    rule: `${ANSWERS}; setting \`MAX_REPLICA_COUNT\``,
  },
  UnknownStorageAccountType: {
    cause: "No such type.",
    action: "Use one of those named.",
    rule: CONTRACT,
  },
  DiskEncryptionSetRequired: {
    cause:
      "A region names no set for its OS disk, and nothing else tells one. It would get platform keys, so it is refused.",
    action: "Name the region's set.",
    rule: `${ANSWERS}; fail closed`,
  },
  InvalidDiskEncryptionSet: {
    cause: "Not an id, `resourceGroup/name`, or a name.",
    action: "Correct it.",
    rule: FORMAT,
  },
  NotADiskEncryptionSet: {
    cause: "An id of something else.",
    action: "Give the id of a set.",
    rule: CONTRACT,
  },
  DataDiskEncryptionMissing: {
    cause:
      "A data disk has a set in some regions and none in this one, or the source has a disk that the region doesn't name.",
    action: "Add the LUN.",
    rule: `${ANSWERS}; fail closed`,
    alsoInPlan: true,
  },
  InvalidTag: {
    cause:
      "A tag's name is empty, too long, reserved, named twice in two cases or has one of `< > % & \\ ? /`; its value is too long; or there are too many tags.",
    action: "Correct it.",
    rule: DOCUMENTATION,
  },
  ...ENCRYPTION_AT_THE_DOOR,
  InvalidDate: { cause: "`endOfLifeDate` isn't a date.", action: "ISO 8601.", rule: CONTRACT },
  EndOfLifeInPast: {
    cause: "It has passed.",
    action: "A later date, or none.",
    rule: DOCUMENTATION,
  },
  InvalidWaves: {
    cause:
      "`rollout.waves` doesn't name every target region once, an empty wave, or the version's location isn't in the first.",
    action: "Correct the waves.",
    rule: CONTRACT,
  },
  InvalidTimeout: {
    cause: "`rollout.timeout` isn't a duration from PT1M to P30D.",
    action: "Correct it.",
    rule: FORMAT,
  },
  RequiredRegionNotTargeted: {
    cause: "A required region isn't a target, or more are required than targeted.",
    action: "Add it, or require less.",
    rule: FORMAT,
  },
  GalleryNotAllowed: {
    cause: "The gallery isn't in `ALLOWED_GALLERIES`.",
    action: "Correct the names, or have the setting extended.",
    rule: "policy `ALLOWED_GALLERIES`",
  },
  SubscriptionNotAllowed: {
    cause: "The gallery's or the source's subscription isn't in `ALLOWED_SUBSCRIPTIONS`.",
    action: "Use an allowed one, or have the setting extended.",
    rule: "policy `ALLOWED_SUBSCRIPTIONS`",
  },
  DiskEncryptionSetSubscriptionNotAllowed: {
    cause: "A set's subscription isn't in `ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS`.",
    action: "Use a set of an allowed one, or have the setting extended.",
    rule: "policy `ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS`",
  },
  InvalidVersionBase: {
    cause:
      "`image.version.base` isn't the beginning of a number whose next part the strategy counts up.",
    action: "Leave it out, or give `1` or `1.2` for `nextPatch`, `1` for `nextMinor`.",
    rule: FORMAT,
  },
  NoVersionNumberLeft: {
    cause: "The part that the strategy counts up has reached 2147483647 already.",
    action: "Another strategy, another `base`, or name the version.",
    rule: CONTRACT,
    byTrigger: true,
  },
  VersionNumbersUnknown: {
    cause: "The next number isn't known: Azure refuses to tell which are taken.",
    action:
      "Name the version, or add the action that Azure names to the app's reader role: `additionalReaderActions` of `infra`.",
    rule: ANSWERS,
    byTrigger: true,
  },
  VersionNumberGone: {
    cause:
      "A redrive of a run that wrote nothing: its number was freed, and isn't its request's any more.",
    action: "Send the request again; it gets another number.",
    rule: OURS,
    byTrigger: true,
  },
  RequestIdTaken: {
    cause: "A number of this definition was given to this `requestId` already, for other contents.",
    action: "Send it under a `requestId` of its own.",
    rule: OURS,
    byTrigger: true,
  },
  VersionBusy: {
    cause: "Another request, with other contents, is publishing this version (HTTP: status 409).",
    action: "Send it again when that one has ended.",
    rule: OURS,
    byTrigger: true,
  },
  TryAgain: {
    cause: "Storage, the durable store, Service Bus or Azure didn't answer (HTTP: status 503).",
    action:
      "Send the same again, a little later; before a schedule's run by force see its `lastRun`.",
    rule: OURS,
    byTrigger: true,
  },
  Unexpected: {
    cause: "A mistake in the app, or in what it has stored (HTTP: status 500). Its log says which.",
    action: "Report it.",
    rule: OURS,
    byTrigger: true,
  },
} as const satisfies Record<string, RequestEntry>;

/** Answered there too: understood, but not done by this version or this configuration. */
export const NOT_DONE = {
  ShallowWithCustomerManagedKey: {
    cause: "Shallow replication, which can't be encrypted with your keys.",
    action: "`Full`; only a request for `none` can be shallow.",
    rule: `${DOCUMENTATION}; fail closed`,
  },
  EncryptionNoneNotAllowed: {
    cause: "`encryption.type` is `none`, and `PLATFORM_MANAGED_KEYS` is `reject`.",
    action: "`customerManagedKey` or `platformAndCustomerManagedKeys`, or allow it.",
    rule: "policy `PLATFORM_MANAGED_KEYS`; fail closed",
  },
  PlatformManagedKeysNotAllowed: {
    cause:
      "`EncryptedWithPmk` or `EncryptedVMGuestStateOnlyWithPmk`, and `PLATFORM_MANAGED_KEYS` is `reject`.",
    action: "`EncryptedWithCmk` with its set, or allow it.",
    rule: "policy `PLATFORM_MANAGED_KEYS`; fail closed",
  },
  VerificationNotConfigured: {
    cause: "`rollout.verify` is `disk`, and `VERIFICATION_RESOURCE_GROUP` isn't set.",
    action: "Leave it out, or have the setting made.",
    rule: "setting `VERIFICATION_RESOURCE_GROUP`",
  },
} as const satisfies Record<string, RequestEntry>;
