import { machineImage, type MachineImage } from "../../src/domain/consume/machine-image";
import type { TargetRegion } from "../../src/domain/plan/image-version-body";
import type { DefinitionFacts } from "../../src/domain/preflight/source-facts";
import { regionName } from "../../src/domain/region-name";
import { computeId, setId } from "./request-factory";

export const VERSION_ID = computeId("galleries", "MyGallery/images/MyImage/versions/1.0.0");

/** The sets of a region: one for the OS disk, one for each data disk. */
export function encryptedRegion(name: string, luns: readonly number[] = []): TargetRegion {
  const region = regionName(name);
  return {
    name,
    encryption: {
      osDiskImage: { diskEncryptionSetId: setId(`${region}-os`) },
      dataDiskImages: luns.map((lun) => ({
        lun,
        diskEncryptionSetId: setId(`${region}-data-${lun}`),
      })),
    },
  };
}

/** A region of a confidential image, sealed with a key of the customer's. */
export function confidentialRegion(
  name: string,
  profile: Record<string, unknown> = {},
): TargetRegion {
  const securityProfile = {
    confidentialVMEncryptionType: "EncryptedWithCmk",
    secureVMDiskEncryptionSetId: setId(`${name}-secure`),
    ...profile,
  };
  return { name, encryption: { osDiskImage: { securityProfile } } };
}

export function definitionFacts(change: Partial<DefinitionFacts> = {}): DefinitionFacts {
  return {
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: "V2",
    features: [],
    ...change,
  };
}

/** A feature `SecurityType` of a definition. */
export const securityType = (value: string, startsAtVersion?: string) => ({
  features: [
    { name: "SecurityType", value, ...(startsAtVersion === undefined ? {} : { startsAtVersion }) },
  ],
});

export interface FakeImage {
  definition?: Partial<DefinitionFacts>;
  luns?: readonly number[];
  region?: TargetRegion;
  versionId?: string;
}

/** An image to create machines from; in West US, for Linux, generalized, where nothing else is said. */
export function fakeImage({
  definition,
  luns = [],
  region,
  versionId,
}: FakeImage = {}): MachineImage {
  const read = machineImage({
    versionId: versionId ?? VERSION_ID,
    definition: definitionFacts(definition),
    targetRegion: region ?? encryptedRegion("westus", luns),
    dataLuns: luns,
  });
  if ("reason" in read) throw new Error(read.reason);
  return read.image;
}
