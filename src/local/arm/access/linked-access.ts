import { bodyOf, type ArmRequest } from "../arm-message";
import { parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { isObject, objectAt } from "../json";
import type { ResourceType } from "../resources/resource-type";
import { linkedAuthorizationFailed } from "./authorization";

/**
 * The rights that a write needs on what it names, by the type of that. Disks, snapshots and machines
 * are written to while they are read; storage accounts give their keys, and are to be written to as well
 * (Microsoft's documentation of galleries).
 */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "microsoft.compute/diskencryptionsets": ["Microsoft.Compute/diskEncryptionSets/read"],
  "microsoft.compute/images": ["Microsoft.Compute/images/read"],
  "microsoft.compute/galleries/images/versions": [
    "Microsoft.Compute/galleries/images/versions/read",
  ],
  "microsoft.compute/disks": ["Microsoft.Compute/disks/write"],
  "microsoft.compute/snapshots": ["Microsoft.Compute/snapshots/write"],
  "microsoft.compute/virtualmachines": ["Microsoft.Compute/virtualMachines/write"],
  "microsoft.storage/storageaccounts": [
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/write",
  ],
};

/**
 * Checks the caller's rights to everything that the body of a write names.
 * @throws {ArmError} 403 LinkedAuthorizationFailed for the first that is missing
 */
export function checkLinkedAccess(
  { rights }: ComputeService,
  type: ResourceType,
  request: ArmRequest,
): void {
  const { principal: caller, method, rawPath } = request;
  if (caller === undefined || (method !== "PUT" && method !== "PATCH")) return;
  for (const scope of linkedIds(type, objectAt(bodyOf(request), "properties"))) {
    const needed = NEEDED[parseResourceId(scope)?.type ?? ""] ?? [];
    const action = needed.find((one) => !rights.allow(caller, one, scope));
    if (action !== undefined)
      throw linkedAuthorizationFailed(
        caller,
        { action: `${type.type}/write`, scope: rawPath },
        { action, scope },
      );
  }
}

function linkedIds({ type }: ResourceType, properties: unknown): string[] {
  switch (type) {
    case "Microsoft.Compute/galleries/images/versions":
      return [...encryptionSets(properties), ...sources(properties)];
    case "Microsoft.Compute/disks":
      return ofDisk(properties);
    default:
      return [];
  }
}

/** What a disk is encrypted with, and the version that it is made from. */
function ofDisk(properties: unknown): string[] {
  return texts([
    objectAt(properties, "encryption")["diskEncryptionSetId"],
    objectAt(properties, "securityProfile")["secureVMDiskEncryptionSetId"],
    objectAt(objectAt(properties, "creationData"), "galleryImageReference")["id"],
  ]);
}

function encryptionSets(properties: unknown): string[] {
  return list(objectAt(properties, "publishingProfile")["targetRegions"]).flatMap((region) => {
    const encryption = objectAt(region, "encryption");
    const osDisk = objectAt(encryption, "osDiskImage");
    return texts([
      osDisk["diskEncryptionSetId"],
      objectAt(osDisk, "securityProfile")["secureVMDiskEncryptionSetId"],
      ...list(encryption["dataDiskImages"]).map((disk) => member(disk, "diskEncryptionSetId")),
    ]);
  });
}

function sources(properties: unknown): string[] {
  const storage = objectAt(properties, "storageProfile");
  const disks = [storage["osDiskImage"], ...list(storage["dataDiskImages"])];
  return [storage, ...disks].flatMap((disk) => {
    const source = objectAt(disk, "source");
    return texts([source["id"], source["virtualMachineId"], source["storageAccountId"]]);
  });
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const member = (value: unknown, name: string): unknown =>
  isObject(value) ? value[name] : undefined;
const texts = (values: unknown[]): string[] =>
  values.filter((value): value is string => typeof value === "string");
