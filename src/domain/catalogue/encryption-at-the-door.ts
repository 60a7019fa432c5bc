import { ANSWERS, CONTRACT, DOCUMENTATION, type RequestEntry } from "./entry";

/** What a request says of keys that isn't sound by itself. */
export const ENCRYPTION_AT_THE_DOOR = {
  DiskEncryptionSetBesideNone: {
    cause: "`encryption.type` is `none`, and a disk encryption set is named or looked for.",
    action: "Leave the set out, or ask for the encryption that it belongs to.",
    rule: "fail closed",
  },
  UnknownConfidentialType: {
    cause: "No such encryption of a confidential machine's OS disk.",
    action: "Use one of those named.",
    rule: CONTRACT,
  },
  ConfidentialTypeRequired: {
    cause:
      "A region doesn't say how the confidential OS disk is encrypted, and other regions do, a set for it is named, or the definition is `ConfidentialVM`.",
    action: "Give the same type in every region.",
    rule: ANSWERS,
    alsoInPlan: true,
  },
  ConfidentialTypesDiffer: {
    cause: "Regions encrypt the confidential OS disk in different ways.",
    action: "Give the same type in every region, or the one that the version has.",
    rule: "our policy: one image, one protection",
    alsoInPlan: true,
  },
  SecureDiskEncryptionSetRequired: {
    cause: "`EncryptedWithCmk` without `secureVMDiskEncryptionSetId`.",
    action: "Name the region's set of the type `ConfidentialVmEncryptedWithCustomerKey`.",
    rule: `${CONTRACT}; fail closed`,
  },
  SecureDiskEncryptionSetNotAllowed: {
    cause: "`secureVMDiskEncryptionSetId` beside another type than `EncryptedWithCmk`.",
    action: "Leave it out, or use `EncryptedWithCmk`.",
    rule: CONTRACT,
  },
  ShallowOneRegion: {
    cause: "Shallow replication to more than one region.",
    action: "Name one region, or `Full`.",
    rule: DOCUMENTATION,
  },
  ShallowOneReplica: {
    cause: "Shallow replication with more than one replica.",
    action: "Ask for one, or `Full`.",
    rule: DOCUMENTATION,
  },
  ShallowWithConfidentialType: {
    cause: "Shallow replication of a confidential OS disk.",
    action: "`Full`.",
    rule: DOCUMENTATION,
  },
} as const satisfies Record<string, RequestEntry>;
