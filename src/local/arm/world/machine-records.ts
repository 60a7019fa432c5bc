import type { JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import { namedId, record } from "./entry-records";
import type { VirtualMachineEntry } from "./world-schema";

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
