import { managedImageExample, withMember } from "../../../support/request-factory";
import type { Pair } from "./pair";

const ALLOW = { platformManagedKeys: "allow" } as const;
const PROFILE = ["encryption", "osDiskImage", "securityProfile"] as const;
const type = (confidentialVMEncryptionType: string, secureVMDiskEncryptionSetId?: string) => ({
  confidentialVMEncryptionType,
  ...(secureVMDiskEncryptionSetId === undefined ? {} : { secureVMDiskEncryptionSetId }),
});
const AT_EAST = "$.targetRegions[1].encryption.osDiskImage.securityProfile";

/** The example with this profile in the first region, for a mistake in the second. */
const example = (profile: unknown) =>
  withMember(managedImageExample(), ["targetRegions", 0, ...PROFILE], profile);
const both = (west: unknown, east: unknown) =>
  withMember(example(west), ["targetRegions", 1, ...PROFILE], east);

/** The example for platform-managed keys, with these regions. */
const none = (targetRegions: unknown[], more = {}) =>
  managedImageExample({ encryption: { type: "none" }, targetRegions, ...more });
const shallow = (...targetRegions: unknown[]) =>
  none(targetRegions, { replicationMode: "Shallow" });

/** The pairs of what a request says of keys. */
export const KEY_PAIRS = {
  DiskEncryptionSetBesideNone: {
    rules: ALLOW,
    wrong: none([
      { name: "westus" },
      { name: "eastus2", encryption: { osDiskImage: { diskEncryptionSetId: "Set" } } },
    ]),
    right: none([{ name: "westus" }, { name: "eastus2" }]),
    at: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
  },
  UnknownConfidentialType: {
    wrong: both(type("NonPersistedTPM"), type("NonPersistedTPMs")),
    right: both(type("NonPersistedTPM"), type("nonpersistedtpm")),
    at: `${AT_EAST}.confidentialVMEncryptionType`,
  },
  ConfidentialTypeRequired: {
    wrong: example(type("NonPersistedTPM")),
    right: both(type("NonPersistedTPM"), type("NonPersistedTPM")),
    at: `${AT_EAST}.confidentialVMEncryptionType`,
  },
  ConfidentialTypesDiffer: {
    wrong: both(type("NonPersistedTPM"), type("EncryptedWithCmk", "Secure")),
    right: both(type("EncryptedWithCmk", "Secure"), type("EncryptedWithCmk", "Secure")),
    at: `${AT_EAST}.confidentialVMEncryptionType`,
  },
  SecureDiskEncryptionSetRequired: {
    wrong: both(type("EncryptedWithCmk", "Secure"), type("EncryptedWithCmk")),
    right: both(type("EncryptedWithCmk", "Secure"), type("EncryptedWithCmk", "Other")),
    at: `${AT_EAST}.secureVMDiskEncryptionSetId`,
  },
  SecureDiskEncryptionSetNotAllowed: {
    wrong: both(type("NonPersistedTPM"), type("NonPersistedTPM", "Secure")),
    right: both(type("NonPersistedTPM"), type("NonPersistedTPM")),
    at: `${AT_EAST}.secureVMDiskEncryptionSetId`,
  },
  PlatformManagedKeysNotAllowed: {
    wrong: both(type("EncryptedWithPmk"), type("EncryptedWithPmk")),
    right: both(type("NonPersistedTPM"), type("NonPersistedTPM")),
    at: `${AT_EAST}.confidentialVMEncryptionType`,
  },
  ShallowOneRegion: {
    rules: ALLOW,
    wrong: shallow({ name: "westus" }, { name: "eastus2" }),
    right: shallow({ name: "westus" }),
    at: "$.targetRegions",
  },
  ShallowOneReplica: {
    rules: ALLOW,
    wrong: shallow({ name: "westus", regionalReplicaCount: 2 }),
    right: shallow({ name: "westus", regionalReplicaCount: 1 }),
    at: "$.targetRegions[0].regionalReplicaCount",
  },
  ShallowWithConfidentialType: {
    rules: ALLOW,
    wrong: shallow({
      name: "westus",
      encryption: { osDiskImage: { securityProfile: type("EncryptedWithPmk") } },
    }),
    right: none([
      {
        name: "westus",
        encryption: { osDiskImage: { securityProfile: type("EncryptedWithPmk") } },
      },
    ]),
    at: "$.targetRegions[0].encryption.osDiskImage.securityProfile",
  },
} as const satisfies Record<string, Pair>;
