import {
  armName,
  DISK_ENCRYPTION_SET,
  IMAGE_VERSION,
  isOfType,
  parseArmId,
  printArmId,
} from "../arm-id";
import type { TargetRegion } from "../plan/image-version-body";
import type { RegionEncryption } from "../plan/region-encryption";
import type { DefinitionFacts, PurchasePlan } from "../preflight/source-facts";
import { regionName, type RegionName } from "../region-name";
import { isAtLeast } from "../version-name";

/**
 * How the machine starts, and what of a confidential one is sealed: its OS disk with the state of
 * the guest, or that state only.
 */
export type MachineSecurity =
  "standard" | "trustedLaunch" | "confidentialDisk" | "confidentialGuestState";

/** A published version in one of its regions, as far as creating machines from it needs to know. */
export interface MachineImage {
  /** Full id of the image version. */
  versionId: string;
  region: RegionName;
  osType: "Linux" | "Windows";
  /** A specialized image keeps its users and name, and takes no OS profile. */
  generalized: boolean;
  security: MachineSecurity;
  /** Full id of the OS disk's set; with `confidentialDisk` it is the secure VM disk encryption set. */
  osDiskSetId: string;
  /** In the order in which the version lists them: the Azure CLI pairs disks and sets by position. */
  dataDisks: { lun: number; setId: string }[];
  purchasePlan?: PurchasePlan;
}

/** What is known of a version that was published, and of one region that it is in. */
export interface PublishedVersion {
  versionId: string;
  definition: DefinitionFacts;
  targetRegion: TargetRegion;
  /** LUNs of the version's data disks, in the order in which Azure lists them. */
  dataLuns: readonly number[];
}

/**
 * The image to create machines from, or the reason why there is none. A disk without a set of its
 * own is such a reason: commands that leave it out would create it with a platform-managed key.
 */
export function machineImage(
  published: PublishedVersion,
): { image: MachineImage } | { reason: string } {
  const { definition, targetRegion, dataLuns } = published;
  const region = regionName(targetRegion.name);
  const versionId = idOf(published.versionId, IMAGE_VERSION);
  if (versionId === undefined) return { reason: "the image version's id can't be read" };
  const osType = OS_TYPES.find((type) => type.toLowerCase() === definition.osType.toLowerCase());
  if (osType === undefined) return { reason: "the definition's OS type isn't known" };
  const generalized = OS_STATES[definition.osState.toLowerCase()];
  if (generalized === undefined) return { reason: "the definition's OS state isn't known" };
  const security = securityOf(definition, armName(versionId), targetRegion.encryption);
  if (security === undefined)
    return { reason: `the OS disk in ${region} isn't encrypted with a key of yours` };
  const osDiskSetId = osDiskSetOf(targetRegion.encryption, security);
  if (osDiskSetId === undefined)
    return { reason: `the OS disk has no disk encryption set in ${region}` };
  const dataDisks = dataLuns.map((lun) => ({ lun, setId: dataSetOf(targetRegion, lun) }));
  const bare = dataDisks.filter(({ setId }) => setId === undefined).map(({ lun }) => lun);
  if (bare.length > 0)
    return { reason: `no disk encryption set in ${region} for LUN ${bare.join(", ")}` };
  const { purchasePlan } = definition;
  if (
    purchasePlan &&
    ![purchasePlan.publisher, purchasePlan.product, purchasePlan.name].every((id) =>
      MARKETPLACE_ID.test(id),
    )
  )
    return { reason: "the definition's purchase plan can't be read" };
  return {
    image: {
      ...{ versionId, region, osType, generalized, security, osDiskSetId },
      dataDisks: dataDisks.flatMap(({ lun, setId }) => (setId === undefined ? [] : { lun, setId })),
      ...(purchasePlan === undefined ? {} : { purchasePlan }),
    },
  };
}

/**
 * Publishers, offers and plans of the Marketplace. A text that begins with `@` or `-` would be a file
 * or an option to the Azure CLI, however it is quoted.
 */
const MARKETPLACE_ID = /^[A-Za-z0-9][\w.-]*$/;

const OS_TYPES = ["Linux", "Windows"] as const;
const OS_STATES: Readonly<Record<string, boolean>> = { generalized: true, specialized: false };

/**
 * What machines of a definition start with, by its feature `SecurityType`. Where the image supports
 * more than one, Trusted Launch is what Azure itself takes for new machines.
 */
const SECURITY_TYPES: Readonly<Record<string, "trustedLaunch" | "confidential">> = {
  trustedlaunch: "trustedLaunch",
  trustedlaunchsupported: "trustedLaunch",
  trustedlaunchandconfidentialvmsupported: "trustedLaunch",
  confidentialvm: "confidential",
};

/** ARM's `confidentialVMEncryptionType`s that take a key of the customer's. */
const CONFIDENTIAL: Readonly<Record<string, MachineSecurity>> = {
  encryptedwithcmk: "confidentialDisk",
  encryptedvmgueststateonlywithpmk: "confidentialGuestState",
};

function securityOf(
  { features }: DefinitionFacts,
  version: string,
  encryption: RegionEncryption | undefined,
): MachineSecurity | undefined {
  const type = encryption?.osDiskImage?.securityProfile?.confidentialVMEncryptionType;
  if (type !== undefined) return CONFIDENTIAL[type.toLowerCase()];
  const feature = features.find(
    ({ name, startsAtVersion }) =>
      name.toLowerCase() === "securitytype" &&
      (startsAtVersion === undefined || isAtLeast(version, startsAtVersion)),
  );
  const security = SECURITY_TYPES[feature?.value.toLowerCase() ?? ""] ?? "standard";
  // Azure wants the type of every region of a confidential image: without it nothing is known.
  return security === "confidential" ? undefined : security;
}

function osDiskSetOf(
  encryption: RegionEncryption | undefined,
  security: MachineSecurity,
): string | undefined {
  const disk = encryption?.osDiskImage;
  return idOf(
    security === "confidentialDisk"
      ? disk?.securityProfile?.secureVMDiskEncryptionSetId
      : disk?.diskEncryptionSetId,
    DISK_ENCRYPTION_SET,
  );
}

function dataSetOf({ encryption }: TargetRegion, lun: number): string | undefined {
  const disk = encryption?.dataDiskImages?.find((image) => image.lun === lun);
  return idOf(disk?.diskEncryptionSetId, DISK_ENCRYPTION_SET);
}

/** The id in ARM's spelling; undefined for what is no such id. */
function idOf(text: string | undefined, type: string): string | undefined {
  const id = text === undefined ? undefined : parseArmId(text);
  return id !== undefined && isOfType(id, type) ? printArmId(id) : undefined;
}
