import {
  diskEncryptionType,
  diskNotMade,
  verificationDisks,
  wronglyEncrypted,
  type ShownEncryption,
} from "../../../../src/domain/rollout/verification";
import type { RegionEncryption } from "../../../../src/domain/plan/region-encryption";
import { azureFault } from "../../../support/azure-fault";

const OWNER = { publicationId: "gallery-image-1.0.0-abc", runId: "run-1" };
const CMK = diskEncryptionType({ type: "customerManagedKey" });
const disksOf = (encryption?: RegionEncryption, luns: number[] = [], owner = OWNER) =>
  verificationDisks(owner, { name: "westus", encryption }, luns);

test("a region is proved by its OS disk and each data disk of the version, each with its own set", () => {
  const encryption = {
    osDiskImage: { diskEncryptionSetId: "/os" },
    dataDiskImages: [
      { lun: 4, diskEncryptionSetId: "/four" },
      { lun: 0, diskEncryptionSetId: "/zero" },
    ],
  };
  expect(disksOf(encryption, [0, 4])).toEqual([
    { disk: "os", name: expect.stringMatching(/-westus-os$/), diskEncryptionSetId: "/os" },
    { disk: 0, name: expect.stringMatching(/-westus-lun0$/), diskEncryptionSetId: "/zero" },
    { disk: 4, name: expect.stringMatching(/-westus-lun4$/), diskEncryptionSetId: "/four" },
  ]);
});

test("with platform-managed keys disks are made without a set", () => {
  expect(disksOf(undefined, [1])).toEqual([
    { disk: "os", name: expect.any(String) },
    { disk: 1, name: expect.any(String) },
  ]);
});

test("a disk's name is the same for the same run, another for another, and one that Azure takes", () => {
  const [first, again] = [disksOf(), disksOf()];
  const others = [
    { ...OWNER, runId: "run-2" },
    { ...OWNER, publicationId: "gallery-image-1.0.1-abc" },
  ].map((owner) => disksOf(undefined, [], owner)[0]?.name);
  expect(again).toEqual(first);
  expect(new Set([first[0]?.name, ...others]).size).toBe(3);
  // Microsoft's naming rules: letters, digits, _ and -, at most 80, the last no hyphen.
  const longest = { name: "australiacentral2", encryption: undefined };
  const names = verificationDisks(OWNER, longest, [63]).map(({ name }) => name);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][\w-]{0,78}\w$/);
});

test.each([
  ["EncryptedVMGuestStateOnlyWithPmk", "ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey"],
  ["EncryptedWithPmk", "ConfidentialVM_DiskEncryptedWithPlatformKey"],
  ["encryptedwithcmk", "ConfidentialVM_DiskEncryptedWithCustomerKey"],
  ["NonPersistedTPM", "ConfidentialVM_NonPersistedTPM"],
])("a confidential disk of %s is made as %s", (type, securityType) => {
  const set = type === "encryptedwithcmk" ? { secureVMDiskEncryptionSetId: "/secure" } : {};
  const securityProfile = { confidentialVMEncryptionType: type, ...set };
  const [os] = disksOf({ osDiskImage: { securityProfile } });
  expect(os?.securityProfile).toEqual({ securityType, ...set });
  expect(os).not.toHaveProperty("diskEncryptionSetId");
});

const wanted = disksOf({ osDiskImage: { diskEncryptionSetId: "/Sets/One" } })[0];
const confidential = disksOf({
  osDiskImage: {
    securityProfile: {
      confidentialVMEncryptionType: "EncryptedWithCmk",
      secureVMDiskEncryptionSetId: "/secure",
    },
  },
})[0];
const right: ShownEncryption = { encryptionType: CMK, diskEncryptionSetId: "/sets/one" };
const CONFIDENTIAL_TYPE = "ConfidentialVM_DiskEncryptedWithCustomerKey";

test.each<[string, typeof wanted, ShownEncryption, string | undefined]>([
  ["the same set in another spelling", wanted, right, undefined],
  [
    "a security type that nobody asked for",
    wanted,
    { ...right, securityType: "TrustedLaunch" },
    undefined,
  ],
  [
    "another set",
    wanted,
    { ...right, diskEncryptionSetId: "/sets/two" },
    "its disk encryption set is /sets/two instead of /Sets/One",
  ],
  [
    "the platform's keys",
    wanted,
    { encryptionType: "EncryptionAtRestWithPlatformKey" },
    `its disk encryption set is none instead of /Sets/One; its encryption type is EncryptionAtRestWithPlatformKey instead of ${CMK}`,
  ],
  [
    "its confidential set",
    confidential,
    { securityType: CONFIDENTIAL_TYPE, secureVMDiskEncryptionSetId: "/SECURE" },
    undefined,
  ],
  [
    "another confidential set",
    confidential,
    { securityType: CONFIDENTIAL_TYPE, secureVMDiskEncryptionSetId: "/other" },
    "its set of the confidential disk is /other instead of /secure",
  ],
])("of a disk with %s is said what is wrong", (_what, disk, shown, wrong) => {
  expect(disk && wronglyEncrypted(disk, CMK, shown)).toBe(wrong);
});

test("a refusal of Azure keeps its words, its advice and what Azure's support asks for", () => {
  const cause = {
    ...azureFault("ScopeLocked", "operator", "locked", "unlock"),
    correlationId: "c",
  };
  expect(wanted && diskNotMade("westus", wanted, cause)).toMatchObject({
    code: "VerificationFailed",
    advice: "operator",
    message: expect.stringContaining("ScopeLocked: locked"),
    action: expect.stringMatching(/^unlock; then redrive/),
    correlationId: "c",
  });
});
