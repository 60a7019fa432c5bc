import type { RequestRules } from "../../../../src/domain/request/parse-request";
import { noLongerAllowed } from "../../../../src/domain/request/still-allowed";
import {
  ALLOWED,
  computeId,
  managedImageExample,
  parse,
  RULES,
  snapshotExample,
  wireRegion,
} from "../../../support/request-factory";

const regionsOf = (names: string[], more: object = {}) =>
  names.map((name) => ({ ...wireRegion(name, `os-${name}`), ...more }));
const confidential = (name: string) => ({
  name,
  encryption: {
    osDiskImage: {
      diskEncryptionSetId: "os",
      securityProfile: { confidentialVMEncryptionType: "EncryptedWithPmk" },
    },
  },
});
const CONFIDENTIAL =
  "encryption.osDiskImage.securityProfile.confidentialVMEncryptionType PlatformManagedKeysNotAllowed";

interface Case {
  request: Record<string, unknown>;
  /** The rules that admitted it. */
  before?: Partial<RequestRules>;
  /** What has changed since. */
  since: Partial<RequestRules>;
  told: string[];
}

const machine = managedImageExample({
  source: { virtualMachine: computeId("virtualMachines", "vm") },
});
const platform = managedImageExample({
  encryption: { type: "none" },
  targetRegions: [{ name: "westus" }],
});
const CASES: Record<string, Case> = {
  "nothing has changed": { request: snapshotExample(), since: {}, told: [] },
  "virtual machines are refused": {
    request: machine,
    before: { vmSourceWithCmk: "allow" },
    since: { vmSourceWithCmk: "reject" },
    told: ["$.source.virtualMachine VirtualMachineSourceWithCustomerManagedKey"],
  },
  "virtual machines are refused, and it asks for platform-managed keys": {
    request: { ...platform, source: machine["source"] },
    before: { platformManagedKeys: "allow" },
    since: { vmSourceWithCmk: "reject" },
    told: [],
  },
  "platform-managed keys are refused": {
    request: platform,
    before: { platformManagedKeys: "allow" },
    since: { platformManagedKeys: "reject" },
    told: ["$.encryption.type EncryptionNoneNotAllowed"],
  },
  "platform-managed keys of confidential disks are refused": {
    request: managedImageExample({ targetRegions: ["westus", "eastus2"].map(confidential) }),
    before: { platformManagedKeys: "allow" },
    since: { platformManagedKeys: "reject" },
    told: [0, 1].map((index) => `$.targetRegions[${index}].${CONFIDENTIAL}`),
  },
  "its end of life has come": {
    request: managedImageExample({ endOfLifeDate: "2026-12-01" }),
    since: { now: new Date("2026-12-01T00:00:00Z") },
    told: ["$.endOfLifeDate EndOfLifeInPast"],
  },
  "its gallery, sources and sets are out of bounds": {
    request: snapshotExample(),
    since: { allow: { subscriptions: [], galleries: [], diskEncryptionSetSubscriptions: [] } },
    told: [
      "$.image SubscriptionNotAllowed",
      "$.image GalleryNotAllowed",
      "$.source.osSnapshot SubscriptionNotAllowed",
      "$.source.dataSnapshots[0].id SubscriptionNotAllowed",
      "$.image DiskEncryptionSetSubscriptionNotAllowed",
    ],
  },
  "replicas are fewer": {
    request: managedImageExample({
      replicaCount: 9,
      targetRegions: [
        ...regionsOf(["westus"]),
        ...regionsOf(["eastus2"], { regionalReplicaCount: 7 }),
      ],
    }),
    since: { maxReplicaCount: 5 },
    told: [
      "$.replicaCount ReplicaCountOutOfRange",
      "$.targetRegions[1].regionalReplicaCount ReplicaCountOutOfRange",
    ],
  },
  "a region isn't known any more": {
    request: managedImageExample({ targetRegions: regionsOf(["westus", "atlantis"]) }),
    before: { additionalRegions: ["atlantis"] },
    since: { additionalRegions: [] },
    told: ["$.targetRegions[1].name UnknownRegion"],
  },
  "there is no place for the disks of a verification any more": {
    request: managedImageExample({ rollout: { verify: "disk" } }),
    before: { verificationGroup: "Verifications" },
    since: { verificationGroup: undefined },
    told: ["$.rollout.verify VerificationNotConfigured"],
  },
  "several things have changed": {
    request: { ...machine, endOfLifeDate: "2026-12-01" },
    before: { vmSourceWithCmk: "allow" },
    since: {
      vmSourceWithCmk: "reject",
      now: new Date("2027-01-01T00:00:00Z"),
      allow: { ...ALLOWED, galleries: [] },
    },
    told: [
      "$.image GalleryNotAllowed",
      "$.source.virtualMachine VirtualMachineSourceWithCustomerManagedKey",
      "$.endOfLifeDate EndOfLifeInPast",
    ],
  },
};

test.each(Object.entries(CASES))(
  "of a request that was admitted before, when %s, is said what admission says",
  (_name, { request: raw, before = {}, since, told }) => {
    const admitted = parse(raw, before);
    if (admitted.kind !== "valid") throw new Error(JSON.stringify(admitted));
    const problems = noLongerAllowed(admitted.request, { ...RULES, ...before, ...since });
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual(told);
    const again = parse(raw, { ...before, ...since });
    // In admission's own words, but for the date, which was brought to UTC meanwhile.
    const inUtc = (text: string): string =>
      text.replace("2026-12-01 ", "2026-12-01T00:00:00.000Z ");
    const said = (again.kind === "invalid" ? again.problems : []).map((one) => ({
      ...one,
      message: inUtc(one.message),
    }));
    expect(said).toEqual(expect.arrayContaining(problems));
    expect(again.kind).toBe(told.length === 0 ? "valid" : "invalid");
  },
);
