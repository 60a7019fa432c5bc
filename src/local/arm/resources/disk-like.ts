import { keyOf, parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { enumValue } from "../enum-value";
import { ArmError } from "../errors";
import { managedDisksOf, readDisk, readImage } from "../image-version/source-readers";
import { objectAt, type JsonObject } from "../json";
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
    ...ofCopied(given, context),
    ...given,
    ...securityOf(given),
    ...spelled(given, { osType: OS_TYPES, hyperVGeneration: GENERATIONS }, type),
    encryption: encryptionOf(given, context),
  }),
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

function securityOf(given: JsonObject): JsonObject {
  const security = objectAt(given, "securityProfile");
  if (security["securityType"] === undefined) return {};
  const named = spelled(security, { securityType: DISK_SECURITY_TYPES }, "securityProfile");
  return { securityProfile: { ...security, ...named } };
}

/** What a copy takes over from the disk or snapshot that it is made from. */
function ofCopied(given: JsonObject, { service }: WriteContext): JsonObject {
  const { sourceResourceId } = objectAt(given, "creationData");
  const copied = service.state.resources.get(keyOf(String(sourceResourceId)));
  return Object.fromEntries(
    ["osType", "hyperVGeneration", "diskSizeGB"].flatMap((member) =>
      copied?.properties[member] === undefined ? [] : [[member, copied.properties[member]]],
    ),
  );
}

function encryptionOf(
  given: JsonObject,
  { service, location, subscriptionId }: WriteContext,
): JsonObject {
  const encryption = objectAt(given, "encryption");
  const id = encryption["diskEncryptionSetId"];
  if (typeof id !== "string") return { type: "EncryptionAtRestWithPlatformKey", ...encryption };
  const set = service.state.resources.get(keyOf(id));
  const own = parseResourceId(id)?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase();
  if (set?.location !== location || !own) throw setNotUsable(id, location);
  const type = encryption["type"] ?? set.properties["encryptionType"];
  return { ...encryption, type: enumValue(type, ENCRYPTION_TYPES, "encryption.type") };
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
