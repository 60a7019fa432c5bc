import type { Disk } from "@azure/arm-compute";
import { parseArmId, type ArmId } from "../domain/arm-id";
import { present } from "../domain/present";
import type { ShownEncryption, VerificationDisk } from "../domain/rollout/verification";
import { orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";
import { readOperation, type OperationState } from "./operations";

/** A managed disk as Azure has it now. */
export interface DiskState {
  provisioningState: string;
  tags: Record<string, string>;
  encryption: ShownEncryption;
}

/** A disk to be made from one disk of an image version. */
export interface DiskToMake extends Omit<VerificationDisk, "name"> {
  location: string;
  tags: Record<string, string>;
  /** Id of the image version. */
  versionId: string;
  /** How a disk with a set is encrypted, in the REST contract's words. */
  encryptionType: string;
}

/** Managed disks, by their ids. */
export interface Disks {
  get(id: string): Promise<DiskState | undefined>;
  /** Exactly one PUT, not waited for. Returns the operation's URL, when Azure gave one. */
  create(id: string, disk: DiskToMake): Promise<{ operationUrl?: string }>;
  /** Exactly one DELETE, not waited for. */
  delete(id: string): Promise<void>;
  /** State of an operation on the disk; undefined when its URL has expired. */
  readOperation(id: string, url: string): Promise<OperationState | undefined>;
}

export function createDisks(clients: ComputeClients, armGet: ArmGet): Disks {
  const of = (id: string) => {
    const { subscriptionId, resourceGroup, names } = parsed(id);
    return { disks: clients(subscriptionId).disks, at: [resourceGroup, names[0] ?? ""] as const };
  };
  return {
    async get(id) {
      const { disks, at } = of(id);
      const found = await orMissing(disks.get(...at));
      return found === undefined ? undefined : readDisk(found);
    },
    async create(id, disk) {
      let operationUrl: string | undefined;
      const { disks, at } = of(id);
      await disks
        .createOrUpdate(...at, toSdk(disk), {
          onResponse: (response) => {
            operationUrl ??= response.headers.get("azure-asyncoperation");
          },
        })
        .submitted();
      return operationUrl === undefined ? {} : { operationUrl };
    },
    async delete(id) {
      const { disks, at } = of(id);
      await disks.delete(...at).submitted();
    },
    readOperation: (id, url) => readOperation(armGet, parsed(id).subscriptionId, url),
  };
}

function parsed(id: string): ArmId {
  const found = parseArmId(id);
  if (found === undefined) throw new Error(`not the id of a disk: ${id}`);
  return found;
}

function readDisk({ provisioningState, tags, encryption, securityProfile }: Disk): DiskState {
  return {
    provisioningState: provisioningState ?? "",
    tags: tags ?? {},
    encryption: present({
      encryptionType: encryption?.type,
      diskEncryptionSetId: encryption?.diskEncryptionSetId,
      securityType: securityProfile?.securityType,
      secureVMDiskEncryptionSetId: securityProfile?.secureVMDiskEncryptionSetId,
    }),
  };
}

/** The cheapest disk, and nobody can read it over the network while it is there. */
function toSdk(wanted: DiskToMake): Disk {
  const { disk, location, tags, versionId, encryptionType, diskEncryptionSetId } = wanted;
  return {
    location,
    tags,
    sku: { name: "Standard_LRS" },
    creationData: {
      createOption: "FromImage",
      galleryImageReference: { id: versionId, ...(disk === "os" ? {} : { lun: disk }) },
    },
    ...(diskEncryptionSetId === undefined
      ? {}
      : { encryption: { type: encryptionType, diskEncryptionSetId } }),
    ...(wanted.securityProfile === undefined ? {} : { securityProfile: wanted.securityProfile }),
    networkAccessPolicy: "DenyAll",
    publicNetworkAccess: "Disabled",
  };
}
