import type {
  ImageVersionBody,
  TargetRegion,
} from "../../../../src/domain/plan/image-version-body";
import type { RegionEncryption } from "../../../../src/domain/plan/region-encryption";
import { checkExistingEncryption } from "../../../../src/domain/preflight/check-existing-encryption";
import type { PublishRequest } from "../../../../src/domain/request/publish-request";
import { accepted, managedImageExample, setId, wireRegion } from "../../../support/request-factory";

const os = { diskEncryptionSetId: setId("os") };
const data = (...luns: number[]) => ({
  dataDiskImages: luns.map((lun) => ({ lun, diskEncryptionSetId: setId(`d${lun}`) })),
});
const tpm = { securityProfile: { confidentialVMEncryptionType: "NonPersistedTPM" } };
const request = (luns: number[], osDiskImage = {}): PublishRequest => {
  const wire = wireRegion(
    "westus",
    "os",
    luns.map((lun) => [lun, "d"]),
  ) as {
    name: string;
    encryption: { osDiskImage: object };
  };
  Object.assign(wire.encryption.osDiskImage, osDiskImage);
  return accepted(managedImageExample({ targetRegions: [wire] }));
};
const version = (...targetRegions: TargetRegion[]): ImageVersionBody => ({
  location: "westus",
  tags: {},
  publishingProfile: { targetRegions },
  storageProfile: {},
  safetyProfile: { allowDeletionOfReplicatedLocations: false },
});
const region = (name: string, encryption?: RegionEncryption): TargetRegion =>
  encryption === undefined ? { name } : { name, encryption };

const codes = (asked: PublishRequest, body: ImageVersionBody, luns: number[] = []): string[] =>
  checkExistingEncryption(asked, body, luns).problems.map(
    ({ path, code, region: where }) => `${path} ${code} ${where ?? ""}`,
  );
const DIFFERS = "$.targetRegions DiskNotEncryptedEverywhere eastus2";

test.each<[string, PublishRequest, RegionEncryption | undefined, string[]]>([
  ["the same disks", request([0]), { osDiskImage: os, ...data(0) }, []],
  ["no encryption", request([0]), undefined, [DIFFERS]],
  ["no encryption but Azure's empty members", request([0]), { osDiskImage: {} }, [DIFFERS]],
  ["a data disk less", request([0, 1]), { osDiskImage: os, ...data(0) }, [DIFFERS]],
  ["a data disk more", request([0]), { osDiskImage: os, ...data(0, 1) }, [DIFFERS]],
  ["no set for the OS disk", request([0]), data(0), [DIFFERS]],
  ["the same confidential type", request([], tpm), { osDiskImage: { ...os, ...tpm } }, []],
  [
    "another confidential type",
    request([], tpm),
    {
      osDiskImage: { ...os, securityProfile: { confidentialVMEncryptionType: "EncryptedWithPmk" } },
    },
    ["$.targetRegions ConfidentialTypesDiffer eastus2"],
  ],
  [
    "no confidential type",
    request([], tpm),
    { osDiskImage: os },
    ["$.targetRegions ConfidentialTypesDiffer eastus2"],
  ],
])(
  "a region of the version that the request doesn't name has %s",
  (_name, asked, has, expected) => {
    expect(codes(asked, version(region("West US"), region("East US 2", has)))).toEqual(expected);
  },
);

test("a region with one set for all disks encrypts those of the source", () => {
  const asked = request([]);
  const one: PublishRequest = {
    ...asked,
    targetRegions: asked.targetRegions.map((each) => ({ ...each, oneSetForAllDisks: true })),
  };
  const body = version(region("eastus2", { osDiskImage: os, ...data(0) }));
  expect(codes(one, body, [0])).toEqual([]);
  expect(codes(one, body, [0, 1])).toEqual([DIFFERS]);
});
