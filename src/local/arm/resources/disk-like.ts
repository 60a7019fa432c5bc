import { keyOf, parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { enumValue } from "../enum-value";
import { ArmError } from "../errors";
import { keyVaultAccessForbidden } from "../image-version/encryption-refusals";
import { inaccessibleKey } from "../image-version/key-access";
import { managedDisksOf, readDisk, readImage } from "../image-version/source-readers";
import { objectAt, type JsonObject } from "../json";
import type { OperationError } from "../operations";
import type { ResourceRecord } from "../world-state";
import { madeOf } from "./disk-source";
import type { TrackedType, WriteContext } from "./tracked-resource";

const ENCRYPTION_TYPES = [
  "EncryptionAtRestWithPlatformKey",
  "EncryptionAtRestWithCustomerKey",
  "EncryptionAtRestWithPlatformAndCustomerKeys",
] as const;
export const DISK_SKUS = [
  "Standard_LRS",
  "StandardSSD_LRS",
  "StandardSSD_ZRS",
  "Premium_LRS",
  "Premium_ZRS",
  "PremiumV2_LRS",
  "UltraSSD_LRS",
  "Standard_ZRS",
] as const;
/** Of sets for confidential disks; no disk is encrypted at rest with one. */
const CONFIDENTIAL = "ConfidentialVmEncryptedWithCustomerKey";
const DISK_SECURITY_TYPES = [
  "TrustedLaunch",
  "ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey",
  "ConfidentialVM_DiskEncryptedWithPlatformKey",
  "ConfidentialVM_DiskEncryptedWithCustomerKey",
  "ConfidentialVM_NonPersistedTPM",
] as const;
export const OS_TYPES = ["Linux", "Windows"] as const;
export const OS_STATES = ["Generalized", "Specialized"] as const;
export const GENERATIONS = ["V1", "V2"] as const;

/** Members of a body whose values are given in any case. */
export function spelled(
  given: JsonObject,
  members: Record<string, readonly string[]>,
  path: string,
): JsonObject {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([member]) => given[member] !== undefined)
      .map(([member, allowed]) => [member, enumValue(given[member], allowed, `${path}.${member}`)]),
  );
}

const diskLike = (type: "disks" | "snapshots", members: string[]): TrackedType => ({
  type: `Microsoft.Compute/${type}`,
  endpoint: "DiskOperations",
  accepted: { create: 202, update: 202, bothHeaders: true },
  writeSeconds: (service) => service.timing.gallerySeconds,
  members,
  keptMembers: (given) => ({
    ...given,
    sku: skuOf(
      enumValue(objectAt(given, "sku")["name"] ?? "Standard_LRS", DISK_SKUS, `${type}.sku.name`),
    ),
  }),
  properties: (given, context) => ({
    diskState: "Unattached",
    ...given,
    ...madeOf(given, context),
    ...securityOf(given, context),
    ...spelled(given, { osType: OS_TYPES, hyperVGeneration: GENERATIONS }, type),
    encryption: encryptionOf(given, context),
    timeCreated: context.createdAt,
  }),
  failure: keyForbidden,
});

/** Snapshots: sources of versions, with a size, a region and perhaps a disk encryption set. */
export const snapshotType = diskLike("snapshots", ["sku"]);

/** Managed disks, likewise; one that a virtual machine is made of can't be deleted. */
export const diskType: TrackedType = {
  ...diskLike("disks", ["sku", "zones"]),
  checkDelete({ state }, disk) {
    const machine = state.resources
      .all()
      .filter(({ type }) => type === "Microsoft.Compute/virtualMachines")
      .find((one) => managedDisksOf(one).includes(disk.key));
    if (machine !== undefined)
      throw new ArmError(
        409,
        "OperationNotAllowed",
        `Disk ${disk.name} is attached to VM ${machine.id}.`,
      );
  },
};

/** A disk's SKU as it is answered. */
export const skuOf = (name: (typeof DISK_SKUS)[number]): JsonObject => ({
  name,
  tier: name.startsWith("UltraSSD") ? "Ultra" : /^(Standard|Premium)/.exec(name)?.[0],
});

function securityOf(given: JsonObject, context: WriteContext): JsonObject {
  const security = objectAt(given, "securityProfile");
  if (security["securityType"] === undefined) return {};
  const named = spelled(security, { securityType: DISK_SECURITY_TYPES }, "securityProfile");
  const id = security["secureVMDiskEncryptionSetId"];
  const isCustomers = named["securityType"] === "ConfidentialVM_DiskEncryptedWithCustomerKey";
  if (isCustomers !== (typeof id === "string")) throw secureSetMismatch(isCustomers);
  if (typeof id === "string" && typeOf(usableSet(id, context)) !== CONFIDENTIAL)
    throw setNotUsable(id, context.location);
  return { securityProfile: { ...security, ...named } };
}

function encryptionOf(given: JsonObject, context: WriteContext): JsonObject {
  const encryption = objectAt(given, "encryption");
  const id = encryption["diskEncryptionSetId"];
  if (typeof id !== "string") return { type: "EncryptionAtRestWithPlatformKey", ...encryption };
  const own = typeOf(usableSet(id, context));
  const type = enumValue(encryption["type"] ?? own, ENCRYPTION_TYPES, "encryption.type");
  if (type !== own) throw otherType(id, type, own);
  return { ...encryption, type };
}

const typeOf = (set: ResourceRecord): string => String(set.properties["encryptionType"]);

/** @throws {ArmError} for a set that isn't in the disk's own subscription and region */
function usableSet(
  id: string,
  { service, location, subscriptionId }: WriteContext,
): ResourceRecord {
  const set = service.state.resources.get(keyOf(id));
  const own = parseResourceId(id)?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase();
  if (set?.location !== location || !own) throw setNotUsable(id, location);
  return set;
}

/** A set without access to its key takes the disk's operation down, as it does a version's. */
function keyForbidden(service: ComputeService, properties: JsonObject): OperationError | undefined {
  const ids = [
    objectAt(properties, "encryption")["diskEncryptionSetId"],
    objectAt(properties, "securityProfile")["secureVMDiskEncryptionSetId"],
  ];
  for (const id of ids) {
    const set = service.state.resources.get(keyOf(String(id)));
    const url = set && inaccessibleKey(service, set);
    if (set !== undefined && url !== undefined) return keyVaultAccessForbidden(url, set.name);
  }
  return undefined;
}

/** Ids of the disks, snapshots and managed images that a disk encryption set encrypts. */
export function encryptedWith({ state }: ComputeService, set: string): string[] {
  const uses = (sets: string[]): boolean => sets.some((id) => keyOf(id) === keyOf(set));
  return state.resources
    .all()
    .filter((resource) => {
      switch (resource.type) {
        case "Microsoft.Compute/disks":
        case "Microsoft.Compute/snapshots":
          return uses(readDisk("disk", resource).encryptionSets);
        case "Microsoft.Compute/images":
          return uses(readImage(resource).encryptionSets);
        default:
          return false;
      }
    })
    .map(({ id }) => id);
}

/** Assumed: code and words. */
const setNotUsable = (id: string, location: string): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `The disk encryption set ${id} was not found in the disk's subscription and location '${location}'`,
    { target: "encryption.diskEncryptionSetId" },
  );

/** Assumed: code and words. */
const otherType = (id: string, type: string, own: string): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `The encryption type '${type}' isn't that of the disk encryption set ${id}, which is '${own}'`,
    { target: "encryption.type" },
  );

/** Assumed: code and words. */
const secureSetMismatch = (needed: boolean): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `securityProfile.secureVMDiskEncryptionSetId ${needed ? "is required" : "is only allowed"} with the security type 'ConfidentialVM_DiskEncryptedWithCustomerKey'`,
    { target: "securityProfile.secureVMDiskEncryptionSetId" },
  );
