import type { ReadingCode } from "../../../../src/domain/problem-catalogue";
import {
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  refusals,
  SUBSCRIPTION,
  withMember,
  wireRegion,
} from "../../../support/request-factory";
import { KEY_PAIRS } from "./key-pairs";
import type { Pair } from "./pair";

const FOREIGN = "99999999-9999-9999-9999-999999999999";
const example = managedImageExample();
const west = ["targetRegions", 0] as const;
const east = ["targetRegions", 1] as const;
const OS_SET = ["encryption", "osDiskImage", "diskEncryptionSetId"] as const;
const DATA = ["encryption", "dataDiskImages"] as const;
const ACCOUNT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`;
const vhd = (uri: string) => ({ vhd: { uri, storageAccountId: ACCOUNT } });
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
/** Regions with three mistakes each. */
const crowd = (count: number) =>
  Array.from({ length: count }, () => ({ ...wireRegion("westus", "Set"), name: 7, x: 1, y: 1 }));

/** A mistake for every code that reading can find, and beside it what isn't one. */
const PAIRS: Record<ReadingCode, Pair> = {
  NotAnObject: { wrong: [example], right: example, at: "$" },
  TooDeep: { path: ["tags"], wrong: nested(64), right: nested(63), at: "$" },
  MoreProblems: { path: ["targetRegions"], wrong: crowd(167), right: crowd(166), at: "$" },
  Required: { path: ["image", "gallery"], wrong: undefined, right: "G", at: "$.image.gallery" },
  Invalid: { path: ["replicaCount"], wrong: "2", right: 2, at: "$.replicaCount" },
  UnknownMember: {
    path: ["tags2"],
    wrong: {},
    right: undefined,
    at: "$.tags2",
  },
  InvalidImageId: {
    path: ["image"],
    wrong: { id: computeId("galleries/G/images", "I"), location: "westus" },
    right: { id: computeId("galleries/G/images/I/versions", "1.0.0"), location: "westus" },
    at: "$.image.id",
  },
  InvalidName: { path: ["image", "gallery"], wrong: "a/b", right: "a.b", at: "$.image.gallery" },
  InvalidVersionName: {
    path: ["image", "version"],
    wrong: "1.0.2147483648",
    right: "1.0.2147483647",
    at: "$.image.version",
  },
  InvalidResourceId: {
    path: ["source"],
    wrong: { managedImage: computeId("disks", "d") },
    right: { managedDisk: computeId("disks", "d") },
    at: "$.source.managedImage",
  },
  OneSource: {
    path: ["source"],
    wrong: { managedImage: computeId("images", "i"), managedDisk: computeId("disks", "d") },
    right: { managedImage: computeId("images", "i") },
    at: "$.source",
  },
  VirtualMachineSourceWithCustomerManagedKey: {
    path: ["source"],
    wrong: { virtualMachine: computeId("virtualMachines", "m") },
    right: { managedDisk: computeId("disks", "m") },
    at: "$.source.virtualMachine",
  },
  CommunityGallerySource: {
    path: ["source"],
    wrong: { communityGalleryImage: "/CommunityGalleries/a/Images/b/Versions/1.0.0" },
    right: { galleryImageVersion: computeId("galleries/G/images/b/versions", "1.0.0") },
    at: "$.source.communityGalleryImage",
  },
  InvalidVhdUri: {
    path: ["source"],
    wrong: vhd("http://a.blob.core.windows.net/b/c.vhd"),
    right: vhd("https://a.blob.core.windows.net/b/c.vhd"),
    at: "$.source.vhd.uri",
  },
  DuplicateLun: {
    path: [...east, ...DATA, 1],
    wrong: { lun: 0, diskEncryptionSetId: "Set" },
    right: undefined,
    at: "$.targetRegions[1].encryption.dataDiskImages[1].lun",
  },
  DuplicateSource: {
    path: ["source"],
    wrong: {
      osSnapshot: computeId("snapshots", "os"),
      dataSnapshots: [{ lun: 0, id: computeId("snapshots", "OS") }],
    },
    right: {
      osSnapshot: computeId("snapshots", "os"),
      dataSnapshots: [{ lun: 0, id: computeId("snapshots", "data") }],
    },
    at: "$.source.dataSnapshots[0].id",
  },
  UnknownRegion: {
    path: [...east, "name"],
    wrong: "East US 22",
    right: "East US 2",
    at: "$.targetRegions[1].name",
  },
  DuplicateRegion: {
    path: [...east, "name"],
    wrong: "West US",
    right: "West US 2",
    at: "$.targetRegions[1].name",
  },
  SourceRegionMissing: {
    path: ["image", "location"],
    wrong: "East US",
    right: "East US 2",
    at: "$.targetRegions",
  },
  ReplicaCountOutOfRange: { path: ["replicaCount"], wrong: 101, right: 100, at: "$.replicaCount" },
  UnknownStorageAccountType: {
    path: [...west, "storageAccountType"],
    wrong: "Standard_GRS",
    right: "standard_zrs",
    at: "$.targetRegions[0].storageAccountType",
  },
  DiskEncryptionSetRequired: {
    path: [...east, ...OS_SET],
    wrong: undefined,
    right: "Set",
    at: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
  },
  InvalidDiskEncryptionSet: {
    path: [...east, ...OS_SET],
    wrong: "group/a/b",
    right: "group/b",
    at: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
  },
  NotADiskEncryptionSet: {
    path: [...east, ...OS_SET],
    wrong: computeId("disks", "d"),
    right: computeId("diskEncryptionSets", "d"),
    at: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
  },
  DataDiskEncryptionMissing: {
    path: [...east, ...DATA],
    wrong: [],
    right: [{ lun: 0, diskEncryptionSetId: "Set" }],
    at: "$.targetRegions[1].encryption.dataDiskImages",
  },
  InvalidTag: {
    path: ["tags"],
    wrong: { Team: "a", team: "b" },
    right: { Team: "a", team2: "b" },
    at: "$.tags.team",
  },
  InvalidDate: {
    path: ["endOfLifeDate"],
    wrong: "2030-02-30",
    right: "2030-02-28",
    at: "$.endOfLifeDate",
  },
  EndOfLifeInPast: {
    path: ["endOfLifeDate"],
    wrong: "2026-11-24T12:00:00Z",
    right: "2026-11-24T12:00:01Z",
    at: "$.endOfLifeDate",
  },
  InvalidTimeout: {
    path: ["rollout"],
    wrong: { timeout: "PT59S" },
    right: { timeout: "PT60S" },
    at: "$.rollout.timeout",
  },
  RequiredRegionNotTargeted: {
    path: ["rollout"],
    wrong: { requiredRegions: 3 },
    right: { requiredRegions: 2 },
    at: "$.rollout.requiredRegions",
  },
  GalleryNotAllowed: {
    path: ["image", "subscriptionId"],
    wrong: OTHER_SUBSCRIPTION,
    right: SUBSCRIPTION,
    at: "$.image",
  },
  SubscriptionNotAllowed: {
    path: ["source", "managedImage"],
    wrong: computeId("images", "i").replace(SUBSCRIPTION, FOREIGN),
    right: computeId("images", "i"),
    at: "$.source.managedImage",
  },
  DiskEncryptionSetSubscriptionNotAllowed: {
    path: [...east, ...OS_SET],
    wrong: computeId("diskEncryptionSets", "d").replace(SUBSCRIPTION, FOREIGN),
    right: computeId("diskEncryptionSets", "d").replace(SUBSCRIPTION, OTHER_SUBSCRIPTION),
    at: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
  },
  InvalidVersionBase: {
    path: ["image", "version"],
    wrong: { strategy: "nextMinor", base: "1.2" },
    right: { strategy: "nextMinor", base: "1" },
    at: "$.image.version.base",
  },
  ShallowWithCustomerManagedKey: {
    path: ["replicationMode"],
    wrong: "Shallow",
    right: "Full",
    at: "$.replicationMode",
  },
  EncryptionNoneNotAllowed: {
    path: ["encryption"],
    wrong: { type: "none" },
    right: { type: "customerManagedKey" },
    at: "$.encryption.type",
  },
  ...KEY_PAIRS,
  VerificationNotConfigured: {
    path: ["rollout"],
    wrong: { verify: "disk" },
    right: { verify: "none" },
    at: "$.rollout.verify",
  },
  InvalidWaves: {
    path: ["rollout"],
    wrong: { waves: [["westus"]] },
    right: { waves: [["westus"], ["eastus2"]] },
    at: "$.rollout.waves",
  },
};

const request = ({ path = [] }: Pair, value: unknown): unknown =>
  path.length === 0 ? value : withMember(example, [...path], value);

test.each(Object.entries(PAIRS))(
  "%s is told of its mistake, and not of the neighbour",
  (code, pair) => {
    expect(refusals(request(pair, pair.wrong), pair.rules)).toContain(`${pair.at} ${code}`);
    const beside = refusals(request(pair, pair.right), pair.rules);
    expect(beside.filter((line) => line.endsWith(` ${code}`))).toEqual([]);
  },
);

/** Neighbours that have another mistake all the same. */
const STILL_REFUSED: ReadonlySet<string> = new Set(["TooDeep", "MoreProblems"]);

test.each(Object.entries(PAIRS).filter(([code]) => !STILL_REFUSED.has(code)))(
  "the neighbour of %s is admitted",
  (_code, pair) => {
    expect(refusals(request(pair, pair.right), pair.rules)).toEqual([]);
  },
);
