import type { ReadingCode } from "../../src/domain/problem-catalogue";
import { withMember } from "../../test/support/request-factory";
import { put, putInRegion, regionsOf, type Json, type Mistake, type Path } from "./mistake";

const PROFILE: Path = ["encryption", "osDiskImage", "securityProfile"];
const ALLOWED = { platformManagedKeys: "allow" } as const;

/** A confidential type in one region, and what is wrong with it there. */
const profile = (code: ReadingCode, ...values: Json[]): Mistake =>
  putInRegion(code, PROFILE, values);
const type = (confidentialVMEncryptionType: string, set?: string): Json => ({
  confidentialVMEncryptionType,
  ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: set }),
});

/** A request for platform-managed keys, where they are allowed; its regions as given. */
const unencrypted = (code: ReadingCode, change: (regions: Json[]) => Json): Mistake => ({
  code,
  rules: ALLOWED,
  make: (request) => {
    const bare = regionsOf(request).map(({ name }) => ({ name }));
    return { ...request, replicaCount: 1, encryption: { type: "none" }, ...change(bare) };
  },
});

/** Mistakes in what a request says of keys. */
export const KEY_MISTAKES: readonly Mistake[] = [
  put("EncryptionNoneNotAllowed", [["encryption"]], [{ type: "none" }]),
  { ...put("DiskEncryptionSetBesideNone", [["encryption"]], [{ type: "none" }]), rules: ALLOWED },
  unencrypted("DiskEncryptionSetBesideNone", (targetRegions) => ({
    targetRegions,
    encryption: { type: "none", diskEncryptionSets: { byTag: { purpose: "images" } } },
  })),
  put("ShallowWithCustomerManagedKey", [["replicationMode"]], ["Shallow"]),
  unencrypted("ShallowOneRegion", (targetRegions) => ({
    targetRegions,
    replicationMode: "Shallow",
  })),
  unencrypted("ShallowOneReplica", ([region]) => ({
    targetRegions: [{ ...region, regionalReplicaCount: 2 }],
    replicationMode: "Shallow",
  })),
  unencrypted("ShallowWithConfidentialType", ([region]) => ({
    targetRegions: [
      { ...region, encryption: { osDiskImage: { securityProfile: type("EncryptedWithPmk") } } },
    ],
    replicationMode: "Shallow",
  })),
  profile("UnknownConfidentialType", type("x"), type("EncryptedWithPMKs")),
  profile(
    "PlatformManagedKeysNotAllowed",
    type("EncryptedWithPmk"),
    type("encryptedvmgueststateonlywithpmk"),
  ),
  profile("ConfidentialTypeRequired", type("NonPersistedTPM"), {
    secureVMDiskEncryptionSetId: "Secure",
  }),
  profile("SecureDiskEncryptionSetRequired", type("EncryptedWithCmk")),
  profile("SecureDiskEncryptionSetNotAllowed", type("NonPersistedTPM", "Secure")),
  {
    code: "ConfidentialTypesDiffer",
    make: (request) =>
      regionsOf(request).reduce<Json>(
        (changed, _, index) =>
          withMember(
            changed,
            ["targetRegions", index, ...PROFILE],
            index === 0 ? type("NonPersistedTPM") : type("EncryptedWithCmk", "Secure"),
          ),
        request,
      ),
  },
];
