import type { DiskEncryptionSet as SdkSet } from "@azure/arm-compute";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import type { SetKey } from "../domain/encryption/key-place";
import { parseArmId } from "../domain/arm-id";
import { ArmError } from "./arm-error";
import type { ComputeClients } from "./compute-clients";

/** Disk encryption sets, read only. */
export interface EncryptionSets {
  /** The set, or Azure's words when there is none by this id. */
  get(id: string): Promise<{ set: DiskEncryptionSet } | { missing: string }>;
  /** All sets of a subscription. */
  list(subscriptionId: string): Promise<DiskEncryptionSet[]>;
}

export function createEncryptionSets(clients: ComputeClients): EncryptionSets {
  return {
    async get(id) {
      const parsed = parseArmId(id);
      const name = parsed?.names[0];
      if (parsed === undefined || name === undefined)
        throw new Error(`not the id of a disk encryption set: ${id}`);
      try {
        const found = await clients(parsed.subscriptionId).diskEncryptionSets.get(
          parsed.resourceGroup,
          name,
        );
        return { set: read(found, id) };
      } catch (error) {
        if (!(error instanceof ArmError) || error.fault.status !== 404) throw error;
        return { missing: `${error.fault.code}: ${error.fault.message}` };
      }
    },
    async list(subscriptionId) {
      const sets: DiskEncryptionSet[] = [];
      for await (const set of clients(subscriptionId).diskEncryptionSets.list())
        sets.push(read(set, set.id ?? ""));
      return sets;
    },
  };
}

function read(set: SdkSet, id: string): DiskEncryptionSet {
  const rotation = set.autoKeyRotationError;
  const key = keyOf(set);
  return {
    id: set.id ?? id,
    location: set.location,
    encryptionType: set.encryptionType ?? "",
    provisioningState: set.provisioningState ?? "",
    tags: set.tags ?? {},
    ...(key === undefined ? {} : { key }),
    ...(rotation === undefined
      ? {}
      : { autoKeyRotationError: `${rotation.code ?? "error"}: ${rotation.message ?? ""}` }),
  };
}

function keyOf({
  activeKey,
  federatedClientId,
  identity,
  rotationToLatestKeyVersionEnabled,
}: SdkSet): SetKey | undefined {
  if (activeKey === undefined) return undefined;
  const sourceVaultId = activeKey.sourceVault?.id;
  const assigned = Object.values(identity?.userAssignedIdentities ?? {});
  return {
    url: activeKey.keyUrl,
    ...(sourceVaultId === undefined ? {} : { sourceVaultId }),
    rotates: rotationToLatestKeyVersionEnabled ?? false,
    // "None" is how a PUT takes it away.
    ...(federatedClientId === undefined || /^none$/i.test(federatedClientId)
      ? {}
      : { federatedClientId }),
    principalIds: [identity, ...assigned].flatMap((one) => one?.principalId ?? []),
  };
}
