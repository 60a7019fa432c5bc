import { checkSource } from "../../../../src/domain/preflight/check-source";
import type { Findings } from "../../../../src/domain/preflight/findings";
import {
  sourceFacts,
  type DefinitionFacts,
  type ResourceFacts,
} from "../../../../src/domain/preflight/source-facts";
import type { ImageSource } from "../../../../src/domain/request/publish-request";
import {
  accepted,
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  setId,
  SUBSCRIPTION,
} from "../../../support/request-factory";

const { image } = accepted(managedImageExample());
const inOtherSubscription = (id: string): string => id.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION);
const PLAN = { publisher: "p", product: "o", name: "n" };

const IMAGE: ImageSource = { kind: "managedImage", id: computeId("images", "i") };
const DISK: ImageSource = { kind: "managedDisk", id: computeId("disks", "d") };
const MACHINE: ImageSource = { kind: "virtualMachine", id: computeId("virtualMachines", "vm") };
const VERSION: ImageSource = {
  kind: "galleryImageVersion",
  id: `${computeId("galleries", "g")}/images/d/versions/1.0.0`,
};
const SNAPSHOTS: ImageSource = {
  kind: "snapshots",
  osSnapshot: computeId("snapshots", "os"),
  dataSnapshots: [{ lun: 0, id: computeId("snapshots", "data") }],
};

const fits: ResourceFacts = {
  location: "westus",
  osType: "Linux",
  osState: "Generalized",
  hyperVGeneration: "V2",
  dataLuns: [],
  diskEncryptionSetIds: [],
};
const definition: DefinitionFacts = {
  osType: "linux",
  osState: "Generalized",
  hyperVGeneration: "v2",
  features: [],
};
interface Case {
  source?: ImageSource;
  /** Of the first resource; null: it isn't there. */
  facts?: Partial<ResourceFacts> | null;
  /** Of the second one. */
  data?: Partial<ResourceFacts>;
  definition?: DefinitionFacts;
}

function check({ source = IMAGE, facts = {}, data = {}, definition: wanted = definition }: Case) {
  const first = facts === null ? undefined : { ...fits, ...facts };
  const second = { location: "westus", diskEncryptionSetIds: [], ...data };
  const found: Findings = checkSource(sourceFacts(source, [first, second]), {
    kind: source.kind,
    image,
    definition: wanted,
  });
  return [
    ...found.problems.map(({ path, code }) => `${path} ${code}`),
    ...found.remarks.map(({ path, code, severity }) => `${severity} ${path} ${code}`),
  ];
}

/** Each row: what is found, the case that has it, and a neighbour of the case that doesn't. */
test.each<[string, Case, Case]>([
  ["$.source.managedImage SourceNotFound", { facts: null }, {}],
  [
    "$.source.managedImage SourceInOtherRegion",
    { facts: { location: "West US 2" } },
    { facts: { location: "West US" } },
  ],
  [
    "$.source.dataSnapshots[0].id SourceInOtherRegion",
    { source: SNAPSHOTS, data: { location: "eastus" } },
    { source: SNAPSHOTS, data: { location: "West US" } },
  ],
  [
    "$.source.galleryImageVersion SourceInOtherRegion",
    { source: VERSION, facts: { location: "eastus", regions: ["East US", "West US 2"] } },
    { source: VERSION, facts: { location: "eastus", regions: ["East US", "West US"] } },
  ],
  [
    "$.source.galleryImageVersion SourceNotReplicated",
    { source: VERSION, facts: { regions: ["West US", "East US"], completedIn: ["East US"] } },
    { source: VERSION, facts: { regions: ["West US", "East US"], completedIn: ["West US"] } },
  ],
  [
    "$.source.virtualMachine SourceDiskNotSupported",
    { source: MACHINE, facts: { uncopiedDisks: ["an ultra disk"] } },
    { source: MACHINE, facts: { uncopiedDisks: [] } },
  ],
  ["$.source OsTypeMismatch", { facts: { osType: "Windows" } }, { facts: { osType: "" } }],
  ["$.source OsStateMismatch", { facts: { osState: "Specialized" } }, {}],
  ["$.source HyperVGenerationMismatch", { facts: { hyperVGeneration: "V1" } }, {}],
  [
    "$.source.galleryImageVersion EncryptedVersionAsSource",
    { source: VERSION, facts: { diskEncryptionSetIds: [setId("x")] } },
    { source: VERSION },
  ],
  [
    "$.source.managedDisk EncryptedSourceInOtherSubscription",
    {
      source: { ...DISK, id: inOtherSubscription(DISK.id) },
      facts: { diskEncryptionSetIds: [setId("x")] },
    },
    { source: DISK, facts: { diskEncryptionSetIds: [setId("x")] } },
  ],
  [
    "$.source.dataSnapshots[0].id EncryptedSourceInOtherSubscription",
    {
      source: {
        ...SNAPSHOTS,
        dataSnapshots: [{ lun: 0, id: inOtherSubscription(computeId("snapshots", "data")) }],
      },
      data: { diskEncryptionSetIds: [setId("x")] },
    },
    {
      source: {
        ...SNAPSHOTS,
        dataSnapshots: [{ lun: 0, id: inOtherSubscription(computeId("snapshots", "data")) }],
      },
    },
  ],
  [
    "warning $.image.definition PurchasePlanMismatch",
    { source: DISK, facts: { purchasePlan: PLAN } },
    {
      source: DISK,
      facts: { purchasePlan: PLAN },
      definition: { ...definition, purchasePlan: { ...PLAN } },
    },
  ],
])("%s is found, and not beside it", (finding, having, neighbour) => {
  expect(check(having)).toEqual([finding]);
  expect(check(neighbour)).toEqual([]);
});

test("a data snapshot's system isn't compared: it has none", () => {
  const data = { osType: "Windows", hyperVGeneration: "V1" };
  expect(check({ source: SNAPSHOTS, data })).toEqual([]);
});

test("without a definition only the source itself is checked", () => {
  const facts = sourceFacts(IMAGE, [{ ...fits, osType: "Windows", location: "eastus" }]);
  const found = checkSource(facts, { kind: "managedImage", image, definition: undefined });
  expect(found.problems.map(({ code }) => code)).toEqual(["SourceInOtherRegion"]);
});

describe("a VHD", () => {
  const SIGNED = "https://store.blob.core.windows.net/c/b.vhd?sig=secret";
  const vhd: ImageSource = { kind: "vhd", uri: SIGNED, storageAccountId: "/account" };
  const account = (change: Partial<ResourceFacts> = {}): ResourceFacts => ({
    location: "westus",
    diskEncryptionSetIds: [],
    blobHosts: ["store.blob.core.windows.net"],
    ...change,
  });
  const found = (facts: ResourceFacts | undefined) =>
    checkSource(sourceFacts(vhd, [facts]), { kind: "vhd", image, definition });

  test.each<[string, ResourceFacts | undefined, string[]]>([
    ["in an account of the version's region", account(), []],
    ["in an account that tells no hosts", { location: "westus", diskEncryptionSetIds: [] }, []],
    ["in an account that isn't there", undefined, ["$.source.vhd.storageAccountId SourceNotFound"]],
    [
      "in an account of another region",
      account({ location: "East US" }),
      ["$.source.vhd.storageAccountId SourceInOtherRegion"],
    ],
    [
      "in another account than the one that is named",
      account({ blobHosts: ["other.blob.core.windows.net"] }),
      ["$.source.vhd.uri VhdInOtherStorageAccount"],
    ],
  ])("%s", (_title, facts, expected) => {
    expect(found(facts).problems.map(({ path, code }) => `${path} ${code}`)).toEqual(expected);
  });

  test("isn't looked at itself, which is said, never that it is fine", () => {
    expect(found(account()).remarks).toMatchObject([
      { path: "$.source", severity: "warning", code: "VhdBlobNotRead" },
    ]);
  });

  test("has an address whose signature nobody is shown", () => {
    const { problems, remarks } = found(account({ blobHosts: [] }));
    const text = JSON.stringify([problems, remarks]);
    expect(text).toContain("https://store.blob.core.windows.net/c/b.vhd ");
    expect(text).not.toContain("secret");
  });
});
