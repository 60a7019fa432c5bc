import {
  checkSecurityType,
  securityTypeOf,
} from "../../../../src/domain/preflight/check-security-type";
import type { DefinitionFacts, SourceFacts } from "../../../../src/domain/preflight/source-facts";
import type { ImageSource, PublishRequest } from "../../../../src/domain/request/publish-request";
import { accepted, computeId, managedImageExample } from "../../../support/request-factory";

type Kind = ImageSource["kind"];
const request = accepted(managedImageExample());

const SOURCES: Record<Kind, ImageSource> = {
  managedImage: { kind: "managedImage", id: computeId("images", "i") },
  managedDisk: { kind: "managedDisk", id: computeId("disks", "d") },
  virtualMachine: { kind: "virtualMachine", id: computeId("virtualMachines", "vm") },
  galleryImageVersion: {
    kind: "galleryImageVersion",
    id: `${computeId("galleries", "g")}/images/d/versions/1.0.0`,
  },
  snapshots: { kind: "snapshots", osSnapshot: computeId("snapshots", "os"), dataSnapshots: [] },
  vhd: { kind: "vhd", uri: "https://a.blob.core.windows.net/b.vhd", storageAccountId: "x" },
};
const KINDS = Object.keys(SOURCES) as Kind[];

const definition = (
  ...features: { value: string; startsAtVersion?: string; name?: string }[]
): DefinitionFacts => ({
  osType: "Linux",
  osState: "Generalized",
  hyperVGeneration: "V2",
  features: features.map((feature) => ({ name: "SecurityType", ...feature })),
});

/** The request with a confidential type in the first so many regions. */
const confidential = (regions: number, base: PublishRequest = request): PublishRequest => ({
  ...base,
  targetRegions: base.targetRegions.map((region, index) =>
    index >= regions
      ? region
      : {
          ...region,
          osDiskImage: {
            ...region.osDiskImage,
            securityProfile: { confidentialVMEncryptionType: "NonPersistedTPM" },
          },
        },
  ),
});

function codes(
  wanted: DefinitionFacts,
  asked: PublishRequest,
  source: SourceFacts | undefined = undefined,
): string[] {
  const { problems, remarks } = checkSecurityType(wanted, asked, source);
  return [
    ...problems.map(({ path, code }) => `${path} ${code}`),
    ...remarks.map(({ path, code, severity }) => `${severity} ${path} ${code}`),
  ];
}

const CAPTURES: Kind[] = ["managedDisk", "virtualMachine", "snapshots"];
const COPIES: Kind[] = ["managedImage", "galleryImageVersion", "vhd"];

/** Which kinds a definition of each security type takes. */
const TAKEN: [type: string | undefined, kinds: Kind[]][] = [
  [undefined, KINDS],
  ["Standard", KINDS],
  ["TrustedLaunch", CAPTURES],
  ["trustedlaunch", CAPTURES],
  ["TrustedLaunchSupported", COPIES],
  ["TrustedLaunchAndConfidentialVmSupported", KINDS],
  ["ConfidentialVMSupported", KINDS],
  ["ConfidentialVM", KINDS],
];

test.each(TAKEN.flatMap(([type, taken]) => KINDS.map((kind) => [type, kind, taken] as const)))(
  "a definition of security type %s and a source of kind %s go together or not as documented",
  (type, kind, taken) => {
    const asked = { ...request, source: SOURCES[kind] };
    const found = codes(
      definition(...(type === undefined ? [] : [{ value: type }])),
      type === "ConfidentialVM" ? confidential(2, asked) : asked,
    );
    expect(found).toEqual(taken.includes(kind) ? [] : ["$.source SecurityTypeMismatch"]);
  },
);

test.each([
  ["1.0.0", "1.0.0", "TrustedLaunch"],
  ["1.0.10", "1.0.9", "TrustedLaunch"],
  ["2.0.0", "1.9.9", "TrustedLaunch"],
  ["0.9.9", "1.0.0", "Standard"],
  ["1.0.9", "1.0.10", "Standard"],
])("version %s of a definition whose security type starts at %s is %s", (version, from, type) => {
  expect(
    securityTypeOf(definition({ value: "TrustedLaunch", startsAtVersion: from }), version),
  ).toBe(type);
});

test.each([
  ["0.9.0", "Standard"],
  ["1.5.0", "TrustedLaunchSupported"],
  ["2.0.0", "ConfidentialVM"],
])(
  "of several security types the one that began last counts: version %s is %s",
  (version, type) => {
    const late = { value: "ConfidentialVM", startsAtVersion: "2.0.0" };
    const early = { value: "TrustedLaunchSupported", startsAtVersion: "1.0.0" };
    const other = { name: "DiskControllerTypes", value: "SCSI, NVMe" };
    expect(securityTypeOf(definition(other, late, early), version)).toBe(type);
    expect(securityTypeOf(definition(early, late, other), version)).toBe(type);
  },
);

test("a definition for confidential machines wants the type in every region", () => {
  const wanted = definition({ value: "ConfidentialVM" });
  const path = (index: number): string =>
    `$.targetRegions[${index}].encryption.osDiskImage.securityProfile`;
  expect(codes(wanted, request)).toEqual(
    [0, 1].map((index) => `${path(index)}.confidentialVMEncryptionType ConfidentialTypeRequired`),
  );
  expect(codes(wanted, confidential(1))).toEqual([
    `${path(1)}.confidentialVMEncryptionType ConfidentialTypeRequired`,
  ]);
  expect(codes(wanted, confidential(2))).toEqual([]);
  const later = definition({ value: "ConfidentialVM", startsAtVersion: "1.0.1" });
  expect(codes(later, request)).toEqual([]);
});

test.each(["Standard", "TrustedLaunchSupported", "ConfidentialVMSupported"])(
  "a definition of security type %s takes no confidential disk",
  (value) => {
    expect(codes(definition({ value }), confidential(1))).toEqual([
      "$.targetRegions[0].encryption.osDiskImage.securityProfile DefinitionNotConfidential",
    ]);
    expect(codes(definition({ value }), request)).toEqual([]);
  },
);

describe("the capture of a Trusted Launch machine", () => {
  const machine = (securityType: string): SourceFacts => ({
    resources: [
      {
        path: "$.source.virtualMachine",
        id: "vm",
        facts: { location: "westus", diskEncryptionSetIds: [], securityType },
      },
    ],
  });
  const asked = { ...request, source: SOURCES.virtualMachine };
  const wanted = definition({ value: "TrustedLaunch" });

  test("is warned of when it is encrypted with customer-managed keys", () => {
    expect(codes(wanted, asked, machine("TrustedLaunch"))).toEqual([
      "warning $.source TrustedLaunchCapture",
    ]);
  });

  test.each<[string, PublishRequest, string]>([
    ["another machine", asked, "Standard"],
    ["platform-managed keys", { ...asked, encryption: { type: "none" } }, "TrustedLaunch"],
  ])("isn't with %s", (_name, other, securityType) => {
    expect(codes(wanted, other, machine(securityType))).toEqual([]);
  });
});
