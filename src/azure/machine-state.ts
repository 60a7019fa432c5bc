import type { DataDisk, OSDisk, VirtualMachineInstanceView } from "@azure/arm-compute";

/** A machine is generalized once somebody has told Azure so; its disks don't show it. */
export function machineState(view: VirtualMachineInstanceView | undefined): string | undefined {
  if (view === undefined) return undefined;
  const codes = (view.statuses ?? []).map(({ code }) => code?.toLowerCase());
  return codes.includes("osstate/generalized") ? "Generalized" : "Specialized";
}

/** Why a machine with this disk is no source (Azure's answers); undefined for disks that can be copied. */
export function uncopied(disk: OSDisk | DataDisk | undefined): string | undefined {
  if (disk === undefined) return undefined;
  if ("diffDiskSettings" in disk && disk.diffDiskSettings?.option !== undefined)
    return "an ephemeral OS disk";
  if (disk.managedDisk?.storageAccountType === "UltraSSD_LRS") return "an ultra disk";
  return disk.vhd === undefined ? undefined : "an unmanaged disk";
}
