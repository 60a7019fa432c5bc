import { parseArmId } from "../arm-id";
import type { MachineImage, MachineSecurity } from "./machine-image";

/** What can be created from an image version. */
export const MACHINE_KINDS = ["virtualMachine", "flexibleScaleSet", "uniformScaleSet"] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];

/** The disk encryption set of one disk; without an id where the consumer has to name one. */
export interface DiskSet {
  disk: "os" | number;
  id: string | undefined;
}

/** Everything that the commands of a tool are written from. */
export interface Recipe {
  kind: MachineKind;
  image: MachineImage;
  osDisk: DiskSet;
  /** In the order in which the version lists its data disks. */
  dataDisks: DiskSet[];
}

/**
 * @param consumerSubscriptionId where the machine is to be, when that isn't the publisher's: a disk
 *   takes only a set of its own subscription, so the consumer names theirs
 */
export function recipe(
  kind: MachineKind,
  image: MachineImage,
  consumerSubscriptionId?: string,
): Recipe {
  const setOf = (disk: DiskSet["disk"], id: string): DiskSet => ({
    disk,
    id: isElsewhere(id, consumerSubscriptionId) ? undefined : id,
  });
  return {
    ...{ kind, image },
    osDisk: setOf("os", image.osDiskSetId),
    dataDisks: image.dataDisks.map(({ lun, setId }) => setOf(lun, setId)),
  };
}

function isElsewhere(id: string, subscriptionId: string | undefined): boolean {
  if (subscriptionId === undefined) return false;
  return parseArmId(id)?.subscriptionId.toLowerCase() !== subscriptionId.toLowerCase();
}

/** ARM's `orchestrationMode` of the scale sets. */
export const ORCHESTRATION_MODE: Readonly<Partial<Record<MachineKind, "Flexible" | "Uniform">>> = {
  flexibleScaleSet: "Flexible",
  uniformScaleSet: "Uniform",
};

export const isScaleSet = ({ kind }: Recipe): boolean => ORCHESTRATION_MODE[kind] !== undefined;

/**
 * ARM's words for how a machine starts and is sealed. `secureSet`: the OS disk's set goes into the
 * disk's security profile, and nowhere else.
 */
export const SECURITY: Readonly<
  Record<
    MachineSecurity,
    {
      securityType?: "TrustedLaunch" | "ConfidentialVM";
      securityEncryptionType?: "DiskWithVMGuestState" | "VMGuestStateOnly";
      secureSet: boolean;
    }
  >
> = {
  standard: { secureSet: false },
  trustedLaunch: { securityType: "TrustedLaunch", secureSet: false },
  confidentialDisk: {
    securityType: "ConfidentialVM",
    securityEncryptionType: "DiskWithVMGuestState",
    secureSet: true,
  },
  confidentialGuestState: {
    securityType: "ConfidentialVM",
    securityEncryptionType: "VMGuestStateOnly",
    secureSet: false,
  },
};

/** Scale sets of flexible orchestration must say which network API makes their interfaces. */
export const NETWORK_API_VERSION = "2020-11-01";

const THING: Readonly<Record<MachineKind, string>> = {
  virtualMachine: "A virtual machine",
  flexibleScaleSet: "A scale set (orchestration mode Flexible)",
  uniformScaleSet: "A scale set (orchestration mode Uniform)",
};

/** First line of each text. It names nothing that Azure told: a comment ends at a line break. */
export function headline({ kind, image }: Recipe): string {
  const { region, osType, generalized } = image;
  const state = generalized ? "generalized" : "specialized";
  return `${THING[kind]} in ${region} from a ${state} ${osType} image version.`;
}

/** What a person has to fill in, in angle brackets, which no name in Azure has. */
export const blank = (what: string): string => `<${what}>`;

/** The set, or what to fill in for it. */
export function setText({ disk, id }: DiskSet, { image }: Recipe): string {
  const whose = disk === "os" ? "the OS disk" : `the data disk at LUN ${disk}`;
  return id ?? blank(`id of your disk encryption set in ${image.region} for ${whose}`);
}

/** The element, where it applies. */
export function when<T>(applies: boolean, element: T): T[] {
  return applies ? [element] : [];
}
