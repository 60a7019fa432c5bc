import {
  SUBSCRIPTION,
  computeId,
  managedImageExample,
  parse,
  refusals,
  snapshotExample,
  setId,
  wireRegion,
  withMember,
} from "../../../support/request-factory";

type Path = (string | number)[];
const example = managedImageExample();
const OS = ["encryption", "osDiskImage"];
const DATA = ["encryption", "dataDiskImages"];
const west: Path = ["targetRegions", 0];
const east: Path = ["targetRegions", 1];
const ACCOUNT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`;
const image = (part: string): Path => ["image", part];
const imageId = (version: string, gallery = "MyGallery"): string =>
  computeId(`galleries/${gallery}/images/MyImage/versions`, version);

/** One mistake in the customer's first example: where it is, what stands there, what is reported. */
const MISTAKES: [name: string, path: Path, value: unknown, reported: string[]][] = [
  ["an unknown member", ["replicas"], 2, ["$.replicas UnknownMember"]],
  [
    "an unknown member of a region",
    [...east, "sku"],
    "x",
    ["$.targetRegions[1].sku UnknownMember"],
  ],
  ["another schema version", ["schemaVersion"], 2, ["$.schemaVersion Invalid"]],
  ["no image", ["image"], undefined, ["$.image Required"]],
  ["an image that is a text", ["image"], "MyImage", ["$.image Invalid"]],
  ["an empty image", ["image"], {}, ["$.image.id Required"]],
  ["no gallery", image("gallery"), undefined, ["$.image.gallery Required"]],
  ["a version that is a number", image("version"), 1, ["$.image.version Invalid"]],
  ["a short version name", image("version"), "1.0", ["$.image.version InvalidVersionName"]],
  [
    "a version name with a leading zero",
    image("version"),
    "01.0.0",
    ["$.image.version InvalidVersionName"],
  ],
  [
    "an image id whose version has leading zeros",
    ["image"],
    { id: imageId("1.0.007"), location: "westus" },
    ["$.image.id InvalidVersionName"],
  ],
  [
    "a version part over 32 bits",
    image("version"),
    "1.0.2147483648",
    ["$.image.version InvalidVersionName"],
  ],
  [
    "a version strategy that there isn't",
    image("version"),
    { strategy: "nextBuild" },
    ["$.image.version.strategy Invalid"],
  ],
  ...[
    { strategy: "nextPatch", base: "1.2.3" },
    { strategy: "nextMinor", base: "1.2" },
    { strategy: "nextMajor", base: "1" },
    { strategy: "date", base: "2026" },
    { strategy: "nextPatch", base: "2147483648" },
    { strategy: "nextPatch", base: "v1" },
  ].map((version): [string, (string | number)[], unknown, string[]] => [
    `the base ${version.base} for ${version.strategy}`,
    image("version"),
    version,
    ["$.image.version.base InvalidVersionBase"],
  ]),
  ["a gallery name with a slash", image("gallery"), "a/b", ["$.image.gallery InvalidName"]],
  [
    "a placeholder left in",
    image("subscriptionId"),
    "<subscription ID>",
    ["$.image.subscriptionId InvalidName"],
  ],
  [
    "a name that climbs in the path",
    image("resourceGroup"),
    "..",
    ["$.image.resourceGroup InvalidName"],
  ],
  [
    "a gallery name over 80 characters",
    image("gallery"),
    "g".repeat(81),
    ["$.image.gallery Invalid"],
  ],
  ["an image id of another type", ["image"], { id: setId("a") }, ["$.image.id InvalidImageId"]],
  [
    "an image id with a bad version",
    ["image"],
    { id: imageId("latest"), location: "westus" },
    ["$.image.id InvalidVersionName"],
  ],
  [
    "an image id with a query",
    ["image"],
    { id: imageId("1.0.0", "g?x=1") },
    ["$.image.id InvalidImageId"],
  ],
  [
    "an image id with a long gallery name",
    ["image"],
    { id: imageId("1.0.0", "g".repeat(81)) },
    ["$.image.id InvalidName"],
  ],
  [
    "a location that is no target",
    image("location"),
    "North Europe",
    ["$.targetRegions SourceRegionMissing"],
  ],
  ["no source", ["source"], undefined, ["$.source Required"]],
  ["a source that says nothing", ["source"], {}, ["$.source OneSource"]],
  [
    "a source of another type",
    ["source"],
    { managedImage: setId("a") },
    ["$.source.managedImage InvalidResourceId"],
  ],
  [
    "a source id with a placeholder",
    ["source"],
    {
      managedImage:
        "/subscriptions/<subscription ID>/resourceGroups/g/providers/Microsoft.Compute/images/i",
    },
    ["$.source.managedImage InvalidResourceId"],
  ],
  [
    "a snapshot that is a disk",
    ["source"],
    { osSnapshot: computeId("disks", "d") },
    ["$.source.osSnapshot InvalidResourceId"],
  ],
  [
    "data snapshots beside a managed image",
    ["source", "dataSnapshots"],
    [],
    ["$.source.dataSnapshots OneSource"],
  ],
  ["two sources", ["source", "osSnapshot"], computeId("snapshots", "s"), ["$.source OneSource"]],
  ["encryption without a type", ["encryption"], {}, ["$.encryption.type Required"]],
  ["an unknown encryption type", ["encryption"], { type: "pmk" }, ["$.encryption.type Invalid"]],
  [
    "no encryption at all",
    ["encryption"],
    { type: "none" },
    ["$.encryption.type EncryptionNoneNotAllowed"],
  ],
  [
    "resolution by no tag at all",
    ["encryption"],
    { type: "customerManagedKey", diskEncryptionSets: { byTag: {} } },
    ["$.encryption.diskEncryptionSets.byTag Invalid"],
  ],
  ["no regions", ["targetRegions"], undefined, ["$.targetRegions Required"]],
  ["an empty list of regions", ["targetRegions"], [], ["$.targetRegions Invalid"]],
  ["a region that is a text", east, "eastus2", ["$.targetRegions[1] Invalid"]],
  ["a region without a name", [...east, "name"], undefined, ["$.targetRegions[1].name Required"]],
  [
    "the same region twice, spelt differently",
    [...east, "name"],
    "West US",
    ["$.targetRegions[1].name DuplicateRegion"],
  ],
  [
    "a region that doesn't exist",
    [...east, "name"],
    "eastus22",
    ["$.targetRegions[1].name UnknownRegion"],
  ],
  [
    "no set for the OS disk",
    [...east, ...OS],
    undefined,
    ["$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired"],
  ],
  [
    "a set of another type",
    [...east, ...OS, "diskEncryptionSetId"],
    computeId("images", "i"),
    ["$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId NotADiskEncryptionSet"],
  ],
  [
    "a set with too many slashes",
    [...east, ...OS, "diskEncryptionSetId"],
    "a/b/c",
    ["$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId InvalidDiskEncryptionSet"],
  ],
  [
    "a set named by dots",
    [...east, ...OS, "diskEncryptionSetId"],
    "..",
    ["$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId InvalidDiskEncryptionSet"],
  ],
  [
    "a bad set for a data disk",
    [...east, ...DATA, 0, "diskEncryptionSetId"],
    "what?",
    [
      "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId InvalidDiskEncryptionSet",
    ],
  ],
  [
    "a data disk encrypted in one region only",
    [...east, ...DATA],
    undefined,
    ["$.targetRegions[1].encryption.dataDiskImages DataDiskEncryptionMissing"],
  ],
  [
    "a LUN over 63",
    [...west, ...DATA, 0, "lun"],
    64,
    ["$.targetRegions[0].encryption.dataDiskImages[0].lun Invalid"],
  ],
  [
    "a region with no replica",
    [...west, "regionalReplicaCount"],
    0,
    ["$.targetRegions[0].regionalReplicaCount ReplicaCountOutOfRange"],
  ],
  [
    "half a replica",
    [...west, "regionalReplicaCount"],
    1.5,
    ["$.targetRegions[0].regionalReplicaCount Invalid"],
  ],
  ["a replica count that is a text", ["replicaCount"], "2", ["$.replicaCount Invalid"]],
  ["too many replicas", ["replicaCount"], 101, ["$.replicaCount ReplicaCountOutOfRange"]],
  [
    "an unknown storage type",
    ["storageAccountType"],
    "Ultra",
    ["$.storageAccountType UnknownStorageAccountType"],
  ],
  [
    "an unknown storage type of a region",
    [...east, "storageAccountType"],
    "Ultra",
    ["$.targetRegions[1].storageAccountType UnknownStorageAccountType"],
  ],
  [
    "an end of life that is no date",
    ["endOfLifeDate"],
    "next year",
    ["$.endOfLifeDate InvalidDate"],
  ],
  [
    "an end of life on a day that doesn't exist",
    ["endOfLifeDate"],
    "2027-02-31",
    ["$.endOfLifeDate InvalidDate"],
  ],
  [
    "an end of life with words after it",
    ["endOfLifeDate"],
    "2027-12-01 (noon)",
    ["$.endOfLifeDate InvalidDate"],
  ],
  [
    "an end of life in the past",
    ["endOfLifeDate"],
    "2020-12-01",
    ["$.endOfLifeDate EndOfLifeInPast"],
  ],
  [
    "shallow replication",
    ["replicationMode"],
    "Shallow",
    ["$.replicationMode ShallowWithCustomerManagedKey"],
  ],
  ["an unknown replication mode", ["replicationMode"], "Deep", ["$.replicationMode Invalid"]],
  ["a tag that isn't a text", ["tags"], { "cost.center": 7 }, ["$.tags['cost.center'] Invalid"]],
  [
    "one wave that leaves a region out",
    ["rollout"],
    { waves: [["westus"]] },
    ["$.rollout.waves InvalidWaves"],
  ],
  [
    "a wave without a region",
    ["rollout"],
    { waves: [["westus", "eastus2"], []] },
    ["$.rollout.waves[1] InvalidWaves"],
  ],
  [
    "a region in two waves",
    ["rollout"],
    { waves: [["westus", "eastus2"], ["East US 2"]] },
    ["$.rollout.waves[1][0] InvalidWaves"],
  ],
  [
    "a wave with a region that is no target",
    ["rollout"],
    { waves: [["westus", "eastus2"], ["northeurope"]] },
    ["$.rollout.waves[1][0] InvalidWaves"],
  ],
  [
    "the version's location in a later wave",
    ["rollout"],
    { waves: [["eastus2"], ["westus"]] },
    ["$.rollout.waves[0] InvalidWaves"],
  ],
  [
    "a time for approvals that is no duration",
    ["rollout"],
    { approvalTimeout: "soon" },
    ["$.rollout.approvalTimeout InvalidTimeout"],
  ],
  [
    "a wave's time that is too short",
    ["rollout"],
    { waveTimeout: "PT1S" },
    ["$.rollout.waveTimeout InvalidTimeout"],
  ],
  ["verification", ["rollout"], { verify: "disk" }, ["$.rollout.verify VerificationNotConfigured"]],
  [
    "a required region that is no target",
    ["rollout"],
    { requiredRegions: ["northeurope"] },
    ["$.rollout.requiredRegions RequiredRegionNotTargeted"],
  ],
  [
    "more required regions than targets",
    ["rollout"],
    { requiredRegions: 3 },
    ["$.rollout.requiredRegions RequiredRegionNotTargeted"],
  ],
  [
    "a time-out that is no duration",
    ["rollout"],
    { timeout: "6h" },
    ["$.rollout.timeout InvalidTimeout"],
  ],
  [
    "a time-out under a minute",
    ["rollout"],
    { timeout: "PT59S" },
    ["$.rollout.timeout InvalidTimeout"],
  ],
  ["a time-out in months", ["rollout"], { timeout: "P1M" }, ["$.rollout.timeout InvalidTimeout"]],
  ["a negative time-out", ["rollout"], { timeout: "-PT6H" }, ["$.rollout.timeout InvalidTimeout"]],
  [
    "a time-out without end",
    ["rollout"],
    { timeout: `PT${"9".repeat(400)}H` },
    ["$.rollout.timeout InvalidTimeout"],
  ],
  [
    "only a gallery",
    ["image"],
    { gallery: "g" },
    [
      "$.image.subscriptionId Required",
      "$.image.resourceGroup Required",
      "$.image.definition Required",
      "$.image.version Required",
    ],
  ],
  ["an id beside the parts", ["image", "id"], imageId("1.0.0"), ["$.image.id UnknownMember"]],
  ["waves that are a number", ["rollout"], { waves: 2 }, ["$.rollout.waves Invalid"]],
  [
    "waves without a size",
    ["rollout"],
    { waves: { canary: 1 } },
    ["$.rollout.waves.size Required"],
  ],
  [
    "a negative number of required regions",
    ["rollout"],
    { requiredRegions: -1 },
    ["$.rollout.requiredRegions Invalid"],
  ],
  ["a long request id", ["requestId"], "r".repeat(201), ["$.requestId Invalid"]],
  ["members that every object inherits", ["toString"], 1, ["$.toString UnknownMember"]],
];

test.each(MISTAKES)("%s is reported alone, at its place", (_name, path, value, reported) => {
  expect(refusals(withMember(example, path, value))).toEqual(reported);
});

/** What can't be judged any more once something else is wrong: [what hides, what is hidden]. */
const HIDDEN: [RegExp, RegExp][] = [
  // Which regions are targets isn't known.
  [/^(no regions|an empty list of regions)$/, /^(a location that is no|more required)|\bwaves?\b/],
  [
    /^(a region that is a text|a region without a name)$/,
    /^(a location that is no|a required region)|\bwaves?\b/,
  ],
  // What the waves are to hold is another thing then.
  [/^(a location that is no target|a region that doesn't exist)$/, /\bwaves?\b/],
  // Which LUNs a region has isn't known.
  [/^a LUN over 63$/, /^a data disk encrypted in one region only$/],
  // The form of the image, by id or by parts, isn't clear any more.
  [/^an id beside the parts$/, /^(no gallery|a version that is a number)$/],
  // One of the two mends the other.
  [/^two sources$/, /^data snapshots beside/],
  [/^the same region twice/, /\bwaves?\b/],
];

test("of any two mistakes at different places both are told, each as if it stood alone", () => {
  const isWithin = (one: Path, other: Path): boolean => one.every((key, at) => other[at] === key);
  const differences: string[] = [];
  let pairs = 0;
  for (const [at, [first, path, value, reported]] of MISTAKES.entries())
    for (const [second, otherPath, otherValue, alsoReported] of MISTAKES.slice(at + 1)) {
      if (isWithin(path, otherPath) || isWithin(otherPath, path)) continue;
      if (
        HIDDEN.some(
          ([a, b]) => (a.test(first) && b.test(second)) || (a.test(second) && b.test(first)),
        )
      )
        continue;
      pairs++;
      const both = withMember(withMember(example, path, value), otherPath, otherValue);
      const told = refusals(both).sort().join(", ");
      const expected = [...reported, ...alsoReported].sort().join(", ");
      if (told !== expected) differences.push(`${first} and ${second}: ${told}`);
    }
  expect(differences).toEqual([]);
  expect(pairs).toBeGreaterThan(2500);
});

test.each([
  ["managedDisk", computeId("disks", "d")],
  ["galleryImageVersion", imageId("1.0.0")],
  ["vhd", { uri: "https://a.blob.core.windows.net/c/b.vhd", storageAccountId: ACCOUNT }],
])("%s is a source", (kind, value) => {
  expect(refusals(managedImageExample({ source: { [kind]: value } }))).toEqual([]);
});

test("a virtual machine is a source only where the configuration allows it with customer-managed keys", () => {
  const machine = managedImageExample({
    source: { virtualMachine: computeId("virtualMachines", "vm") },
  });
  expect(refusals(machine)).toEqual([
    "$.source.virtualMachine VirtualMachineSourceWithCustomerManagedKey",
  ]);
  expect(refusals(machine, { vmSourceWithCmk: "allow" })).toEqual([]);
});

test("an image of a community gallery is refused by policy", () => {
  const communityGalleryImage = "/CommunityGalleries/a/Images/b/Versions/1.0.0";
  expect(refusals(managedImageExample({ source: { communityGalleryImage } }))).toEqual([
    "$.source.communityGalleryImage CommunityGallerySource",
  ]);
});

test.each(["http://a/b.vhd", "https://a/b.vhdx", "b.vhd", "https://a/b\n.vhd", "https://a/b .vhd"])(
  "%j is no VHD",
  (uri) => {
    expect(
      refusals(managedImageExample({ source: { vhd: { uri, storageAccountId: ACCOUNT } } })),
    ).toEqual(["$.source.vhd.uri InvalidVhdUri"]);
  },
);

test.each([
  ["null", null],
  ["an array", []],
  ["a text", "publish"],
  ["a number", 3],
])("%s is no request", (_name, raw) => {
  expect(refusals(raw)).toEqual(["$ NotAnObject"]);
});

test("a LUN that is named twice is reported where it stands the second time", () => {
  const twice = withMember(
    example,
    ["targetRegions", 0, ...DATA],
    [
      { lun: 0, diskEncryptionSetId: "a" },
      { lun: 0, diskEncryptionSetId: "b" },
    ],
  );
  expect(refusals(twice)).toEqual([
    "$.targetRegions[0].encryption.dataDiskImages[1].lun DuplicateLun",
  ]);
  const snapshot = computeId("snapshots", "s");
  const sources = withMember(
    snapshotExample(),
    ["source", "dataSnapshots"],
    [
      { lun: 0, id: snapshot },
      { lun: 0, id: snapshot },
    ],
  );
  expect(refusals(sources)).toEqual([
    "$.source.dataSnapshots[1].lun DuplicateLun",
    "$.source.dataSnapshots[1].id DuplicateSource",
  ]);
});

test("structural mistakes and broken rules are reported together", () => {
  const raw = {
    schemaVersion: 1,
    image: { subscriptionId: "s", resourceGroup: "g", gallery: "x", version: "1" },
    source: { virtualMachine: "vm" },
    endOfLifeDate: "2020-12-01",
    replicaCount: 0,
    targetRegions: [
      null,
      { name: "West US", regionalReplicaCount: "two" },
      { name: "westuss", storageAccountType: "tape" },
    ],
    rollout: { timeout: "soon" },
    color: "blue",
  };
  expect(refusals(raw).sort()).toEqual(
    [
      "$.color UnknownMember",
      "$.endOfLifeDate EndOfLifeInPast",
      "$.image GalleryNotAllowed",
      "$.image SubscriptionNotAllowed",
      "$.image.definition Required",
      "$.image.version InvalidVersionName",
      "$.replicaCount ReplicaCountOutOfRange",
      "$.rollout.timeout InvalidTimeout",
      "$.source.virtualMachine InvalidResourceId",
      "$.source.virtualMachine VirtualMachineSourceWithCustomerManagedKey",
      "$.targetRegions[0] Invalid",
      "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired",
      "$.targetRegions[1].regionalReplicaCount Invalid",
      "$.targetRegions[2].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetRequired",
      "$.targetRegions[2].name UnknownRegion",
      "$.targetRegions[2].storageAccountType UnknownStorageAccountType",
    ].sort(),
  );
});

test("a region with a structural mistake still counts as a target", () => {
  const broken = managedImageExample({
    targetRegions: [
      { ...wireRegion("westus", "a", [[0, "b"]]), sku: "x" },
      wireRegion("eastus2", "c", [[0, "d"]]),
      wireRegion("eastus", "e"),
    ],
    rollout: { requiredRegions: ["West US"] },
  });
  expect(refusals(broken)).toEqual([
    "$.targetRegions[0].sku UnknownMember",
    "$.targetRegions[2].encryption.dataDiskImages DataDiskEncryptionMissing",
  ]);
});

test("every problem says what to do, and a region's problem names the region", () => {
  const result = parse(withMember(example, ["targetRegions", 1, "name"], "eastus22"));
  if (result.kind !== "invalid") throw new Error("the request was accepted");
  expect(result.problems).toEqual([
    {
      path: "$.targetRegions[1].name",
      code: "UnknownRegion",
      message: expect.stringContaining('"eastus22"'),
      action: expect.stringContaining('did you mean "eastus2"'),
      region: "eastus22",
    },
  ]);
});

test("a refused request keeps its request id, so that its sender finds it", () => {
  expect(parse({ requestId: "nightly-7" })).toMatchObject({
    kind: "invalid",
    requestId: "nightly-7",
  });
});
