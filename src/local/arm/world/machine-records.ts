import { keyOf, parseResourceId } from "../arm-id";
import type { JsonObject } from "../json";
import type { KeyRecord, ResourceRecord } from "../world-state";
import { namedId, record } from "./entry-records";
import type { KeyVaultEntry, VirtualMachineEntry } from "./world-schema";

/** A virtual machine as a record; its disks are records of their own. */
export function virtualMachineRecord(
  entry: VirtualMachineEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord {
  const { securityType, osDisk, dataDisks, generalized, purchasePlan } = entry;
  const managed = (name: string): JsonObject => ({
    createOption: "Attach",
    managedDisk: { id: namedId("disks", subscriptionId, resourceGroup, name) },
  });
  const machine = record(
    "Microsoft.Compute/virtualMachines",
    subscriptionId,
    resourceGroup,
    [entry.name],
    entry,
    {
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      storageProfile: {
        osDisk:
          osDisk === undefined
            ? { createOption: "FromImage", diffDiskSettings: { option: "Local" } }
            : managed(osDisk),
        dataDisks: dataDisks.map(({ lun, disk }) => ({ lun, ...managed(disk) })),
      },
      ...(securityType === undefined ? {} : { securityProfile: { securityType } }),
    },
    purchasePlan === undefined ? undefined : { plan: purchasePlan },
  );
  return { ...machine, instanceView: { generalized } };
}

/** A key vault as a record; its keys are kept apart. */
export const keyVaultRecord = (
  entry: KeyVaultEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord =>
  record("Microsoft.KeyVault/vaults", subscriptionId, resourceGroup, [entry.name], entry, {
    vaultUri: `https://${entry.name.toLowerCase()}.vault.azure.net/`,
    sku: { family: "A", name: "standard" },
    enableSoftDelete: true,
    enablePurgeProtection: true,
  });

/** The keys of a vault. */
export function keyRecords({ keys }: KeyVaultEntry, vault: ResourceRecord): KeyRecord[] {
  const { subscriptionId = "", resourceGroup = "" } = parseResourceId(vault.id) ?? {};
  return keys.map(({ name, enabled, expires, grants }) => ({
    key: keyOf(`https://${vault.name}.vault.azure.net/keys/${name}`),
    id: `${vault.id}/keys/${name}`,
    name,
    vaultId: vault.id,
    enabled,
    ...(expires === undefined ? {} : { expires }),
    ...(grants === undefined
      ? {}
      : {
          grants: grants.map(({ diskEncryptionSet, afterSeconds }) => ({
            diskEncryptionSet: namedId(
              "diskEncryptionSets",
              subscriptionId,
              resourceGroup,
              diskEncryptionSet,
            ),
            fromMs: afterSeconds * 1000,
          })),
        }),
  }));
}
